import type { ProcessFigures } from './process-tree.js';
import { readProc } from './process-tree.js';

/**
 * A total that does not fall when a process ends without being waited for: what a sum loses from one sample to the next is kept. A sum that is
 * low for one sample only, because a child was reaped between the looks at both, is no loss.
 */
export function createNeverFalling(): (sum: number) => number {
  let lost = 0;
  let [secondLast, last] = [0, 0];
  return (sum) => {
    lost += Math.max(0, secondLast - Math.max(last, sum));
    const total = lost + Math.max(last, sum);
    [secondLast, last] = [last, sum];
    return total;
  };
}

export interface Lost {
  readonly cpuSeconds: number;
  readonly bytesWritten: number;
}

/** How long a process has run, and has waited to run, in seconds: `schedstat`, nanoseconds. */
function scheduled(pid: number): { readonly ran: number; readonly waited: number } {
  const [ran = 0, waited = 0] = readProc(pid, 'schedstat').split(' ').map(Number);
  return { ran: ran / 1e9, waited: waited / 1e9 };
}

/**
 * What went with children whose parent ignores SIGCHLD, between two samples: the last figures of those that are gone, and, where a new one
 * runs, the time before it was born, which one like it had at the same share of a processor. The second part is an estimate; it only ever
 * counts for parents that ignore SIGCHLD, and there without it a chain of children of 30 ms shows a tenth of what it uses.
 */
export function lostBetween(
  before: readonly ProcessFigures[],
  now: readonly ProcessFigures[],
  seconds: number,
  timesOf: typeof scheduled = scheduled,
): Lost {
  const keyOf = ({ pid, startTicks }: ProcessFigures) => `${pid} ${startTicks}`;
  const [old, present] = [new Set(before.map(keyOf)), new Set(now.map(keyOf))];
  // As it was before: the first process of a pid namespace ignores SIGCHLD while it ends, after it has waited.
  const careless = new Set(before.filter((each) => each.ignoresChildren).map(({ pid }) => pid));
  let [cpuSeconds, bytesWritten] = [0, 0];
  if (careless.size === 0) return { cpuSeconds, bytesWritten };
  for (const gone of before) {
    if (!careless.has(gone.parent) || present.has(keyOf(gone))) continue;
    cpuSeconds += gone.cpuSeconds;
    bytesWritten += gone.bytesWritten;
  }
  for (const born of now) {
    if (!careless.has(born.parent) || old.has(keyOf(born)) || born.state !== 'R') continue;
    const { ran, waited } = timesOf(born.pid);
    if (ran > 0) cpuSeconds += Math.max(0, seconds - ran - waited) * (ran / (ran + waited));
  }
  return { cpuSeconds, bytesWritten };
}
