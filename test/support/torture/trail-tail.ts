import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { ReadPosition } from '../../../src/adapters/audit/read/read-trail.js';
import { readTrail } from '../../../src/adapters/audit/read/read-trail.js';
import type { AuditRecord } from '../../../src/domain/trail/records.js';

/** Follows proposals.jsonl through its segments, so that a load needs no worker to know where its proposals are. */
export interface TrailTail {
  /** Records about one proposal, in order, as far as they were seen. */
  of(id: string): readonly AuditRecord[];
  /**
   * Resolves with the first record about the proposal that `is` takes, old ones included; undefined after `close`, or so many
   * milliseconds. */
  wait(id: string, is: (record: AuditRecord) => boolean, milliseconds?: number): Promise<AuditRecord | undefined>;
  close(): Promise<void>;
}

interface Waiter {
  readonly is: (record: AuditRecord) => boolean;
  readonly resolve: (record: AuditRecord | undefined) => void;
}

export function followProposals(file: string): TrailTail {
  const seen = new Map<string, AuditRecord[]>();
  const waiting = new Map<string, Set<Waiter>>();
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  let position: ReadPosition | undefined;
  const take = (record: AuditRecord) => {
    const { action_id: id } = record;
    if (id === undefined) return;
    const known = seen.get(id) ?? [];
    // A position whose file was renamed meanwhile may show a record again.
    if (known.some((each) => each.seq === record.seq)) return;
    seen.set(id, [...known, record]);
    for (const waiter of waiting.get(id) ?? []) if (waiter.is(record)) waiter.resolve(record);
  };
  const follow = async () => {
    while (!closing.signal.aborted) {
      // Between two names of a rotation there may be no file for a moment.
      position = await readTrail(file, 'proposals', ({ record }) => take(record), position).catch(() => position);
      await pause(50);
    }
  };
  const following = follow();
  return {
    of: (id) => seen.get(id) ?? [],
    wait: (id, is, milliseconds) => {
      const known = seen.get(id)?.find(is);
      if (known !== undefined) return Promise.resolve(known);
      const all = waiting.get(id) ?? new Set();
      waiting.set(id, all);
      return new Promise((resolve) => {
        // No signal of its own: Node 20 forgets `AbortSignal.timeout` inside of `AbortSignal.any`.
        const timer = milliseconds === undefined ? undefined : setTimeout(() => finish(undefined), milliseconds);
        const finish = (record: AuditRecord | undefined) => {
          clearTimeout(timer);
          all.delete(waiter);
          closing.signal.removeEventListener('abort', stop);
          resolve(record);
        };
        const stop = () => finish(undefined);
        const waiter: Waiter = { is, resolve: finish };
        all.add(waiter);
        closing.signal.addEventListener('abort', stop, { once: true });
        if (closing.signal.aborted) stop();
      });
    },
    close: async () => {
      closing.abort();
      await following;
    },
  };
}
