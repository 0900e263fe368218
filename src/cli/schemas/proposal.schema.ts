import { z } from 'zod';
import type { ListedProposal } from '../../client/listing.js';
import { messageKinds } from '../../domain/approval/decision.js';
import type { JudgedMessage, ProposalOutcome, ProposalView } from '../../contract/messages.js';
import { proposalDocumentSchema } from '../../domain/action/proposal.schema.js';
import type { Proposer } from '../../domain/approval/terms.js';
import { commandLines, count, digest, isoTime, proposalId, status, text, violation } from './basics.schema.js';
import { plan } from './plan.schema.js';
import { preview } from './preview.schema.js';
import { result } from './result.schema.js';
import { shapeOf } from './shape-of.js';

const proposer = shapeOf<Proposer>()(
  z
    .discriminatedUnion('assurance', [
      z.strictObject({ assurance: z.literal('signed'), name: text, key: text }),
      z.strictObject({ assurance: z.literal('brain'), name: text }),
      z.strictObject({ assurance: z.literal('unsigned'), name: text }),
    ])
    .describe('what proves the name: a key, the brain of the vessel, nothing'),
);
const decision = shapeOf<JudgedMessage>()(
  z.strictObject({
    kind: z.enum(messageKinds).describe('`message`: sent under a name that is none of these'),
    by: text,
    at: isoTime,
    code: text,
    why: text,
    reason: text.optional(),
    considered_seconds: z.number().optional().describe('for how long it was before the person'),
    key: text.optional(),
  }),
);

/** What the query `status` answers. */
export const proposal = shapeOf<Omit<ProposalView, 'schema'>>()(
  z.strictObject({
    proposal_id: text,
    first_run_id: text,
    status,
    reason: text,
    needs: text.optional().describe('which approvals are there, and which are missing'),
    proposer: proposer.optional(),
    document: proposalDocumentSchema,
    plan: plan.optional(),
    digest: digest.optional(),
    deadline: isoTime.optional(),
    mode_asked_at: isoTime.optional().describe('when the mode is asked whether it consents; absent: only people can start it'),
    warnings: z.array(z.string()),
    preview: preview.optional(),
    violations: z.array(violation),
    decisions: z.array(decision),
    messages: count,
    results: z.array(result),
    command_lines: commandLines.optional().describe('a dry run: what would have been started'),
    rollbacks: z.array(z.strictObject({ tool: text, ok: z.boolean(), summary: text })),
  }),
);

export const listed = shapeOf<ListedProposal>()(
  z.strictObject({
    proposal_id: text,
    status: text.describe('a status, or what the server says of a run that was ended from outside: terminated, failed, ...'),
    risk_level: text,
    action_type: text,
    tool_name: text,
    source: text,
    deadline: isoTime.nullable(),
    started_at: isoTime,
    ended_at: isoTime.nullable(),
    needs: text.describe('whose approval it waits for, and who is missing; empty once it waits for none'),
    again: isoTime.nullable().describe('when an approved one may start that the rate of its type holds back'),
    summary: text,
  }),
);

/** Result of a proposal's workflow. */
export const outcome = shapeOf<ProposalOutcome>()(
  z.strictObject({
    proposal_id: proposalId,
    status,
    reason: text,
    decided_by: text.optional(),
    decided_at: isoTime.optional(),
    ended_at: isoTime,
    exit_code: z.number().int().nullable().optional(),
  }),
);
