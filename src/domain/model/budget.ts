import type { ModelFailureCode } from './answer.js';

/** One question to a model, as the trail has it: reserved before it is asked, settled afterwards. */
export interface ModelCall {
  readonly at: Date;
  readonly reservedTokens: number;
  /** Absent: nobody knows what became of it, so it counts as all that was reserved, and as a failure. */
  readonly settled?: { readonly tokens: number; readonly outcome: 'answered' | ModelFailureCode };
}

export interface BudgetSettings {
  readonly dailyCallsMax: number;
  readonly dailyTokensMax: number;
}

export interface BudgetLeft {
  readonly calls: number;
  readonly tokens: number;
}

const day = 86_400_000;
const hour = 3_600_000;

/** Failures that never reached a model: they cost nothing, and say nothing of it. */
const unasked: ReadonlySet<string> = new Set<ModelFailureCode>(['no_provider', 'nothing_to_ask', 'no_charter', 'budget', 'breaker_open']);
const wasAsked = ({ settled }: ModelCall) => settled === undefined || !unasked.has(settled.outcome);

/** What is left of the last 24 hours; never below nothing. A call that the clock puts into the future counts as well (spec T3). */
export function budgetLeft(calls: readonly ModelCall[], settings: BudgetSettings, now: Date): BudgetLeft {
  const counted = calls.filter((call) => wasAsked(call) && now.getTime() - call.at.getTime() < day);
  const tokens = counted.reduce((sum, { settled, reservedTokens }) => sum + (settled?.tokens ?? reservedTokens), 0);
  return { calls: Math.max(0, settings.dailyCallsMax - counted.length), tokens: Math.max(0, settings.dailyTokensMax - tokens) };
}

export type BreakerState =
  | { readonly state: 'closed' }
  /** No model is asked until then. */
  | { readonly state: 'open'; readonly until: Date }
  /** One question may try whether it works again. */
  | { readonly state: 'probe' };

/** Whether a model that failed so often in a row is asked (spec T3). `calls` in the order of their time. */
export function breakerState(
  calls: readonly ModelCall[],
  { failures, openHours }: { readonly failures: number; readonly openHours: number },
  now: Date,
): BreakerState {
  const asked = calls.filter(wasAsked);
  const lastGood = asked.findLastIndex(({ settled }) => settled?.outcome === 'answered');
  const failed = asked.slice(lastGood + 1);
  const last = failed.at(-1);
  if (last === undefined || failed.length < failures) return { state: 'closed' };
  const until = new Date(last.at.getTime() + openHours * hour);
  return now < until ? { state: 'open', until } : { state: 'probe' };
}
