import { readdirSync, readFileSync } from 'node:fs';
import { threadsOf } from '../../../src/adapters/sandbox/run/first-process.js';

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

/** Every thread that has this folder mounted as its workspace, whatever it says of itself; a zombie has no mounts. */
export function livingIn(workspace: string): string[] {
  const threads = readdirSync('/proc').flatMap((pid) => (/^\d+$/.test(pid) ? threadsOf(Number(pid)) : []));
  return threads.filter((thread) => {
    try {
      return readFileSync(`${thread}/mountinfo`, 'utf8').includes(` ${workspace} /workspace `);
    } catch {
      return false;
    }
  });
}
