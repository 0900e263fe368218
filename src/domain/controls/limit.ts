import type { CeilingState } from './ceiling.js';
import { restingCeiling, stepCeiling } from './ceiling.js';
import type { GovernorState, GovernorTerms } from './governor.js';
import { stepGovernor } from './governor.js';
import type { Pressure } from './pressure.js';
import type { ControlReadings } from './readings.js';
import { known } from './readings.js';
import type { ReliefState } from './relief.js';
import type { ControlSettings } from './settings.js';

/** How many actions may run at once, and what it is made of. */
export interface LimitState {
  readonly ceiling: CeilingState;
  readonly governor: GovernorState;
  /** Ticks that are left, after an emergency, in which it grows by one at most. */
  readonly recoveryTicks: number;
}

export interface LimitInput {
  readonly readings: ControlReadings;
  readonly pressure: Pressure;
  readonly relief: { readonly before: ReliefState; readonly after: ReliefState };
  readonly cores: number;
  /** Since the last tick. */
  readonly seconds: number;
  /** Nothing is missing among the readings. */
  readonly mayRise: boolean;
}

const recoveryTicks = 8;
const noTerms: GovernorTerms = { error: 0, proportional: 0, integral: 0, ramp: 0 };

/** Where a host begins. With a governor that is one action: the first that waits moves it within a tick. */
export function initialLimit(settings: ControlSettings, cores: number): LimitState {
  const limit = settings.governor.enabled ? 1 : settings.concurrencyMax;
  return { ceiling: restingCeiling(cores), governor: { value: limit, limit, lastError: 0 }, recoveryTicks: 0 };
}

const isDegraded = ({ stage }: ReliefState) => stage === 'EMERGENCY' || stage === 'CRITICAL';

/** One at a time; and it has forgotten what it wanted before, so that nothing leaps when the valve closes (bumpless). */
const least = ({ cause }: ReliefState): LimitState => ({
  ceiling: { value: 1, holdTicks: 0, sharesCores: cause === 'cpu' },
  governor: { value: 1, limit: 1 },
  recoveryTicks,
});

/** What configuration, people, the valve, a recovery and missing readings leave. */
function allowed(settings: ControlSettings, before: LimitState, { readings, relief, cores, mayRise }: LimitInput): number {
  return Math.min(
    settings.concurrencyMax,
    known(readings.orders?.limit) ?? Infinity,
    relief.after.stage === 'VENTING' ? cores : Infinity,
    before.recoveryTicks > 0 ? before.governor.limit + 1 : Infinity,
    mayRise ? Infinity : before.governor.limit,
  );
}

/** The least of what work asks for, what the host bears, and what is allowed. */
export function stepLimit(
  settings: ControlSettings,
  before: LimitState,
  input: LimitInput,
): { readonly state: LimitState; readonly terms: GovernorTerms } {
  const { readings, pressure, relief, cores, seconds, mayRise } = input;
  if (isDegraded(relief.after)) return { state: least(relief.after), terms: noTerms };
  if (isDegraded(relief.before)) return { state: least(relief.before), terms: noTerms };

  const upper = allowed(settings, before, input);
  const left = Math.max(0, before.recoveryTicks - 1);
  const { running } = readings.work;
  const backlog = mayRise ? known(readings.backlog) : undefined;
  const ceiling = stepCeiling(before.ceiling, {
    ...{ pressure, cores, running, backlog, seconds, mayRise },
    cpuThreshold: settings.relief.cpuThreshold,
    concurrencyMax: settings.concurrencyMax,
    isVenting: relief.after.stage === 'VENTING',
  });
  if (!settings.governor.enabled) {
    const limit = Math.max(1, Math.floor(upper));
    return { state: { ceiling, governor: { value: limit, limit }, recoveryTicks: left }, terms: noTerms };
  }
  const governed = stepGovernor(settings.governor, before.governor, {
    ...{ backlog, running },
    upper: Math.min(upper, ceiling.value),
    // A late tick is no reason for a leap.
    seconds: Math.min(seconds, 2 * settings.tickSeconds),
  });
  return { state: { ceiling, governor: governed.state, recoveryTicks: left }, terms: governed.terms };
}
