export const stages = ['SEALED', 'VENTING', 'EMERGENCY', 'CRITICAL'] as const;

/** Of the relief valve, the mildest first. */
export type Stage = (typeof stages)[number];

/** What is to be done until the next tick. */
export interface ControlOrders {
  /** Actions that may run at once; at least 1, and what keeps them from starting altogether is in `holds`. */
  readonly concurrency: number;
  /** What the reservations of running actions may add up to, in MB: a start has to fit below it. */
  readonly memoryCeilingMb: number;
  readonly stage: Stage;
  /** So many of the running actions are to be killed now, the youngest first; 0 but in an emergency of the memory. */
  readonly shed: number;
  readonly thinkingSuspended: boolean;
  /** Nothing that Janus's actions met lately was reachable. */
  readonly offline: boolean;
  /** An action waits for the network while Janus is offline, and nothing else keeps it back: look once whether there is one. */
  readonly lookAgain: boolean;
  readonly holds: Holds;
  /** Why the emergency stop is to be pulled, once. */
  readonly pullStop?: string | undefined;
}

/** Why nothing may start, or nothing that needs the network; absent where it may. */
export interface Holds {
  readonly starts?: string | undefined;
  readonly network?: string | undefined;
}
