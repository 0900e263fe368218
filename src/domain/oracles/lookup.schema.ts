import { z } from 'zod';
import { oracleNames } from './oracle.js';
import { queryProblem } from './query.js';

/** A question that a mission has asked in each cycle. */
export const lookupSchema = z.strictObject({ oracle: z.enum(oracleNames), query: z.string() }).superRefine((lookup, context) => {
  const problem = queryProblem(lookup);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem, path: ['query'] });
});
