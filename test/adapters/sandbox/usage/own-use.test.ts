import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { measureOwnUse } from '../../../../src/adapters/sandbox/usage/own-use.js';

const children: ChildProcess[] = [];
afterEach(() => children.splice(0).forEach(({ pid }) => pid !== undefined && process.kill(-pid, 'SIGKILL')));

/** A process with one child. */
async function aPair(): Promise<number> {
  const child = spawn('/bin/bash', ['-c', 'sleep 600 & echo ready; wait'], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  children.push(child);
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

describe('what Janus itself uses (spec G4)', () => {
  it('is that of all its processes with all below them, each counted once', async () => {
    const [one, two] = [await aPair(), await aPair()];
    const both = measureOwnUse([one, two, one]);
    expect(both?.processes).toBe(4);
    expect(both?.memoryMb).toBeGreaterThan(0);
    // What one process started is below it, named by itself or not.
    expect(measureOwnUse([process.pid, one, two])?.processes).toBe(measureOwnUse([process.pid])?.processes);
  });

  it('is nothing where none of them is there', () => {
    expect(measureOwnUse([2 ** 22 + 1])).toBeUndefined();
  });
});
