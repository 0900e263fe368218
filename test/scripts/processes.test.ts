import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { existsSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { createInterruption } from '../../scripts/lib/interruption.mjs';
import { endDeadRuns, endMarked } from '../../scripts/lib/jest.mjs';
import { startTicks } from '../../scripts/lib/leftovers.mjs';
import { endProcess, superviseWorker } from '../../scripts/lib/worker-process.mjs';
import { useFolders } from '../support/folders.js';
import { soon } from '../support/soon.js';

const folder = useFolders();
const ready = 'console.log(JSON.stringify({ ready: true, vessel: "v" }));setInterval(() => undefined, 1000);';

function script(code: string): string {
  const file = join(folder(), 'worker.mjs');
  writeFileSync(file, code);
  return file;
}

it('kills a worker that does not end when it is told to', async () => {
  const pids: number[] = [];
  const deaf = script(`process.on('SIGTERM', () => undefined);${ready}`);
  const worker = superviseWorker({ env: {}, script: deaf, onStart: (child: { pid: number }) => pids.push(child.pid), stopWithin: 200 });
  await worker.ready;
  await worker.stop();
  expect(pids).toHaveLength(1);
  expect(() => process.kill(pids[0]!, 0)).toThrow('ESRCH');
});

/** A child of a child, in a session of its own. */
async function leaveBehind(env: Record<string, string>): Promise<string> {
  const left = spawn('/bin/sh', ['-c', 'setsid sleep 60 & echo $!'], { env, stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  const [pid] = (await once(left.stdout, 'data')) as [Buffer];
  return String(pid).trim();
}

it('finds what a run of tests has left behind by its mark, ends it, and says so', async () => {
  const name = `JANUS_MARK_${randomUUID().replaceAll('-', '')}`;
  const isMine = (mark: string) => mark === 'mine';
  expect(await endMarked(name, isMine)).toEqual([]);
  const pid = await leaveBehind({ [name]: 'mine' });
  expect(await endMarked(name, (mark: string) => mark === 'another', 0)).toEqual([]);
  expect(await endMarked(name, isMine, 100)).toEqual([`${pid} sleep 60`]);
  await soon(() => !existsSync(`/proc/${pid}`));
});

it('ends what a run that was killed has left behind, and touches no run that goes on or that it cannot see', async () => {
  const name = `JANUS_MARK_${randomUUID().replaceAll('-', '')}`;
  const here = readlinkSync('/proc/self/ns/pid');
  const goesOn = `${here}-${process.pid}-${startTicks(process.pid)}`;
  const left = await leaveBehind({ [name]: `${here}-${process.pid}-1` });
  const others = await Promise.all([goesOn, `pid:[1]-${process.pid}-1`, 'of another kind'].map((mark) => leaveBehind({ [name]: mark })));
  try {
    expect(await endDeadRuns(name)).toEqual([`${left} sleep 60`]);
    expect(others.map((pid) => existsSync(`/proc/${pid}`))).toEqual([true, true, true]);
  } finally {
    await endMarked(name, () => true, 0);
  }
});

it('leaves a worker that ends by itself the time to do so', async () => {
  const code = `process.on('SIGTERM', () => setTimeout(() => process.exit(7), 200));${ready}`;
  const child = spawn(process.execPath, [script(code)], { stdio: ['ignore', 'pipe', 'ignore'] });
  const closed = once(child, 'close');
  await once(child.stdout, 'data');
  await endProcess(child, closed, { milliseconds: 60_000 });
  expect([child.exitCode, child.signalCode]).toEqual([7, null]);
});

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])('gives up waiting at %s, with the exit code of a shell', async (name, code) => {
  const source = new EventEmitter();
  const interruption = createInterruption(source as never);
  expect(interruption.code).toBeUndefined();
  expect(await interruption.orElse(Promise.resolve('done'))).toBe('done');
  const waiting = interruption.orElse(new Promise(() => undefined));
  source.emit(name);
  source.emit('SIGHUP');
  expect(await waiting).toBeUndefined();
  expect([interruption.code, interruption.signal.aborted]).toEqual([code, true]);
  // What fails later has nobody who listens; an unhandled rejection would end the process.
  expect(await interruption.orElse(Promise.reject(new Error('late')))).toBeUndefined();
});

it('leaves a worker down that crashed, where it had said so, and still brings back one that it kills itself', async () => {
  const pids: number[] = [];
  const code = ready.replace('ready: true,', 'ready: true, restart_on_failure: false,');
  const worker = superviseWorker({
    env: {},
    script: script(code),
    onStart: (child: { pid: number }) => pids.push(child.pid),
    stopWithin: 200,
  });
  await worker.ready;
  await worker.killAndWait();
  expect(pids).toHaveLength(2);
  process.kill(pids[1]!, 'SIGKILL');
  await worker.left;
  await worker.stop();
  expect(pids).toHaveLength(2);
});
