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
