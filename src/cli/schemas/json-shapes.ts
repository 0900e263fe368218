import { z } from 'zod';
import { proposalIdSchema, riskLevelSchema } from '../../domain/action/proposal.schema.js';
import { terminationReasons } from '../../domain/action/result.js';
import type { ProposalStatus } from '../../domain/action/status.js';
import { transitions } from '../../domain/action/status.js';
import { tierNames } from '../../domain/action/tier.js';

/* The parts that several commands print. */

export const isoTime = z.iso.datetime({ offset: true });
export const digest = z.string().regex(/^[0-9a-f]{64}$/);
export const status = z.enum(Object.keys(transitions) as [ProposalStatus, ...ProposalStatus[]]);
export const kind = z.enum(['approve', 'reject', 'withdraw', 'break_glass', 'preview', 'extend', 'cancel', 'resolve']);
export const count = z.number().int().min(0);
export const named = <Shape extends z.ZodRawShape>(name: string, shape: Shape) =>
  z.strictObject({ schema: z.literal(`ubos.${name}/v1`), ...shape });

export const violation = z.strictObject({ rule: z.string(), clause: z.string(), message: z.string() });
const limits = z.strictObject({
  cpu_seconds: count,
  wall_seconds: count,
  memory_mb: count,
  disk_write_mb: count,
  processes: count,
  open_files: count,
  output_bytes: count,
  inodes: count,
  connections: count,
});

const expectation = z
  .strictObject({
    exit_code: z.number().int(),
    stdout_contains: z.array(z.string()),
    stderr_contains: z.array(z.string()),
    files_exist: z.array(z.string()),
    files_absent: z.array(z.string()),
    file_sha256: z.record(z.string(), z.string()),
  })
  .partial();
const commandShape = {
  tool: z.string(),
  path: z.string(),
  args: z.array(z.string()),
  stdin: z.string().optional(),
  online: z.literal(true).optional().describe('gets the network of the plan'),
  expect: expectation.optional(),
};
const plannedCommand = z.strictObject(commandShape);
const grant = z.strictObject({ name: z.string(), path: z.string(), writable: z.boolean() });
export const proposer = z.strictObject({
  assurance: z.enum(['signed', 'brain', 'unsigned']).describe('what proves the name: a key, the brain of the vessel, nothing'),
  name: z.string(),
  key: z.string().optional(),
});

type Requirement = { group: string; approve: number } | { all_of: Requirement[] } | { any_of: Requirement[] };
const requirement: z.ZodType<Requirement> = z.lazy(() =>
  z.union([
    z.strictObject({ group: z.string(), approve: count }),
    z.strictObject({ all_of: z.array(requirement) }),
    z.strictObject({ any_of: z.array(requirement) }),
  ]),
);
const approval = z.strictObject({
  action_type: z.string(),
  requirement,
  groups: z.record(z.string(), z.array(z.string())),
  signature: z.enum(['required', 'optional', 'off']),
  excluded: z.array(z.string()).describe('who may not approve: the proposer, operators of the model'),
  escalate_to: z.string().optional(),
  break_glass: z.strictObject({ group: z.string(), review_seconds: count }).optional(),
});

export const plan = z.strictObject({
  vessel: z.string(),
  proposal_id: proposalIdSchema,
  risk: riskLevelSchema,
  steps: z.array(plannedCommand),
  rollback: z.array(z.strictObject({ ...commandShape, undoes: count.optional() })),
  probe: plannedCommand.optional(),
  network: z.array(z.string()),
  grants: z.array(grant),
  limits,
  minimum_tier: z.enum(tierNames).optional(),
  profile: z.string(),
  dry_run: z.boolean(),
  effect: digest.optional(),
  approval: approval.optional().describe('who has to approve it, frozen at review'),
});

const captured = z.strictObject({ text: z.string(), bytes: count, sha256: z.string(), truncated: z.boolean() });
export const resultShape = {
  reason: z.string().describe(`how it ended: ${terminationReasons.join(', ')}`),
  exit_code: z.number().int().nullable(),
  signal: z.string().nullable(),
  stdout: captured,
  stderr: captured,
  started_at: isoTime,
  ended_at: isoTime,
  wall_seconds: z.number(),
  cpu_seconds: z.number(),
  peak_memory_mb: z.number(),
  bytes_written: z.number(),
  peak_processes: count.optional(),
  inodes: count.optional().describe('files and folders in the workspace that were not there before'),
  tier: z.enum(tierNames).optional().describe('what held it to its quotas: docs/sandbox-tiers.md'),
  connections: z.number(),
  network: z
    .strictObject({
      connections: count,
      denied: count,
      tx: count,
      rx: count,
      records: z.array(
        z.strictObject({
          host: z.string(),
          port: count,
          ip: z.string().optional(),
          tx: count,
          rx: count,
          ms: count,
          verdict: z.string().describe('allowed, or the code of the refusal'),
        }),
      ),
    })
    .optional(),
  files: z.array(z.strictObject({ path: z.string(), exists: z.boolean(), sha256: z.string().optional() })),
  note: z.string().optional(),
};

export const listedShape = {
  proposal_id: z.string(),
  status: z.string().describe('a status, or what the server says of a run that was ended from outside: terminated, failed, ...'),
  risk_level: z.string(),
  action_type: z.string(),
  tool_name: z.string(),
  source: z.string(),
  deadline: isoTime.nullable(),
  started_at: isoTime,
  ended_at: isoTime.nullable(),
  needs: z.string().describe('whose approval it waits for, and who is missing; empty once it waits for none'),
  summary: z.string(),
};

export const historyEventShape = { at: isoTime, event: z.string(), detail: z.string() };
export const scalar = z.union([z.number(), z.boolean(), z.string(), z.null()]);
