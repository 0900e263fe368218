import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';

/** USER_HZ is 100 on every architecture that Node runs on. */
const millisecondsPerTick = 10;

/** How busy the machine was: shown beside every figure, because absolute times say nothing without it. */
export function hostPressure() {
  let avg10 = null;
  try {
    avg10 = Number(/some avg10=([\d.]+)/.exec(readFileSync('/proc/pressure/cpu', 'utf8'))?.[1] ?? Number.NaN);
  } catch {
    // A kernel without pressure stall information.
  }
  return { cpu_some_avg10: Number.isFinite(avg10) ? avg10 : null, loadavg1: Math.round(loadavg()[0] * 100) / 100 };
}

/** CPU of a process so far, all its threads, in milliseconds; `children` are those that it has reaped. */
export function cpuOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return { own: (fields[11] + fields[12]) * millisecondsPerTick, children: (fields[13] + fields[14]) * millisecondsPerTick };
}

/** CPU of this process so far, in milliseconds. */
export function ownCpu() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

export function residentMb(pid) {
  return Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1_024;
}

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Calls `work` for each item, at most `width` at once; results in order. */
export async function pool(items, width, work) {
  const results = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await work(items[index], index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  return results;
}

/** Milliseconds that `work` takes, and what it gave. */
export async function timed(work) {
  const start = performance.now();
  const value = await work();
  return { milliseconds: performance.now() - start, value };
}
