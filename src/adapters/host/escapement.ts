import { createJitterWindow } from '../../domain/controls/jitter.js';

export interface EscapementState {
  readonly ticks: number;
  readonly missed: number;
  readonly jitterP50Ms: number;
  readonly jitterP99Ms: number;
  readonly emergencyStop: boolean;
  readonly lastTickAt: string;
}

export interface EscapementSettings {
  readonly intervalMilliseconds: number;
  /** What is known of a stop; must not wait. */
  readonly isStopped: () => boolean;
  /** Called at every tick; must be quick and must not throw. */
  readonly onTick?: (state: EscapementState) => void;
  /** Monotonic, in milliseconds. */
  readonly monotonic?: () => number;
}

/** The one ticking of a process (spec G1). Beats attach to it; it ticks on between two beats. */
export interface Escapement {
  /** Starts the ticking where it stands still; `earlier` is the state of a process that is gone. */
  attach(earlier?: EscapementState): void;
  readonly state: EscapementState;
  close(): void;
}

/** Ticks on a monotonic clock, corrected for drift: the n-th tick is due at n times the interval, however late the one before was. */
export function createEscapement({
  intervalMilliseconds,
  isStopped,
  onTick,
  monotonic = () => performance.now(),
}: EscapementSettings): Escapement {
  let timer: NodeJS.Timeout | undefined;
  let due = 0;
  const window = createJitterWindow();
  let counts = { ticks: 0, missed: 0 };
  let emergencyStop = false;
  let lastTickAt = new Date().toISOString();

  const state = (): EscapementState => ({
    ...counts,
    jitterP50Ms: window.quantile(0.5),
    jitterP99Ms: window.quantile(0.99),
    emergencyStop,
    lastTickAt,
  });
  const tick = () => {
    // Node's timers may fire a fraction of a millisecond early.
    const late = Math.max(0, monotonic() - due);
    // Ticks that passed while the process could not run are counted, not made up for.
    const skipped = Math.floor(late / intervalMilliseconds);
    counts = { ticks: counts.ticks + 1, missed: counts.missed + skipped };
    window.add(late);
    emergencyStop = isStopped();
    lastTickAt = new Date().toISOString();
    due += (skipped + 1) * intervalMilliseconds;
    schedule();
    onTick?.(state());
  };
  const schedule = () => {
    timer = setTimeout(tick, Math.max(0, due - monotonic()));
    timer.unref();
  };
  return {
    attach: (earlier) => {
      if (earlier !== undefined && earlier.ticks > counts.ticks) counts = { ticks: earlier.ticks, missed: earlier.missed };
      if (timer !== undefined) return;
      due = monotonic() + intervalMilliseconds;
      schedule();
    },
    get state() {
      return state();
    },
    close: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
