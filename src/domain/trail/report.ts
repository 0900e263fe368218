import type { AuditRecord } from './logs.js';
import { consideredIn } from '../approval/considered.js';

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

export interface ReportBuilder {
  /** In the order of the log. Records outside of the span only tell when their proposals were made. */
  add(record: AuditRecord): void;
  report(): TrailReport;
}

const ends = new Set(['completed', 'rejected', 'expired', 'failed', 'cancelled', 'stale', 'rolled_back', 'rollback_failed', 'refused']);

/** How a proposal ended, of its last record: the result of what went well, the end of all else, and the review of what was refused there. */
function endOf({ event_type: event, id }: AuditRecord): string | undefined {
  const end = /^action_(\w+)$/.exec(event)?.[1] ?? '';
  const isLast = id.endsWith('/end') || (end === 'completed' && id.endsWith('/result')) || (end === 'refused' && id.endsWith('/review'));
  return isLast && ends.has(end) ? end : undefined;
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

/** `from` inclusive, `to` exclusive, ISO 8601 in UTC as in the records. */
export function createTrailReport(from: string, to: string): ReportBuilder {
  const events = new Map<string, number>();
  const byRisk = new Map<string, number>();
  const ended = new Map<string, number>();
  const refused = new Map<string, number>();
  const made = new Map<string, { readonly at: number; readonly risk: string }>();
  const times = new Map<string, number[]>();
  const looks = new Map<string, number[]>();
  let [records, approved, rejected] = [0, 0, 0];

  const decided = (record: AuditRecord) => {
    const proposal = made.get(record.action_id ?? '');
    if (proposal === undefined) return;
    const seconds = (Date.parse(textOf(record['decided_at']) ?? record.timestamp) - proposal.at) / 1_000;
    const known = times.get(proposal.risk) ?? [];
    times.set(proposal.risk, known);
    known.push(Math.max(0, seconds));
  };
  const note = (record: AuditRecord) => {
    const { event_type: event } = record;
    records += 1;
    bump(events, event);
    for (const { risk, seconds } of consideredIn(record)) if (seconds !== undefined) looks.set(risk, [...(looks.get(risk) ?? []), seconds]);
    if (event === 'action_proposed') bump(byRisk, textOf(record['risk_level']) ?? 'unknown');
    if (event === 'decision_refused' || event === 'decision_late') bump(refused, textOf(record['code']) ?? 'unknown');
    // A proposal that was suspended and goes on is approved once.
    if (event === 'action_approved' && record.id.endsWith('/approved')) {
      approved += 1;
      decided(record);
    }
    const end = endOf(record);
    if (end === undefined) return;
    bump(ended, end);
    if (end !== 'rejected' || textOf(record['decided_by']) === undefined) return;
    rejected += 1;
    decided(record);
  };
  return {
    add(record) {
      if (record.log !== 'proposals') {
        if (record.timestamp >= from && record.timestamp < to) {
          records += 1;
          bump(events, record.event_type);
        }
        return;
      }
      if (record.event_type === 'action_proposed')
        made.set(record.action_id ?? '', { at: Date.parse(record.timestamp), risk: textOf(record['risk_level']) ?? 'unknown' });
      if (record.timestamp >= from && record.timestamp < to) note(record);
      if (endOf(record) !== undefined) made.delete(record.action_id ?? '');
    },
    report: () => ({
      records,
      events: sorted(events),
      proposedByRisk: sorted(byRisk),
      decisions: { approved, rejected, expired: ended.get('expired') ?? 0, refusedByReview: ended.get('refused') ?? 0 },
      approvalRate: approved + rejected === 0 ? undefined : approved / (approved + rejected),
      ends: sorted(ended),
      rollbacks: { done: ended.get('rolled_back') ?? 0, failed: ended.get('rollback_failed') ?? 0 },
      refusedDecisions: sorted(refused),
      secondsToDecideByRisk: timesByRisk(times),
      secondsConsideredByRisk: timesByRisk(looks),
    }),
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
