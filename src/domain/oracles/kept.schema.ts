import { z } from 'zod';
import type { OracleResult } from './oracle.js';
import { oracleNames, resultTextMax } from './oracle.js';

const text = z.string().max(2 * resultTextMax);
const unit = z.string().max(256).optional();

/** What lies in the intel cache: whoever reads it has a result of the right kind, or nothing. */
const keptSchema = z.object({
  schema: z.literal('janus.oracle-answer/v1'),
  oracle: z.enum(oracleNames),
  query: z.string(),
  at: z.iso.datetime(),
  result: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('text'), text }),
    z.object({ kind: z.literal('number'), text, value: z.number(), unit }),
    z.object({
      kind: z.literal('series'),
      text,
      unit,
      points: z.array(z.object({ date: z.string().max(32), value: z.number() })).max(100),
    }),
  ]),
});

export interface KeptAnswer {
  readonly oracle: (typeof oracleNames)[number];
  readonly query: string;
  readonly at: string;
  readonly result: OracleResult;
}

export const keptSchemaName = 'janus.oracle-answer/v1';

/** Undefined where it is no kept answer. */
export function parseKept(value: unknown): KeptAnswer | undefined {
  const parsed = keptSchema.safeParse(value);
  return parsed.success ? (parsed.data as KeptAnswer) : undefined;
}
