import { readFileSync } from 'node:fs';

/**
 * When a process began, in clock ticks after boot, as the kernel says it (proc(5)): with the pid it names a process for ever. Empty where there is no
 * such process. The name that stands before it in the file may hold anything.
 */
export function startTicksOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
