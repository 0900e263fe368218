import type { GovernorSettings } from './settings.js';

export interface GovernorState {
  /** The limit as a real number: the value that is applied, so that there is nothing to wind up. */
  readonly value: number;
  /** Undefined after a start or a release: the next tick then has no proportional term (bumpless). */
  readonly lastError?: number | undefined;
  /** The limit. */
  readonly limit: number;
}

/** What moved the limit at this tick: `ubos controls` shows them. */
export interface GovernorTerms {
  readonly error: number;
  readonly proportional: number;
  readonly integral: number;
  /** The least that a waiting action moves it by. */
  readonly ramp: number;
}

export interface GovernorInput {
  readonly backlog: number | undefined;
  readonly running: number;
  /** The ceiling, or what configuration and people allow, whichever is less. */
  readonly upper: number;
  /** Since the last tick. */
  readonly seconds: number;
}

/** Rounding alone would flap between two limits at one half. */
const hysteresis = 0.75;
const none: GovernorTerms = { error: 0, proportional: 0, integral: 0, ramp: 0 };

/** Work beyond the target counts for it. Up to the target, permits that nobody uses count against it, so that it comes down in an empty queue. */
function errorOf(target: number, backlog: number, idlePermits: number): number {
  const over = backlog - target;
  return over > 0 ? over : over - Math.max(0, idlePermits);
}

/**
 * The seed's PI controller in velocity form: the terms are added to the *applied* value, once. In the seed they were added to the value that they
 * had already moved, which is unstable for every gain. A waiting action gets a permit within one tick, however small the gains.
 */
export function stepGovernor(
  settings: GovernorSettings,
  state: GovernorState,
  { backlog, running, upper, seconds }: GovernorInput,
): { readonly state: GovernorState; readonly terms: GovernorTerms } {
  const top = Math.max(1, upper);
  const clamp = (value: number) => Math.min(Math.max(value, 1), top);
  if (backlog === undefined) {
    const value = clamp(state.value);
    return { state: { ...state, value, limit: limitOf(value, state.limit, top) }, terms: none };
  }
  const error = errorOf(settings.targetBacklog, backlog, state.limit - running);
  const proportional = settings.proportionalGain * (error - (state.lastError ?? error));
  const integral = settings.integralGain * seconds * error;
  const ramp = error > 0 ? Math.min(error, state.limit) : 0;
  const moved = proportional + integral;
  // Idle permits are an error of its own making: as it comes down the error shrinks, and that alone must not send it up again.
  const value = clamp(state.value + (error > 0 ? Math.max(moved, ramp) : Math.min(moved, 0)));
  return {
    state: { value, lastError: error, limit: limitOf(value, state.limit, top) },
    terms: { error, proportional, integral, ramp },
  };
}

/** A whole number, and never above the ceiling, which may be none. */
function limitOf(value: number, before: number, top: number): number {
  const isAtBound = value <= 1 || value >= top;
  const wanted = isAtBound || Math.abs(value - before) >= hysteresis ? Math.round(value) : before;
  return Math.max(1, Math.min(wanted, Math.floor(top)));
}
