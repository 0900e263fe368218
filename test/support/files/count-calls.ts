import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

export interface Counted {
  /** How many calls to the file system stood between two turns of the event loop, at most. */
  readonly most: number;
  readonly all: number;
}

/** Counts synchronous calls to the file system from now on. For a process of its own: nothing is put back. */
export function countCalls(): { end(): Counted } {
  let [calls, most, all] = [0, 0, 0];
  const patched = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of Object.keys(patched).filter((each) => each.endsWith('Sync'))) {
    const original = patched[name]!;
    patched[name] = (...args) => {
      calls += 1;
      return original(...args);
    };
  }
  syncBuiltinESMExports();
  const turn = () => {
    most = Math.max(most, calls);
    all += calls;
    calls = 0;
    turning = setImmediate(turn);
  };
  let turning = setImmediate(turn);
  return {
    end() {
      clearImmediate(turning);
      return { most: Math.max(most, calls), all: all + calls };
    },
  };
}
