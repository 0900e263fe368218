import type { NetworkFigures } from '../../domain/action/connection.js';

/** What was met on the way out; undefined for what says nothing of the network itself, such as a host that does not answer. */
export type Met = 'reached' | 'unreachable' | undefined;

/** Counts what all actions together met, since this process began. */
export interface Totals {
  meet(met: Met): void;
  carry(bytes: number): void;
  /** Hears of every change, some at a time; returns how to end that. */
  follow(tell: (figures: NetworkFigures) => void): () => void;
}

/** So long changes are gathered: a download changes the figures with every packet. */
const gatherMilliseconds = 500;

export function createTotals(): Totals {
  const figures = { reached: 0, unreachable: 0, bytes: 0 };
  const followers = new Set<(figures: NetworkFigures) => void>();
  let gathering: NodeJS.Timeout | undefined;
  const changed = () => {
    if (followers.size === 0) return;
    gathering ??= setTimeout(() => {
      gathering = undefined;
      for (const tell of followers) tell({ ...figures });
    }, gatherMilliseconds).unref();
  };
  return {
    meet: (met) => {
      if (met === undefined) return;
      figures[met] += 1;
      changed();
    },
    carry: (bytes) => {
      figures.bytes += bytes;
      changed();
    },
    follow: (tell) => {
      followers.add(tell);
      tell({ ...figures });
      return () => void followers.delete(tell);
    },
  };
}
