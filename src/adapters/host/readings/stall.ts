import { keepProcText } from './proc-text.js';

/** Part of a time, 0 to 1, in which somebody waited; undefined where this kernel does not count it. */
export type StallMeter = (atMilliseconds: number) => number | undefined;

/**
 * Stall since the call before, by the counter `total` of a /proc/pressure file: it is fresh at every look, where `avg10` is two seconds old and
 * the load average a minute. Undefined at the first call, and where there is no such file (PSI can be off at boot).
 */
export function createStallMeter(file: string): StallMeter {
  const read = keepProcText(file);
  let before: { readonly at: number; readonly total: number } | undefined;
  return (at) => {
    const total = /^some .*\btotal=(\d+)/m.exec(read() ?? '')?.[1];
    const earlier = before;
    before = total === undefined ? undefined : { at, total: Number(total) };
    if (earlier === undefined || before === undefined || at <= earlier.at) return undefined;
    const stalledMilliseconds = (before.total - earlier.total) / 1_000;
    return Math.min(1, Math.max(0, stalledMilliseconds / (at - earlier.at)));
  };
}
