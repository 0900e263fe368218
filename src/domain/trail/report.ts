import { consideredIn } from '../approval/considered.js';
import { trailEvent } from './events.js';
import type { Projection } from './projection.js';
import type { ProposalStep } from './proposal-steps.js';
import { createProposalSteps, textIn } from './proposal-steps.js';
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
  readonly decisions: {
    readonly approved: number;
    readonly rejected: number;
    readonly expired: number;
    readonly refusedByReview: number;
    /** What a mode consented to, and no person (spec T7). */
    readonly byMode: number;
  };
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

const bump = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
const sorted = (counts: ReadonlyMap<string, number>) => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));

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
  readonly times: Map<string, number[]>;
  readonly looks: Map<string, number[]>;
  records: number;
  approved: number;
  byMode: number;
  rejected: number;
}

const nothing = (): Counts => ({
  ...{ events: new Map(), proposedByRisk: new Map(), ends: new Map(), refused: new Map() },
  ...{ times: new Map(), looks: new Map(), records: 0, approved: 0, byMode: 0, rejected: 0 },
});

const push = (lists: Map<string, number[]>, key: string, value: number) => lists.set(key, [...(lists.get(key) ?? []), value]);

function countDecision({ times }: Counts, { risk, seconds }: { readonly risk?: string; readonly seconds?: number }): void {
  if (risk !== undefined && seconds !== undefined) push(times, risk, seconds);
}

function countStep(counts: Counts, step: ProposalStep): void {
  if (step.kind === 'proposed') return void bump(counts.proposedByRisk, step.risk);
  if (step.kind === 'approved') {
    if (step.by === 'mode') return void (counts.byMode += 1);
    counts.approved += 1;
    return countDecision(counts, step);
  }
  bump(counts.ends, step.end);
  if (!step.byPerson) return;
  counts.rejected += 1;
  countDecision(counts, step);
}

function countProposal(counts: Counts, record: AuditRecord, step: ProposalStep | undefined): void {
  const { event_type: type } = record;
  for (const { risk, seconds } of consideredIn(record)) if (seconds !== undefined) push(counts.looks, risk, seconds);
  if (type === trailEvent.decisionRefused || type === trailEvent.decisionLate) bump(counts.refused, textIn(record.code) ?? 'unknown');
  if (step !== undefined) countStep(counts, step);
}

/**
 * Of all logs. `from` inclusive, `to` exclusive, ISO 8601 in UTC as in the records; those outside of the span only tell when their proposals
 * were made.
 */
export function createTrailReport(from: string, to: string): Projection<TrailReport> {
  let counts = nothing();
  const steps = createProposalSteps();
  return {
    apply(record) {
      const step = steps.read(record);
      if (record.timestamp < from || record.timestamp >= to) return;
      counts.records += 1;
      bump(counts.events, record.event_type);
      if (record.log === 'proposals') countProposal(counts, record, step);
    },
    forget() {
      counts = nothing();
      steps.forget();
    },
    snapshot() {
      const { ends, approved, byMode, rejected } = counts;
      return {
        records: counts.records,
        events: sorted(counts.events),
        proposedByRisk: sorted(counts.proposedByRisk),
        decisions: { approved, rejected, expired: ends.get('expired') ?? 0, refusedByReview: ends.get('refused') ?? 0, byMode },
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
  const { refusedByReview, byMode, ...byPeople } = decisions;
  return {
    month,
    records,
    decisions: { ...byPeople, refused_by_review: refusedByReview, by_mode: byMode },
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
