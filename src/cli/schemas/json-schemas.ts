import { z } from 'zod';
import {
  isoTime,
  digest,
  status,
  kind,
  count,
  named,
  violation,
  plan,
  proposer,
  resultShape,
  listedShape,
  historyEventShape,
  scalar,
} from './json-shapes.js';
import { previewShape, previewView } from './preview-schema.js';
import { trailSchemas } from './trail-schemas.js';
import { proposalDocumentSchema, proposalIdSchema } from '../../domain/action/proposal.schema.js';

/*
 * What `ubos --json` prints, command by command. No command loads this file: it is the source of `schemas/*.json` (`node scripts/schemas.mjs`),
 * and tests hold every command's output against it. Within v1 keys may be added, none is renamed or removed.
 */

const proposals = {
  proposals: named('proposals', { proposals: z.array(z.strictObject(listedShape)) }),
  'listed-proposal': named('listed-proposal', listedShape),
  proposal: named('proposal', {
    proposal_id: z.string(),
    first_run_id: z.string(),
    status,
    reason: z.string(),
    needs: z.string().optional().describe('which approvals are there, and which are missing'),
    proposer: proposer.optional(),
    document: proposalDocumentSchema,
    plan: plan.optional(),
    digest: digest.optional(),
    deadline: isoTime.optional(),
    warnings: z.array(z.string()),
    preview: previewView.optional(),
    violations: z.array(violation),
    decisions: z.array(
      z.strictObject({
        kind,
        by: z.string(),
        at: isoTime,
        code: z.string(),
        why: z.string(),
        reason: z.string().optional(),
        considered_seconds: z.number().optional().describe('for how long it was before the person'),
        key: z.string().optional(),
      }),
    ),
    messages: count,
    results: z.array(z.strictObject(resultShape)),
    command_lines: z.array(z.array(z.string())).optional().describe('a dry run: what would have been started'),
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
  signal: named('signal', { proposal_id: proposalIdSchema, decision: kind, signed: z.boolean(), command: z.string() }),
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
  change: named('change', {
    at: isoTime,
    proposal_id: z.string(),
    status: z.string(),
    detail: z.string(),
    needs: z.string().describe('which approvals are there, and which are missing'),
  }),
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
    review: z
      .record(
        z.string(),
        z.strictObject({
          decisions: count,
          measured: count,
          median_seconds: z.number().nullable(),
          hasty: count.describe('of the last ten that were measured, those under three seconds; 0 for low risk'),
        }),
      )
      .nullable()
      .describe('by risk: for how long people looked at what they decided; null: there is no trail here'),
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
  ...trailSchemas,
  'audit-rotation': named('audit-rotation', {
    rotated: z.array(z.strictObject({ log: z.string(), closed: z.string().describe('name of the file that was closed') })),
    removed: z.array(z.strictObject({ log: z.string(), segment: z.string(), first_seq: count, last_seq: count })),
    kept: z.array(z.strictObject({ log: z.string(), why: z.string() })).describe('old files that stay, because something does not hold'),
  }),
  'sandbox-result': named('sandbox-result', { workspace: z.string(), ...resultShape }),
  preview: named('preview', previewShape),
  'proposal-preview': named('proposal-preview', { proposal_id: z.string(), digest, digest_changed: z.boolean(), preview: previewView }),
  doctor: named('doctor', {
    ok: z.boolean(),
    findings: z.array(z.strictObject({ what: z.string(), ok: z.boolean(), detail: z.string(), next: z.string().nullable() })),
  }),
  key: named('key', { principal: z.string(), file: z.string(), public_key: z.string(), line: z.string().describe('for allowed_signers') }),
  keys: named('keys', {
    file: z.string(),
    keys: z.array(
      z.strictObject({
        principal: z.string(),
        fingerprint: z.string(),
        key_type: z.string(),
        state: z.enum(['valid', 'not_yet', 'expired', 'revoked']),
        valid_after: isoTime.nullable(),
        valid_before: isoTime.nullable(),
        groups: z.array(z.string()),
        may_approve: z.boolean(),
        may_propose: z.boolean(),
        is_authority: z.boolean(),
      }),
    ),
  }),
  'key-added': named('key-added', { principal: z.string(), file: z.string(), line: z.string() }),
  'keys-revoked': named('keys-revoked', {
    file: z.string(),
    revoked: z.array(z.string()).describe('fingerprints'),
    without_key: z.array(z.string()).describe('persons who have no valid key any more'),
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
