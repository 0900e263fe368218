import { ApplicationFailure } from '@temporalio/activity';
import type { CommandResult } from '../../domain/action/result.js';
import type { StandingStop } from '../../domain/controls/stop.js';
import { stopWords } from '../../domain/controls/stop.js';

/** While something runs its worker looks itself, so that a host without a guard stops as well. */
const lookMilliseconds = 250;

/** What ended it; the reason of an aborted signal, and of what a killed command answers. */
export interface Halted {
  /** Of the stop; where the disk took no mark, `stop`. */
  readonly stop: string;
  readonly words: string;
}

/** Ends what runs when a stop is seen, and knows whether one ended it. */
export interface Halting {
  /** The stop that stands and ends what runs; undefined under a drain, too. */
  seen(): Promise<Halted | undefined>;
  /** Works with a signal that is aborted as well when such a stop is seen. */
  during<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

const haltedBy = (stop: StandingStop): Halted => ({ stop: stop.id ?? 'stop', words: stopWords(stop) });

/** One look for all that runs, and none while nothing does. */
export function createHalting(readStop: () => Promise<StandingStop | undefined>): Halting {
  const running = new Set<AbortController>();
  let timer: NodeJS.Timeout | undefined;
  const seen = async () => {
    const stop = await readStop();
    return stop === undefined || stop.mode === 'drain' ? undefined : haltedBy(stop);
  };
  const look = async () => {
    const halted = await seen();
    if (halted !== undefined) for (const each of running) each.abort(new Error(halted.words));
    timer = running.size === 0 ? undefined : setTimeout(() => void look(), lookMilliseconds);
  };
  return {
    seen,
    async during(signal, work) {
      const halt = new AbortController();
      running.add(halt);
      timer ??= setTimeout(() => void look(), lookMilliseconds);
      try {
        return await work(AbortSignal.any([signal, halt.signal]));
      } finally {
        running.delete(halt);
      }
    },
  };
}

/** The stop that ended a command, by this worker or by the guard; undefined where it ended otherwise. */
export async function haltOf({ halting }: { readonly halting: Halting }, { reason, signal }: CommandResult): Promise<Halted | undefined> {
  const wasKilled = reason === 'cancelled' || (reason === 'signal' && signal === 'SIGKILL');
  return wasKilled ? halting.seen() : undefined;
}

/** Where nothing may run that only follows what ran: asked again, it is done when the stop is lifted. Throws a failure that Temporal tries again. */
export async function assertNotHalted({ halting }: { readonly halting: Halting }): Promise<void> {
  const halted = await halting.seen();
  if (halted !== undefined)
    throw ApplicationFailure.create({
      type: 'STOPPED',
      message: `${halted.words}: it waits until that is lifted`,
      nextRetryDelay: '10 seconds',
    });
}
