import type { LogName } from '../../../domain/trail/logs.js';
import { JanusError } from '../../../domain/errors.js';

/** Told once when a log stops working and once when it works again, however many calls fail in between. */
export interface OutageObserver {
  unavailable(log: LogName, why: string): void;
  /** After so many milliseconds. */
  recovered(log: LogName, milliseconds: number): void;
}

export interface OutageWatch {
  /** Passes the answer on. `isProof`: its success shows that the log can be written again. */
  watch<T>(log: LogName, work: Promise<T>, isProof: (answer: T) => boolean): Promise<T>;
}

/** A record that is too long is its caller's trouble; only what concerns the file says whether its durability is known. */
const isOutage = (error: unknown): error is JanusError =>
  error instanceof JanusError && error.code === 'AUDIT_UNAVAILABLE' && error.details['durability'] !== undefined;

export function watchOutages(observer: OutageObserver, clock: () => Date): OutageWatch {
  const since = new Map<LogName, number>();
  return {
    async watch(log, work, isProof) {
      try {
        const answer = await work;
        const began = since.get(log);
        if (began !== undefined && isProof(answer)) {
          since.delete(log);
          observer.recovered(log, clock().getTime() - began);
        }
        return answer;
      } catch (error) {
        if (isOutage(error) && !since.has(log)) {
          since.set(log, clock().getTime());
          observer.unavailable(log, error.message);
        }
        throw error;
      }
    },
  };
}
