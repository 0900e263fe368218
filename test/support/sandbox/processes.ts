import { readdirSync, readFileSync } from 'node:fs';

/** Pids of all processes whose command line holds this text. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').includes(text) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}
