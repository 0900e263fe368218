import type { Compared } from './compare-proposal.js';
import type { Mismatch } from './mismatch.js';
import { alarmKinds, isAlarm, noticeKinds } from './mismatch.js';
import { proposalOf } from './run-facts.js';
import type { Unsettled } from './unsettled.js';
import type { Mismatched } from './pair-receipts.js';

/** Listed at most, of alarms and of notices; the others are counted. */
const listedMax = 200;
/** Receipts that disagree are kept up to this many, those of the lowest records. */
const mismatchedMax = 1_000;

export interface TotalsVerdict {
  readonly ok: boolean;
  readonly proposals: number;
  readonly runs: number;
  readonly lines: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly alarms: readonly Mismatch[];
  readonly notices: readonly Mismatch[];
  /** Alarms and notices that are counted and not listed. */
  readonly leftOut: number;
  /** A thousand of them at most. */
  readonly unsettled: readonly Unsettled[];
}

export interface ReconcileVerdict extends TotalsVerdict {
  /** False: there is no proposals log. */
  readonly hasLog: boolean;
  readonly since: string | null;
  /** The newest record that was compared; -1: there was none. */
  readonly headSeq: number;
  /** Entries of this host's start ledger that were compared; null where it cannot be read. */
  readonly ledger: number | null;
}

/** Adds up what was found about all proposals, in bounded memory. */
export interface Totals {
  add(lines: number, compared: Compared): void;
  /** Counts a history; returns how many there were. */
  countRun(): number;
  verdict(): TotalsVerdict;
}

const unsettledMax = 1_000;

const placeOf = ({ line }: Mismatched) => ({ file: line.file, line: line.line, seq: line.seq });

function changed(each: Mismatched, reason: string): Mismatch {
  const { line, runId } = each;
  return { kind: 'altered', proposalId: proposalOf(line.about), workflowId: line.about, runId, ...placeOf(each), reason };
}

/**
 * Each line holds the hash of the one before, so one that is changed, removed or put in gives another leaf to all that follow when the chain is
 * made anew. Those are one finding: between the last record that is as its receipt says and the first that is not.
 */
function toMismatches(mismatched: readonly Mismatched[], matchedMax: number, total: number): Mismatch[] {
  const single = mismatched
    .filter(({ receipt }) => receipt.seq <= matchedMax)
    .map((each) => changed(each, `${each.line.event}: it is not the line that its history holds a receipt for`));
  const [first] = mismatched.filter(({ receipt }) => receipt.seq > matchedMax);
  if (first === undefined) return single;
  const count = total - single.length;
  const after = matchedMax < 0 ? 'no record' : `record ${matchedMax}`;
  const others = count === 1 ? '' : `, nor are ${count - 1} after it`;
  const reason = `${first.line.event}: it is not the line that its history holds a receipt for${others}; ${after} before it still is, so the log was changed in between and its chain made anew`;
  return [...single, changed(first, reason)];
}

export function createTotals(): Totals {
  const counts = new Map<string, number>([...alarmKinds, ...noticeKinds].map((kind) => [kind, 0]));
  const alarms: Mismatch[] = [];
  const notices: Mismatch[] = [];
  const unsettled: Unsettled[] = [];
  let mismatched: Mismatched[] = [];
  let [proposals, runs, lines, matchedMax, mismatchedTotal] = [0, 0, 0, -1, 0];
  const note = (mismatch: Mismatch) => {
    counts.set(mismatch.kind, (counts.get(mismatch.kind) ?? 0) + 1);
    const list = isAlarm(mismatch) ? alarms : notices;
    // A flood of the others must not hide one.
    if (list.length < listedMax || mismatch.breach !== undefined) list.push(mismatch);
  };
  const keepLowest = () => {
    mismatched.sort((a, b) => a.receipt.seq - b.receipt.seq);
    mismatched = mismatched.slice(0, mismatchedMax);
  };
  return {
    add(count, { mismatches, pairing, unsettled: one }) {
      if (one !== undefined && unsettled.length < unsettledMax) unsettled.push(one);
      proposals += 1;
      lines += count;
      matchedMax = Math.max(matchedMax, pairing.matchedMax);
      for (const mismatch of mismatches) note(mismatch);
      mismatchedTotal += pairing.mismatched.length;
      mismatched.push(...pairing.mismatched);
      if (mismatched.length > 2 * mismatchedMax) keepLowest();
    },
    countRun: () => (runs += 1),
    verdict() {
      keepLowest();
      for (const mismatch of toMismatches(mismatched, matchedMax, mismatchedTotal)) note(mismatch);
      const bySeq = (a: Mismatch, b: Mismatch) => (a.seq ?? 0) - (b.seq ?? 0);
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      return {
        ...{ ok: alarmKinds.every((kind) => counts.get(kind) === 0), proposals, runs, lines, counts: Object.fromEntries(counts) },
        ...{ alarms: alarms.sort(bySeq), notices: notices.sort(bySeq), leftOut: total - alarms.length - notices.length, unsettled },
      };
    },
  };
}
