import { z } from 'zod';
import { previewShape, previewView } from './preview-schema.js';
import { proposalDocumentSchema, proposalIdSchema, riskLevelSchema } from '../domain/proposal.schema.js';
import { tierNames } from '../domain/tier.js';

/*
 * What `ubos --json` prints, command by command. No command loads this file: it is the source of `schemas/*.json` (`node scripts/schemas.mjs`),
 * and tests hold every command's output against it. Within v1 keys may be added, none is renamed or removed.
 */

const isoTime = z.iso.datetime({ offset: true });
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const status = z.enum([
  'draft',
  'proposed',
  'approved',
  'rejected',
  'executing',
  'completed',
  'failed',
  'expired',
  'rolled_back',
  'rollback_failed',
  'indeterminate',
  'suspended',
  'cancelled',
  'stale',
]);
const kind = z.enum(['approve', 'reject', 'extend', 'cancel', 'resolve']);
const count = z.number().int().min(0);
const named = <Shape extends z.ZodRawShape>(name: string, shape: Shape) =>
  z.strictObject({ schema: z.literal(`ubos.${name}/v1`), ...shape });

const violation = z.strictObject({ rule: z.string(), clause: z.string(), message: z.string() });
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
const plan = z.strictObject({
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
});

const captured = z.strictObject({ text: z.string(), bytes: count, sha256: z.string(), truncated: z.boolean() });
const resultShape = {
  reason: z.string().describe('exit, or why it was ended: wall, cpu, memory, output, cancelled, ...'),
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

const listedShape = {
  proposal_id: z.string(),
  status: z.string().describe('a status, or what the server says of a run that was ended from outside: terminated, failed, ...'),
  risk_level: z.string(),
  action_type: z.string(),
  tool_name: z.string(),
  source: z.string(),
  deadline: isoTime.nullable(),
  started_at: isoTime,
  ended_at: isoTime.nullable(),
  summary: z.string(),
};

const historyEventShape = { at: isoTime, event: z.string(), detail: z.string() };
const scalar = z.union([z.number(), z.boolean(), z.string(), z.null()]);

const proposals = {
  proposals: named('proposals', { proposals: z.array(z.strictObject(listedShape)) }),
  'listed-proposal': named('listed-proposal', listedShape),
  proposal: named('proposal', {
    proposal_id: z.string(),
    status,
    reason: z.string(),
    document: proposalDocumentSchema,
    plan: plan.optional(),
    digest: digest.optional(),
    deadline: isoTime.optional(),
    warnings: z.array(z.string()),
    preview: previewView.optional(),
    violations: z.array(violation),
    decisions: z.array(
      z.strictObject({ kind, by: z.string(), at: isoTime, code: z.string(), why: z.string(), reason: z.string().optional() }),
    ),
    messages: count,
    results: z.array(z.strictObject(resultShape)),
    rollbacks: z.array(z.strictObject({ tool: z.string(), ok: z.boolean(), summary: z.string() })),
  }),
  history: named('history', { proposal_id: proposalIdSchema, events: z.array(z.strictObject(historyEventShape)) }),
  'history-event': named('history-event', { proposal_id: proposalIdSchema, ...historyEventShape }),
  decision: named('decision', {
    proposal_id: proposalIdSchema,
    decision: kind,
    by: z.string(),
    status: status.describe('right after the decision'),
    reason: z.string().nullable(),
    digest: digest.nullable(),
    extend: z.string().nullable(),
    outcome: z.enum(['completed', 'failed']).nullable(),
  }),
  outcome: named('outcome', {
    proposal_id: proposalIdSchema,
    status,
    reason: z.string(),
    decided_by: z.string().optional(),
    decided_at: isoTime.optional(),
    ended_at: isoTime,
    exit_code: z.number().int().nullable().optional(),
  }),
  proposed: named('proposed', {
    proposal_id: proposalIdSchema,
    status,
    digest: digest.nullable(),
    deadline: isoTime.nullable(),
    violations: z.array(violation),
  }),
  check: named('check', {
    valid: z.boolean(),
    violations: z.array(violation),
    digest: digest.nullable(),
    command_lines: z.array(z.array(z.string())),
  }),
  change: named('change', { at: isoTime, proposal_id: z.string(), status: z.string(), detail: z.string() }),
  output: named('output', {
    proposal_id: proposalIdSchema,
    source: z.enum(['workspace', 'history']),
    file: z.string(),
    text: z.string(),
    truncated: z.boolean(),
  }),
};

const system = {
  status: named('status', {
    vessel: z.string(),
    mode: z.string(),
    healthy: z.boolean(),
    missing: z.array(z.enum(['brain', 'mind', 'hands'])),
    emergency_stop: z.boolean(),
    temporal: z.string(),
    namespace: z.string(),
    counts: z.record(status.exclude(['draft', 'suspended']), count),
    escapement: z
      .strictObject({
        ticks: count,
        missed: count,
        jitter_p50_ms: z.number(),
        jitter_p99_ms: z.number(),
        emergency_stop: z.boolean(),
        last_tick_at: isoTime,
      })
      .nullable(),
    thinking: z.strictObject({ paused: z.boolean(), next: isoTime.nullable() }).nullable(),
  }),
  think: named('think', { triggered: z.literal(true) }),
  cycle: named('cycle', {
    started: z.array(z.string()),
    duplicates: z.array(z.string()),
    skipped: z.array(z.strictObject({ playbook_id: z.string(), why: z.string() })),
    idle: z.string().nullable(),
    metrics: z.record(z.string(), scalar),
  }),
  collection: named('collection', {
    workspace: z.string(),
    files: z.array(
      z.strictObject({ path: z.string().describe('what is no visible text is shown as ⟦...⟧'), bytes: count, sha256: digest }),
    ),
    left_out: z.array(z.strictObject({ path: z.string(), why: z.string() })),
    left_out_count: count.describe('also those that left_out has no room for'),
    bytes: count,
  }),
  cleanup: named('cleanup', {
    paths: z.array(z.string()),
    done: z.boolean(),
    removed: count.describe('entries that are gone'),
    problems: z.array(z.strictObject({ path: z.string(), what: z.string(), next: z.string() })),
  }),
  'sandbox-result': named('sandbox-result', { workspace: z.string(), ...resultShape }),
  preview: named('preview', previewShape),
  doctor: named('doctor', {
    ok: z.boolean(),
    findings: z.array(z.strictObject({ what: z.string(), ok: z.boolean(), detail: z.string(), next: z.string().nullable() })),
  }),
  config: z.looseObject({ schema: z.literal('ubos.config/v1'), agent_file: z.string(), vessel_id: z.string(), policy_version: z.string() }),
  'config-valid': named('config-valid', { file: z.string(), policy_version: z.string() }),
  'config-key': named('config-key', { key: z.string(), meaning: z.string(), default: z.string(), keys: z.array(z.string()) }),
  ui: named('ui', { links: z.record(z.string(), z.url()) }),
  completion: named('completion', { shell: z.enum(['bash', 'zsh', 'fish']), script: z.string() }),
  version: named('version', { version: z.string(), node: z.string() }),
  'exit-codes': named('exit-codes', { exit_codes: z.array(z.strictObject({ code: count, meaning: z.string() })) }),
  error: named('error', {
    error: z.strictObject({
      code: z.string().describe('stable; keyed on by exit codes'),
      message: z.string(),
      next: z.string().nullable().describe('what to type next'),
      details: z.record(z.string(), z.unknown()),
    }),
  }),
};

/** By the name in `"schema": "ubos.NAME/v1"`. */
export const jsonSchemas: Readonly<Record<string, z.ZodType>> = { ...proposals, ...system };

/** The files of `schemas/`: open to further keys, because v1 may grow. */
export function shippedSchemas(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(jsonSchemas).map(([name, schema]) => {
      const json = z.toJSONSchema(schema, {
        io: 'input',
        unrepresentable: 'any',
        override: ({ jsonSchema }) => {
          if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
        },
      });
      return [`${name}.v1.json`, `${JSON.stringify({ ...json, title: `ubos.${name}/v1` }, null, 2)}\n`];
    }),
  );
}
