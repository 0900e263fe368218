import { readFileSync } from 'node:fs';
import { parseStat } from '../../../src/adapters/sandbox/usage/process-tree.js';

/** False for a zombie too: nothing of it runs any more. */
export function isRunning(pid: number): boolean {
  try {
    return !/^[ZX]/.test(parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1')).state);
  } catch {
    return false;
  }
}
