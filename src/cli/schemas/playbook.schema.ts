import { z } from 'zod';
import { digest, text } from './basics.schema.js';

/** Whether people approved it beforehand, with the content that it has now. */
const playbookApproval = z.strictObject({
  approved: z.boolean(),
  by: text.nullable(),
  at: text.nullable(),
  signed: z.boolean().nullable(),
  code: text.nullable().describe('why it is not: NOT_APPROVED, UNBOUND, EDITED, SIGNATURE_REQUIRED, ...'),
  why: text.nullable(),
});

/** One playbook of the registry. */
export const knownPlaybook = z.strictObject({
  playbook_id: text,
  name: text,
  risk_level: z.enum(['low', 'medium', 'high']),
  playbook_hash: digest,
  approval: playbookApproval,
});

/** Of a trigger, and of one condition of it. */
export const triggerResult = z.enum(['match', 'no_match', 'unknown']);

/** One condition of a trigger or of a success, with the value that it looked at. */
export const heldCondition = z.strictObject({
  metric: text,
  condition: text,
  value: z.union([z.number(), z.boolean(), z.string(), z.null()]),
  result: triggerResult,
});
