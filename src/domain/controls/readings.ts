/**
 * What the host told at one tick. Figures that could not be read are missing (or NaN): the controls then hold what they have and raise nothing.
 * Fractions are of 1. Cumulative figures only ever grow; one that falls began anew (a worker or the host was restarted).
 */
export interface ControlReadings {
  /** Milliseconds of a monotonic clock. */
  readonly at: number;
  readonly cores?: number | undefined;
  readonly memory?: MemoryReading | undefined;
  readonly pressure?: PressureReading | undefined;
  /** Share of the host's processor time that was used since the last tick. */
  readonly cpu?: number | undefined;
  /**
   * Actions that wait for a place, wherever they wait: in the server's queue, less what was taken since, and at the gate. Those that wait for the
   * network, or under a hold, want no place.
   */
  readonly backlog?: number | undefined;
  readonly work: WorkReading;
  /** Share of the fullest disk that Janus writes to. */
  readonly disk?: number | undefined;
  readonly own?: OwnUse | undefined;
  readonly network?: NetworkReading | undefined;
  readonly orders?: StandingOrders | undefined;
  /** The emergency stop that stands. */
  readonly stop?: { readonly id?: string | undefined } | undefined;
}

export interface MemoryReading {
  readonly totalMb: number;
  /** MemAvailable: what can be had without swapping. Page cache is not counted as used: that would freeze everything for minutes. */
  readonly availableMb: number;
  /** What the running actions hold; unknown where the tier cannot say it. */
  readonly actionsMb?: number | undefined;
  /** The limit that Janus itself lives under, where there is one, and the anonymous memory below it. */
  readonly cgroup?: { readonly limitMb: number; readonly anonymousMb: number } | undefined;
}

export interface PressureReading {
  /** Share of the time since the last tick in which somebody waited for a processor. */
  readonly cpu?: number | undefined;
  /** The same for memory. */
  readonly memory?: number | undefined;
  /** Without PSI: `cpu` is made from /proc/stat, and nobody can say `memory`. */
  readonly fallback?: boolean | undefined;
}

export interface WorkReading {
  readonly running: number;
  /** What the reservations of the running actions add up to. */
  readonly reservedMb: number;
}

/** Of Janus's own units and actions, never of the host. */
export interface OwnUse {
  readonly memoryMb?: number | undefined;
  readonly processes?: number | undefined;
  /** Cumulative, as are the bytes. */
  readonly cpuSeconds?: number | undefined;
  readonly networkBytes?: number | undefined;
  readonly diskBytes?: number | undefined;
}

/** What Janus's own actions met when they went out. Cumulative. */
export interface NetworkReading {
  readonly reached: number;
  /** No route, no resolver: a host that does not answer is neither. */
  readonly unreachable: number;
  /** Actions that were held at the gate lately because they need the network. */
  readonly waiting: number;
}

/** What people said, and what stands until they say otherwise. */
export interface StandingOrders {
  readonly limit?: number | undefined;
  /** Why nothing may start. */
  readonly hold?: string | undefined;
  /** How often people have released the relief valve. */
  readonly released?: number | undefined;
}

/** A figure that can be used: JSON makes null of NaN, and a reader may have met anything. */
export const isKnown = (value: number | null | undefined): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

export const known = (value: number | null | undefined): number | undefined => (isKnown(value) ? value : undefined);
