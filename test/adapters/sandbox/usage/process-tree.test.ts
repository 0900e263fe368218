import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ProcessFigures } from '../../../../src/adapters/sandbox/usage/process-tree.js';
import { measureTree, parentOf, parseStat, proportionalMb } from '../../../../src/adapters/sandbox/usage/process-tree.js';
import { processesWith } from '../../../support/sandbox/processes.js';
import { soon } from '../../../support/soon.js';

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

const sum = (pid: number, name: 'cpuSeconds' | 'bytesWritten' | 'anonymousMb' | 'threads') =>
  measureTree(pid, []).reduce((all, each) => all + each[name], 0);

describe('measureTree (spec X3)', () => {
  it('has children and grandchildren', async () => {
    const pid = start('/bin/bash', ['-c', '(sleep 60 & sleep 60 & wait) & sleep 60 & wait']);
    const tree = await soon(() => measureTree(pid, []).length >= 5 && measureTree(pid, []));
    expect(tree).toHaveLength(5);
    expect(tree[0]).toMatchObject({ pid, parent: process.pid, threads: 1, ignoresChildren: false });
    expect(sum(pid, 'anonymousMb')).toBeGreaterThan(0.1);
  });

  it('has the children that other threads than the first have started', async () => {
    const thread = `require('node:child_process').spawn('/bin/sleep', ['60'])`;
    const pid = start(process.execPath, ['-e', `new (require('node:worker_threads').Worker)(${JSON.stringify(thread)}, { eval: true })`]);
    expect(await soon(() => measureTree(pid, []).length >= 2 && measureTree(pid, []).length)).toBe(2);
    expect(sum(pid, 'threads')).toBeGreaterThan(2);
  });

  it('has the CPU time of all, of those that have ended too', async () => {
    const busy = 'bash -c "for ((n = 0; n < 200000; n++)); do :; done"';
    const pid = start('/bin/bash', ['-c', `for i in 1 2; do ${busy}; done; sleep 61.25 & wait`]);
    // Nobody is left but two that wait. A child that has not yet become its program still bears the command line of its parent.
    const isSleep = (each: number) => readFileSync(`/proc/${each}/comm`, 'utf8') === 'sleep\n';
    await soon(() => processesWith('sleep 61.25').some((each) => parentOf(each) === pid && isSleep(each)));
    expect(measureTree(pid, [])).toHaveLength(2);
    expect(sum(pid, 'cpuSeconds')).toBeGreaterThan(0.1);
  });

  it('has what was written', async () => {
    const pid = start('/bin/bash', ['-c', 'head -c 3000000 /dev/zero > /var/tmp/janus-tree-$$; rm /var/tmp/janus-tree-$$; sleep 60']);
    await soon(() => sum(pid, 'bytesWritten') >= 3_000_000);
  });

  it('sees who ignores its children', async () => {
    const pid = start('/usr/bin/python3', ['-c', 'import signal, time; signal.signal(signal.SIGCHLD, signal.SIG_IGN); time.sleep(60)']);
    await soon(() => measureTree(pid, [])[0]?.ignoresChildren);
  });

  it('has one again that the walk does not find, as long as it is the same', () => {
    const [elsewhere, gone] = [start('/bin/sleep', ['60']), start('/bin/sleep', ['60'])];
    const [known] = measureTree(elsewhere, []) as [ProcessFigures];
    expect(measureTree(gone, [known]).map(({ pid }) => pid)).toEqual([gone, elsewhere]);
    expect(measureTree(gone, [{ ...known, startTicks: '1' }]).map(({ pid }) => pid)).toEqual([gone]);
  });

  it('is nothing for a process that is not there', () => {
    expect(measureTree(4_194_303, [])).toEqual([]);
    expect(parentOf(4_194_303)).toBeUndefined();
  });
});

it('reads a name that looks like fields', () => {
  const rest = ['R', '7', '0', '0', '0', '0', '4194308', '0', '0', '0', '0', '100', '50', '25', '25', '0', '0', '1', '0', '4711'];
  expect(parseStat(`5 (a) Z 1 (b) ${rest.join(' ')}`)).toEqual({
    state: 'R',
    group: 0,
    parent: 7,
    flags: 4_194_308,
    startTicks: '4711',
    cpuSeconds: 2,
  });
});

it('counts shared pages once', async () => {
  const fork = 'import os, time\nheld = b"x" * (64 << 20)\npid = os.fork()\nif pid: print(pid, flush=True)\ntime.sleep(60)';
  const pid = start('/usr/bin/python3', ['-c', fork]);
  const [line] = (await once(children.at(-1)!.stdout!, 'data')) as [Buffer];
  const both = [pid, Number(String(line))].map((each) => proportionalMb(each).anonymousMb);
  // Each has all of it, and half of it is its own share.
  for (const each of both) expect(each).toBeGreaterThan(32);
  expect(both[0]! + both[1]!).toBeLessThan(96);
  expect(proportionalMb(4_194_303)).toEqual({ anonymousMb: 0, sharedMb: 0 });
});
