import type { NetworkReading } from './readings.js';

export interface NetworkState {
  readonly reached?: number | undefined;
  readonly unreachable?: number | undefined;
  readonly offline: boolean;
  readonly sinceLookSeconds: number;
}

export const online: NetworkState = { offline: false, sinceLookSeconds: 0 };

/** Only while an action waits for the network: nobody is called on a timer. */
const lookEverySeconds = 10;

/** One counter that fell began anew, with the worker that keeps it. */
const grew = (now: number, before: number | undefined) => before !== undefined && now > before;

/**
 * Offline is concluded from what Janus's own actions met (spec G4): no route or no resolver says so at once, and anything reached says the
 * contrary. To be wrong costs little: while one waits, it is looked at again.
 */
export function stepNetwork(
  before: NetworkState,
  reading: NetworkReading | undefined,
  seconds: number,
): { readonly state: NetworkState; readonly lookAgain: boolean } {
  if (reading === undefined) return { state: before, lookAgain: false };
  const { reached, unreachable, waiting } = reading;
  const offline = !grew(reached, before.reached) && (grew(unreachable, before.unreachable) || before.offline);
  const since = offline && before.offline ? before.sinceLookSeconds + seconds : 0;
  const lookAgain = offline && waiting > 0 && since >= lookEverySeconds;
  return { state: { reached, unreachable, offline, sinceLookSeconds: lookAgain ? 0 : since }, lookAgain };
}
