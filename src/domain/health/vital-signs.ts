/** What a process is for. */
type VitalPart = 'brain' | 'hands' | 'notifier';
/** `all` is all of them in one, as in development. */
export type VitalRole = 'all' | VitalPart;

/** What a part of a worker says is wrong with it, until it is well again. */
export interface Trouble {
  readonly fact: 'trail' | 'hooks' | 'notifier' | 'workspaces' | 'metrics';
  /** Which one of several: a log, a folder. */
  readonly of: string;
  readonly why: string;
  readonly since: string;
}

/** What a worker writes of itself every two seconds into a file of its own, for whoever looks from outside (spec O3). */
export interface VitalSigns {
  readonly role: VitalRole;
  readonly pid: number;
  /** When the process began, as the kernel says it: no other process of this number is meant. */
  readonly startTicks: string;
  readonly startedAt: string;
  /** When it last wrote this. */
  readonly at: string;
  /** It ended in order, then. */
  readonly stoppedAt?: string | undefined;
  /** Of the configuration that it holds. */
  readonly policyVersion: string;
  /** It knows a list of the approvers' keys. */
  readonly hasSigners: boolean;
  /** When the escapement last ticked; absent where it has not, or where no hands are. */
  readonly lastTickAt?: string | undefined;
  /** Where it serves metrics; absent where it does not. */
  readonly metricsAt?: string | undefined;
  readonly troubles: readonly Trouble[];
}

/** Beside what a file says: whether its process still exists. */
export interface SeenSigns extends VitalSigns {
  readonly isThere: boolean;
}

export const vitalMilliseconds = 2_000;
/** Older than this, and the process stands still; several times the interval, for a busy machine. */
export const stillMilliseconds = 10_000;

export type VitalState = 'alive' | 'still' | 'stopped' | 'dead';

export function vitalState({ at, stoppedAt, isThere }: SeenSigns, now: number): VitalState {
  if (stoppedAt !== undefined) return 'stopped';
  if (now - Date.parse(at) <= stillMilliseconds) return 'alive';
  return isThere ? 'still' : 'dead';
}

export const covers = ({ role }: Pick<VitalSigns, 'role'>, wanted: VitalPart): boolean => role === 'all' || role === wanted;
