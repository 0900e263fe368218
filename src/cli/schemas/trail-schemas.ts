import { z } from 'zod';
import { count, digest, isoTime, named } from './json-shapes.js';
import { logNames } from '../../domain/trail/logs.js';
import { alarmKinds, noticeKinds } from '../../domain/reconcile/facts.js';
import { proposalIdSchema } from '../../domain/action/proposal.schema.js';

const log = z.enum(logNames);
const finding = z.strictObject({
  kind: z.string().describe('stable'),
  file: z.string(),
  line: count.describe('first line is 1; 0: the file as a whole'),
  reason: z.string(),
});
const verdict = z.strictObject({
  log,
  state: z.enum(['ok', 'broken', 'absent']),
  vouched: z.strictObject({ from: count, to: count, leaf: digest, root: digest }).nullable(),
  problem: finding.nullable().describe('the first one: what comes behind it was not looked at'),
  warnings: z.array(finding),
  notices: z.array(finding),
  records: count,
  segments: count,
  head: z.strictObject({ size: count, time: z.string() }).nullable(),
  heads_compared: count,
  places: z
    .array(z.strictObject({ place: z.string(), heads: count }))
    .optional()
    .describe('where the heads that agree were kept; deploy/audit-verify.mjs leaves it out'),
});
const mismatch = z.strictObject({
  kind: z.enum([...alarmKinds, ...noticeKinds]),
  proposal_id: z.string(),
  workflow_id: z.string(),
  run_id: z.string().nullable().describe('null: there is no history'),
  file: z.string().nullable().describe('null: there is no such line'),
  line: count.nullable(),
  seq: count.nullable(),
  reason: z.string(),
});
const counts = z.record(z.string(), count);

const times = z.record(z.string(), z.strictObject({ count, median: z.number(), p90: z.number(), max: z.number() }));

/** What `ubos audit ...` prints with --json. */
export const trailSchemas = {
  'audit-verdict': named('audit-verdict', {
    ok: z.boolean(),
    full: z.boolean(),
    same_user: z
      .boolean()
      .nullable()
      .describe('one account owns the key of the heads and the log: heads prove nothing against it; null: that cannot be seen'),
    second_place: z
      .strictObject({ folder: z.string(), problem: z.string().nullable().describe('why nothing of it was compared') })
      .nullable()
      .optional()
      .describe('null: none is configured; deploy/audit-verify.mjs leaves it out'),
    logs: z.array(verdict),
  }),
  'audit-reconciliation': named('audit-reconciliation', {
    ok: z.boolean().describe('false where there is an alarm'),
    since: z.string().nullable(),
    head_seq: z.number().int().min(-1).describe('the newest record that was compared'),
    proposals: count,
    runs: count.describe('histories that were read'),
    lines: count,
    counts: counts.describe('by kind'),
    alarms: z.array(mismatch),
    notices: z.array(mismatch),
    left_out: count.describe('counted and not listed'),
  }),
  record: named('record', { record: z.looseObject({ timestamp: z.string(), event_type: z.string(), log, seq: count, id: z.string() }) }),
  'audit-report': named('audit-report', {
    month: z.string(),
    records: count,
    events: counts,
    proposed_by_risk: counts,
    decisions: z.strictObject({ approved: count, rejected: count, expired: count, refused_by_review: count }),
    approval_rate: z.number().min(0).max(1).nullable().describe('approved / (approved + rejected); null: nobody decided'),
    ends: counts,
    rollbacks: z.strictObject({ done: count, failed: count }),
    refused_decisions: counts.describe('by code'),
    seconds_to_decide_by_risk: times.describe('from the proposal to the decision'),
    seconds_considered_by_risk: times.describe('for how long people had it before them, where that was measured'),
  }),
  'audit-proof-check': named('audit-proof-check', {
    ok: z.boolean(),
    problem: z.string().nullable(),
    proposal_id: z.string().describe('as the file has it; what is no visible text is shown as ⟦...⟧'),
    key: z.string().describe('of the heads, as name+id'),
    logs: z.array(
      z.strictObject({
        log,
        vessel_id: z.string(),
        size: count.describe('records that the head covers'),
        time: isoTime,
        records: z.array(z.strictObject({ seq: count, timestamp: z.string(), event_type: z.string(), summary: z.string() })),
      }),
    ),
  }),
  'audit-proof': named('audit-proof', {
    proposal_id: proposalIdSchema,
    uncovered: count.describe('records that are newer than the newest head'),
    proofs: z.array(
      z.strictObject({
        log,
        head: z.string().describe('C2SP signed note'),
        records: z.array(
          z.strictObject({ seq: count, line: z.string(), path: z.array(digest).describe('RFC 6962 audit path, from the leaf up') }),
        ),
      }),
    ),
  }),
};
