import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { largest, noUsage, treeUsage } from '../../../src/adapters/sandbox/process-tree.js';
import { soon } from '../../support/soon.js';

const children: ChildProcess[] = [];
function start(program: string, args: readonly string[]): number {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  children.push(child);
  return child.pid!;
}
afterEach(async () => {
  for (const child of children.splice(0)) {
    const closed = child.exitCode === null && child.signalCode === null ? once(child, 'close') : undefined;
    process.kill(-child.pid!, 'SIGKILL');
    await closed;
  }
});

describe('treeUsage (spec X3)', () => {
  it('counts children and grandchildren', async () => {
    const pid = start('/bin/bash', ['-c', '(sleep 60 & sleep 60 & wait) & sleep 60 & wait']);
    expect(await soon(() => treeUsage(pid).processes >= 5 && treeUsage(pid).processes)).toBe(5);
    expect(treeUsage(pid).residentMb).toBeGreaterThan(1);
  });

  it('counts the children that other threads than the first have started', async () => {
    const thread = `require('node:child_process').spawn('/bin/sleep', ['60'])`;
    const pid = start(process.execPath, ['-e', `new (require('node:worker_threads').Worker)(${JSON.stringify(thread)}, { eval: true })`]);
    expect(await soon(() => treeUsage(pid).processes >= 2 && treeUsage(pid).processes)).toBe(2);
  });

  it('sums the CPU time of all, of those that have ended too', async () => {
    const pid = start('/bin/bash', ['-c', 'for i in 1 2; do bash -c "for ((n = 0; n < 200000; n++)); do :; done"; done; sleep 60']);
    await soon(() => treeUsage(pid).cpuSeconds > 0.2, 20_000);
  });

  it('counts what was written', async () => {
    const pid = start('/bin/bash', ['-c', 'head -c 3000000 /dev/zero > /var/tmp/janus-tree-$$; rm /var/tmp/janus-tree-$$; sleep 60']);
    await soon(() => treeUsage(pid).bytesWritten >= 3_000_000);
  });

  it('is nothing for a process that is not there', () => {
    expect(treeUsage(4_194_303)).toEqual({ ...noUsage, processes: 1 });
  });
});

it('keeps the largest of each figure', () => {
  const a = { cpuSeconds: 1, residentMb: 9, bytesWritten: 3, processes: 1 };
  const b = { cpuSeconds: 2, residentMb: 5, bytesWritten: 3, processes: 7 };
  expect(largest(a, b)).toEqual({ cpuSeconds: 2, residentMb: 9, bytesWritten: 3, processes: 7 });
});
