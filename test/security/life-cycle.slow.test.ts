import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { endOf, useChild } from '../support/children.js';
import type { SandboxBench } from '../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../support/sandbox/sandboxes.js';
import { soon } from '../support/soon.js';
import { pidsCalled, swarm } from '../support/sandbox/swarm.js';

const limits = { processes: 600, wallSeconds: 60 };

describeWithBwrap('200 processes that want to outlive their action (spec K2, X2)', () => {
  let bench: SandboxBench;
  let mark = '';
  let count = 0;
  const worker = useChild('run-forever');
  beforeAll(async () => {
    bench = await openSandboxBench();
  });
  beforeEach(async () => {
    mark = `swarm-${process.pid}-${(count += 1)}`;
    rmSync(join(await bench.workspace(), 'ready'), { force: true });
  });
  afterAll(() => bench.close());

  const ready = async () => {
    const file = join(await bench.workspace(), 'ready');
    await soon(() => existsSync(file));
    expect(pidsCalled(mark)).toHaveLength(200);
  };

  it('are gone when it ends', async () => {
    const result = await bench.run(swarm(mark, `echo ended`), { limits });
    const left = pidsCalled(mark);
    expect(existsSync(join(await bench.workspace(), 'ready'))).toBe(true);
    expect({ ...result, left }).toMatchObject({ reason: 'exit', exitCode: 0, stdout: { text: 'ended\n' }, left: [] });
  });

  it.each(['kill -9 $$', 'kill -SEGV $$', 'kill -9 1; echo alive; exit 3'])(
    'are gone when the action ends by `%s`',
    async (end) => {
      await bench.run(swarm(mark, end), { limits });
      expect(pidsCalled(mark)).toEqual([]);
      expect(existsSync(join(await bench.workspace(), 'ready'))).toBe(true);
    },
    60_000,
  );

  it('are gone when it is cancelled', async () => {
    const stop = new AbortController();
    const running = bench.run(swarm(mark, 'while :; do sleep 1; done'), { limits, signal: stop.signal });
    await ready();
    stop.abort(new Error('enough'));
    expect(await running).toMatchObject({ reason: 'cancelled' });
    expect(pidsCalled(mark)).toEqual([]);
  });

  it('are gone when its time is over', async () => {
    const result = await bench.run(swarm(mark, 'while :; do sleep 1; done'), { limits: { ...limits, wallSeconds: 8 } });
    expect([result.reason, pidsCalled(mark), existsSync(join(await bench.workspace(), 'ready'))]).toEqual(['wall', [], true]);
  });

  it.each(['SIGKILL', 'SIGTERM', 'SIGSEGV', 'SIGABRT'] as const)(
    'are gone when the worker dies by %s',
    async (signal) => {
      const child = worker.start(join(bench.root, 'workspaces'), swarm(mark, 'while :; do sleep 1; done'));
      await ready();
      child.kill(signal);
      expect((await endOf(child)).messages).toEqual([]);
      await soon(() => pidsCalled(mark).length === 0);
    },
    60_000,
  );

  it('are gone when the worker is stopped by SIGTERM and ends its action itself', async () => {
    const child = worker.start(join(bench.root, 'workspaces'), swarm(mark, 'while :; do sleep 1; done'), 'stops');
    await ready();
    child.kill('SIGTERM');
    expect((await endOf(child)).messages).toEqual(['cancelled']);
    expect(pidsCalled(mark)).toEqual([]);
  });

  it('are gone when the outer bwrap is killed by a stranger', async () => {
    const running = bench.run(swarm(mark, 'while :; do sleep 1; done'), { limits });
    await ready();
    const { sandboxesBelow } = await import('../../src/adapters/sandbox/upkeep/sandbox-processes.js');
    const { currentActionAccount } = await import('../../src/adapters/sandbox/profile/account.js');
    const found = await sandboxesBelow(join(bench.root, 'workspaces'), [currentActionAccount('janus-no-such-account').uid]);
    const outer = found.find(({ parent }) => parent === process.pid);
    expect([found.map(({ isStale }) => isStale), outer === undefined]).toEqual([[false, false], false]);
    process.kill(outer!.pid, 'SIGKILL');
    expect(await running).toMatchObject({ reason: 'signal' });
    expect(pidsCalled(mark)).toEqual([]);
  });
});
