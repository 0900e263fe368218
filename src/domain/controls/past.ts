/** Figures of one moment. */
export interface Moment {
  readonly limit: number;
  readonly running: number;
  readonly waiting: number;
  /** Share of the time in which somebody waited for a processor, in percent. */
  readonly stall: number;
  /** Share of the memory in use, in percent. */
  readonly memory: number;
}

/** The last minutes, the oldest first: of each figure the largest of its time, but the least limit. For people alone. */
export type Past = { readonly everySeconds: number; readonly sinceSeconds: number } & {
  readonly [Name in keyof Moment]: readonly number[];
};

const everySeconds = 5;
/** Five minutes. */
const momentsMax = 60;
const names = ['limit', 'running', 'waiting', 'stall', 'memory'] as const;

export const noPast: Past = { everySeconds, sinceSeconds: everySeconds, limit: [], running: [], waiting: [], stall: [], memory: [] };

/** A moment that came `seconds` after the one before. */
export function addMoment(past: Past, moment: Moment, seconds: number): Past {
  const isNew = past.sinceSeconds + seconds > everySeconds || past.limit.length === 0;
  const worse = (name: keyof Moment, before: number) => (name === 'limit' ? Math.min : Math.max)(before, moment[name]);
  const added = names.map((name) => {
    const rounded = Math.round(moment[name]);
    const kept = past[name];
    if (isNew) return [name, [...kept.slice(1 - momentsMax), rounded]] as const;
    const last = kept.at(-1) ?? 0;
    const worst = Math.round(worse(name, last));
    // Most ticks change nothing: a list is copied where one does.
    return [name, worst === last ? kept : [...kept.slice(0, -1), worst]] as const;
  });
  return { ...past, ...Object.fromEntries(added), sinceSeconds: isNew ? seconds : past.sinceSeconds + seconds };
}
