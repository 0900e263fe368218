import type { BreachKind } from '../controls/breach.js';
import { runEvents, trailEvent } from '../trail/events.js';
import type { LoggedLine } from './logged-line.js';

/** What the start ledger of a host says of one action. */
export interface LedgerFacts {
  /** Of the plan that it was claimed for; absent where the claim cannot be read. */
  readonly digest?: string;
  /** Milliseconds since 1970, by the clock of that host. */
  readonly claimedAt: number;
  readonly startedSteps: number;
  /** Absent: it runs, or was interrupted. */
  readonly outcome?: 'succeeded' | 'did_not_succeed' | 'nothing_started';
}

export interface LedgerCase {
  /** Of one proposal, in the order of the log. */
  readonly lines: readonly LoggedLine[];
  /** Undefined: the ledger of the host has no entry for it. */
  readonly facts: LedgerFacts | undefined;
  readonly host: string;
  /** Milliseconds since 1970: what was claimed later may be missing from the lines. */
  readonly readAt: number;
  /** Milliseconds since 1970: lines before this may have been removed by retention. */
  readonly firstAt: number;
}

export interface LedgerProblem {
  readonly reason: string;
  readonly line?: LoggedLine;
  /** More than a difference (spec K4). */
  readonly breach?: BreachKind;
}

const settledByPerson = /^resolved by /;

/**
 * What the ledger says otherwise than the log (spec X5, L3): a third witness, which whoever owns the server or the trail does not write. Pure. What a
 * person has settled is theirs to know.
 */
export function ledgerProblems({ lines, facts, host, readAt, firstAt }: LedgerCase): LedgerProblem[] {
  const starts = lines.filter((line) => line.event === trailEvent.startAuthorised && line.host === host);
  const result = lines.find((line) => line.id === `${line.about}/result` && line.host === host);
  const saysCompleted = result?.event === runEvents.completed;
  if (facts === undefined)
    return result === undefined
      ? []
      : [{ breach: 'unsigned_result', reason: `it ran here, says the log; the ledger of ${host} has no entry for it`, line: result }];
  if (facts.claimedAt >= readAt || (lines.length === 0 && facts.claimedAt <= firstAt)) return [];
  const problems: LedgerProblem[] = [];
  const started = facts.startedSteps > 0 || facts.outcome === 'succeeded';
  if (started && facts.digest !== undefined && !starts.some(({ digest }) => digest === facts.digest))
    problems.push({
      breach: 'unpermitted_start',
      reason: `the ledger of ${host} says that it was started with digest ${facts.digest.slice(0, 8)}; no line permits that`,
    });
  if (result !== undefined && saysCompleted !== (facts.outcome === 'succeeded'))
    problems.push({
      reason: `it ${saysCompleted ? 'succeeded' : 'did not succeed'}, says the log; the ledger of ${host} says ${facts.outcome ?? 'that it has no end'}`,
      line: result,
    });
  const end = lines.find((line) => line.id === `${line.about}/end`);
  if (started && result === undefined && end !== undefined && !settledByPerson.test(end.summary))
    problems.push({
      reason: `it ended ${end.status ?? ''} without having run, says the log; the ledger of ${host} says that it was started`,
      line: end,
    });
  return problems;
}
