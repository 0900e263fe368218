import { openSync, closeSync, mkdtempSync, rmSync, statSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { soon } from '../../../support/soon.js';
import { hiddenUsage, hostSharedMb } from '../../../../src/adapters/sandbox/usage/shared-memory.js';

describe('memory and space that belong to no process and no name (spec X3)', () => {
  it('counts a file that is unlinked and open, once', () => {
    const folder = mkdtempSync(join(tmpdir(), 'janus-hidden-'));
    const file = join(folder, 'x');
    const [first, second] = [openSync(file, 'w'), openSync(file, 'r')];
    writeSync(first, Buffer.alloc(2 * 1_048_576, 1));
    const { dev } = statSync(file);
    const before = hiddenUsage([process.pid], dev).unlinkedMb;
    unlinkSync(file);
    const after = hiddenUsage([process.pid, process.pid], dev).unlinkedMb;
    closeSync(first);
    closeSync(second);
    rmSync(folder, { recursive: true });
    expect(after - before).toBeCloseTo(2, 1);
  });

  it('is nothing for a process that is not there', () => {
    expect(hiddenUsage([4_194_303], 1)).toEqual({ memoryMb: 0, scratchMb: 0, unlinkedMb: 0 });
    expect(hiddenUsage([], 1)).toEqual({ memoryMb: 0, scratchMb: 0, unlinkedMb: 0 });
  });

  it('knows how much of the host is shared', async () => {
    const file = `/dev/shm/janus-test-${process.pid}`;
    const before = hostSharedMb();
    writeFileSync(file, Buffer.alloc(32 * 1_048_576, 1));
    try {
      // Others may give some back in the same moment.
      await soon(() => hostSharedMb() - before > 16);
    } finally {
      rmSync(file);
    }
  });
});
