import { z } from 'zod';
import type { Expectation } from '../../domain/action/proposal.js';
import { riskLevelSchema } from '../../domain/action/proposal.schema.js';
import type { Limits } from '../../domain/action/limits.js';
import type { ModeGrantTerms } from '../../domain/modes/grant.js';
import type { ExecutionPlan, Grant, PlannedCommand, PlannedRollback } from '../../domain/action/plan.js';
import { tierNames } from '../../domain/action/tier.js';
import type { Requirement } from '../../domain/approval/rules.js';
import type { ApprovalTerms } from '../../domain/approval/terms.js';
import type { SnakeKeys } from '../../domain/text/key-case.js';
import { count, digest, proposalId, text } from './basics.schema.js';
import { shapeOf } from './shape-of.js';

const limits = shapeOf<Limits>()(
  z.strictObject({
    cpu_seconds: count,
    wall_seconds: count,
    memory_mb: count,
    disk_write_mb: count,
    processes: count,
    open_files: count,
    output_bytes: count,
    inodes: count,
    connections: count,
    cpu_percent: count.optional().describe('of one processor'),
    workspace_mb: count.optional().describe('all that the workspace may hold'),
  }),
);

const expectation = shapeOf<Expectation>()(
  z
    .strictObject({
      exit_code: z.number().int(),
      stdout_contains: z.array(z.string()),
      stderr_contains: z.array(z.string()),
      stdout_lacks: z.array(z.string()),
      stderr_lacks: z.array(z.string()),
      files_exist: z.array(z.string()),
      files_absent: z.array(z.string()),
      file_sha256: z.record(z.string(), z.string()),
    })
    .partial(),
);

const command = shapeOf<PlannedCommand>()(
  z.strictObject({
    tool: text,
    path: text,
    args: z.array(z.string()),
    stdin: text.optional(),
    online: z.literal(true).optional().describe('gets the network of the plan'),
    expect: expectation.optional(),
  }),
);
const rollback = shapeOf<PlannedRollback>()(command.extend({ undoes: count.optional() }));
const grant = shapeOf<Grant>()(z.strictObject({ name: text, path: text, writable: z.boolean() }));

const requirement: z.ZodType<SnakeKeys<Requirement>, SnakeKeys<Requirement>> = z.lazy(() =>
  z.union([
    z.strictObject({ group: text, approve: count }),
    z.strictObject({ all_of: z.array(requirement) }),
    z.strictObject({ any_of: z.array(requirement) }),
  ]),
);
const modeGrant = shapeOf<ModeGrantTerms>()(
  z.strictObject({
    mode: z.enum(['beta', 'omega']).describe('the least mode that may start it'),
    kind: z.enum(['playbook', 'novel']),
    playbook: z.strictObject({ id: text, hash: text }).optional(),
    veto_seconds: count.describe('how long people have to object first'),
  }),
);
const approval = shapeOf<ApprovalTerms>()(
  z.strictObject({
    action_type: text,
    requirement,
    groups: z.record(z.string(), z.array(z.string())),
    signature: z.enum(['required', 'optional', 'off']),
    excluded: z.array(z.string()).describe('who may not approve: the proposer, operators of the model'),
    escalate_to: text.optional(),
    break_glass: z.strictObject({ group: text, review_seconds: count }).optional(),
    grant: modeGrant.optional().describe('a mode that is high enough consents as well; absent: only people'),
  }),
);

export const plan = shapeOf<ExecutionPlan>()(
  z.strictObject({
    vessel: text,
    proposal_id: proposalId,
    risk: riskLevelSchema,
    steps: z.array(command),
    rollback: z.array(rollback),
    probe: command.optional(),
    network: z.array(z.string()),
    grants: z.array(grant),
    irreversible: z.array(text).optional().describe('tools whose doings cannot be undone'),
    limits,
    minimum_tier: z.enum(tierNames).optional(),
    profile: text,
    dry_run: z.boolean(),
    effect: digest.optional(),
    rollback_under_stop: z.literal('run').optional().describe('what an emergency stop ended is rolled back at once, not when that is lifted'),
    approval: approval.describe('who has to approve it, frozen at review'),
  }),
);
