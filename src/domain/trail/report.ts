import { consideredIn } from '../approval/considered.js';
import type { End } from './events.js';
import { endIn, trailEvent } from './events.js';
import type { Projection } from './projection.js';
import type { AuditRecord } from './records.js';

/** Times to decide, in seconds, from the record of the proposal to the decision. */
export interface DecisionTimes {
  readonly count: number;
  readonly median: number;
  readonly p90: number;
  readonly max: number;
}

/** What the audit trail alone says about a span of time. */
export interface TrailReport {
  readonly records: number;
  readonly events: Readonly<Record<string, number>>;
  readonly proposedByRisk: Readonly<Record<string, number>>;
  /** What became of proposals: by people, by silence, by the constitution. */
  readonly decisions: { readonly approved: number; readonly rejected: number; readonly expired: number; readonly refusedByReview: number };
  /** approved / (approved + rejected), by people; undefined where nobody decided. */
  readonly approvalRate: number | undefined;
  readonly ends: Readonly<Record<string, number>>;
  readonly rollbacks: { readonly done: number; readonly failed: number };
  /** Decisions that were not obeyed, by code. */
  readonly refusedDecisions: Readonly<Record<string, number>>;
  readonly secondsToDecideByRisk: Readonly<Record<string, DecisionTimes>>;
  /** For how long people had it before them, where their program measured it. */
  readonly secondsConsideredByRisk: Readonly<Record<string, DecisionTimes>>;
}

/** Of its last record: the result of what went well, the end of all else, and the review of what was refused there. */
function endOf({ event_type: type, id }: AuditRecord): End | undefined {
  const end = endIn(type);
  const isLast =
    id.endsWith('/end') ||
    (end === 'completed' && id.endsWith('/result')) ||
    (end === 'refused' && id.endsWith('/review')) ||
    end === 'outside';
  return isLast ? end : undefined;
}

const bump = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
const sorted = (counts: ReadonlyMap<string, number>) => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function timesOf(seconds: readonly number[]): DecisionTimes {
  const ascending = [...seconds].sort((a, b) => a - b);
  const at = (share: number) => ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? 0;
  return { count: ascending.length, median: at(0.5), p90: at(0.9), max: at(1) };
}

const timesByRisk = (times: ReadonlyMap<string, readonly number[]>) =>
  Object.fromEntries([...times].sort(([a], [b]) => (a < b ? -1 : 1)).map(([risk, all]) => [risk, timesOf(all)]));

interface Counts {
  readonly events: Map<string, number>;
  readonly proposedByRisk: Map<string, number>;
  readonly ends: Map<string, number>;
  readonly refused: Map<string, number>;
  /** Proposals that have not ended. */
  readonly made: Map<string, { readonly at: number; readonly risk: string }>;
  readonly times: Map<string, number[]>;
  readonly looks: Map<string, number[]>;
  records: number;
  approved: number;
  rejected: number;
}

const nothing = (): Counts => ({
  ...{ events: new Map(), proposedByRisk: new Map(), ends: new Map(), refused: new Map() },
  ...{ made: new Map(), times: new Map(), looks: new Map(), records: 0, approved: 0, rejected: 0 },
});

const push = (lists: Map<string, number[]>, key: string, value: number) => lists.set(key, [...(lists.get(key) ?? []), value]);
const riskOf = ({ risk_level: risk }: AuditRecord) => textOf(risk) ?? 'unknown';

function countDecision({ made, times }: Counts, record: AuditRecord): void {
  const proposal = made.get(record.action_id ?? '');
  if (proposal === undefined) return;
  const seconds = (Date.parse(textOf(record.decided_at) ?? record.timestamp) - proposal.at) / 1_000;
  push(times, proposal.risk, Math.max(0, seconds));
}

function countProposal(counts: Counts, record: AuditRecord): void {
  const { event_type: type } = record;
  for (const { risk, seconds } of consideredIn(record)) if (seconds !== undefined) push(counts.looks, risk, seconds);
  if (type === trailEvent.actionProposed) bump(counts.proposedByRisk, riskOf(record));
  if (type === trailEvent.decisionRefused || type === trailEvent.decisionLate) bump(counts.refused, textOf(record.code) ?? 'unknown');
  // A proposal that was suspended and goes on is approved once.
  if (type === trailEvent.actionApproved && record.id.endsWith('/approved')) {
    counts.approved += 1;
    countDecision(counts, record);
  }
  const end = endOf(record);
  if (end === undefined) return;
  bump(counts.ends, end);
  if (end !== 'rejected' || textOf(record.decided_by) === undefined) return;
  counts.rejected += 1;
  countDecision(counts, record);
}

/**
 * Of all logs. `from` inclusive, `to` exclusive, ISO 8601 in UTC as in the records; those outside of the span only tell when their proposals
 * were made.
 */
export function createTrailReport(from: string, to: string): Projection<TrailReport> {
  let counts = nothing();
  return {
    apply(record) {
      const isWithin = record.timestamp >= from && record.timestamp < to;
      if (isWithin) {
        counts.records += 1;
        bump(counts.events, record.event_type);
      }
      if (record.log !== 'proposals') return;
      const id = record.action_id ?? '';
      if (record.event_type === trailEvent.actionProposed) counts.made.set(id, { at: Date.parse(record.timestamp), risk: riskOf(record) });
      if (isWithin) countProposal(counts, record);
      if (endOf(record) !== undefined) counts.made.delete(id);
    },
    forget() {
      counts = nothing();
    },
    snapshot() {
      const { ends, approved, rejected } = counts;
      return {
        records: counts.records,
        events: sorted(counts.events),
        proposedByRisk: sorted(counts.proposedByRisk),
        decisions: { approved, rejected, expired: ends.get('expired') ?? 0, refusedByReview: ends.get('refused') ?? 0 },
        approvalRate: approved + rejected === 0 ? undefined : approved / (approved + rejected),
        ends: sorted(ends),
        rollbacks: { done: ends.get('rolled_back') ?? 0, failed: ends.get('rollback_failed') ?? 0 },
        refusedDecisions: sorted(counts.refused),
        secondsToDecideByRisk: timesByRisk(counts.times),
        secondsConsideredByRisk: timesByRisk(counts.looks),
      };
    },
  };
}

/** The report in the words of `--json` and of the file that the bookkeeping writes. */
export function reportDocument(month: string, report: TrailReport) {
  const { records, events, proposedByRisk, decisions, approvalRate, ends, rollbacks, refusedDecisions } = report;
  const { approved, rejected, expired, refusedByReview } = decisions;
  return {
    month,
    records,
    decisions: { approved, rejected, expired, refused_by_review: refusedByReview },
    rollbacks,
    events,
    ends,
    proposed_by_risk: proposedByRisk,
    refused_decisions: refusedDecisions,
    approval_rate: approvalRate ?? null,
    seconds_to_decide_by_risk: report.secondsToDecideByRisk,
    seconds_considered_by_risk: report.secondsConsideredByRisk,
  };
}
