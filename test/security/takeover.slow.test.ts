import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { currentActionAccount } from '../../src/adapters/sandbox/profile/account.js';
import { readTakeover, takeoverScript } from '../../src/adapters/sandbox/self-test/takeover.js';
import { startJanitor } from '../../src/adapters/sandbox/upkeep/janitor.js';
import { sandboxesBelow } from '../../src/adapters/sandbox/upkeep/sandbox-processes.js';
import { endOf, useChild } from '../support/children.js';
import type { SandboxBench } from '../support/sandbox/sandboxes.js';
import { openSandboxBench, tiersHere } from '../support/sandbox/sandboxes.js';
import { host, zone } from '../support/sandbox/egress-requests.js';
import { openOnlineBench } from '../support/sandbox/online.js';
import { livingIn } from '../support/sandbox/processes.js';
import { describeTakeover, installTakeover } from '../support/sandbox/takeover.js';
import { soon } from '../support/soon.js';
import { workspaceBelow } from '../support/workspaces.js';

const tiers = await tiersHere();
const account = currentActionAccount('janus-no-such-account');

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

describeTakeover('an action that takes over the first process of its sandbox (spec X6, X12)', () => {
  describe.each(tiers)('%s', (tier) => {
    let bench: SandboxBench;
    let attack: ReturnType<typeof installTakeover>;
    beforeAll(async () => {
      bench = await openSandboxBench(tier);
      attack = installTakeover({ root: bench.root, workspace: await bench.workspace() });
    });
    afterAll(() => bench.close());

    it.each([
      ['and goes on', 'p', '/proc/1/mem'],
      ['by the memory of its thread', 'p', '/proc/1/task/1/mem'],
      ['and leaves it to another thread, as a zombie', 't', '/proc/1/mem'],
      ['and waits in vfork', 'v', '/proc/1/mem'],
      ['and makes it undumpable', 'h', '/proc/1/mem'],
    ])('%s: is ended as tampered, and nothing of it is alive any more', async (name, way, memory) => {
      const workspace = await bench.workspace();
      const trace = `trace-${name.replaceAll(/\W/g, '-')}`;
      const expected = { expect: { filesExist: [trace] } };
      const result = await bench.run(attack(way, trace, memory), { command: expected, limits: { wallSeconds: 10 } });
      const [size, left] = [sizeOf(join(workspace, trace)), livingIn(workspace)];
      expect({ left, ...result }).toMatchObject({ left: [], reason: 'tampered', exitCode: null, tier, stdout: { text: 'written\n' } });
      // It did go on, longer than an honest one would have, until just before the facts were measured.
      expect(size).toBeGreaterThan(100);
      expect(result.files).toEqual([expect.objectContaining({ path: trace, exists: true })]);
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(sizeOf(join(workspace, trace))).toBe(size);
    });

    it('and ends soon by itself: nothing of it is left either, when its facts are measured', async () => {
      const workspace = await bench.workspace();
      const result = await bench.run(attack('e', 'soon'), { limits: { wallSeconds: 10 } });
      expect({ left: livingIn(workspace), ...result }).toMatchObject({ left: [], reason: 'exit', exitCode: 0 });
      expect(sizeOf(join(workspace, 'soon'))).toBe(201);
    });
  });

  it('ends with its way out, too, and so does the bridge to it', async () => {
    const bench = await openOnlineBench(zone(host));
    expect(await bench.run('true')).toMatchObject({ reason: 'exit', exitCode: 0 });
    const workspace = workspaceBelow(join(bench.root, 'workspaces'), 'janus-00000000beef');
    const attack = installTakeover({ root: bench.root, workspace });
    const result = await bench.run(attack('p', 'online'));
    expect({ left: livingIn(workspace), ...result }).toMatchObject({ left: [], reason: 'tampered', stdout: { text: 'written\n' } });
    expect(sizeOf(join(workspace, 'online'))).toBeGreaterThan(100);
    await bench.close();
  });

  it('is what the self-test tries, and it gets as far as it can', async () => {
    const bench = await openSandboxBench();
    const workspace = await bench.workspace();
    const result = await bench.run(takeoverScript(process.arch));
    expect(result).toMatchObject({ reason: 'tampered', stdout: { text: '' } });
    expect(sizeOf(join(workspace, 'outlived'))).toBeGreaterThan(100);
    expect(await readTakeover(result, workspace)).toBe('held');
    // The same, reported as an end of its own.
    expect(await readTakeover({ ...result, reason: 'exit' }, workspace)).toBe('reached');
    await bench.close();
  });
});

describeTakeover('one that outlived its worker on the rlimit tier (spec K2, X12)', () => {
  let bench: SandboxBench;
  const worker = useChild('run-forever');
  beforeAll(async () => {
    bench = await openSandboxBench('rlimit');
  });
  afterAll(() => bench.close());

  it.each(['p', 't', 'h'])('is found by what it has mounted, and ended by the janitor of the next (%s)', async (way) => {
    const workspace = await bench.workspace();
    const attack = installTakeover({ root: bench.root, workspace });
    const root = join(bench.root, 'workspaces');
    const child = worker.start(root, attack(way, `trace-${way}`), 'rlimit');
    // The command has ended by its first byte, and its worker gives the first process a second.
    await soon(() => sizeOf(join(workspace, `trace-${way}`)) > 2);
    child.kill('SIGKILL');
    await endOf(child);
    expect(livingIn(workspace).length).toBeGreaterThan(0);
    expect(await sandboxesBelow(root, [account.uid])).toMatchObject([{ workspace, isStale: true, isAlone: true }]);

    const lines: string[] = [];
    const say = (_: unknown, text: string) => void lines.push(text);
    const log = { info: say, warn: say, error: say };
    const stateOf = async () => 'running' as const;
    const janitor = startJanitor({ workspacesRoot: root, retentionDays: 7, removes: false, stateOf, uids: [account.uid], log });
    await janitor.sweep();
    await janitor.close();
    expect([livingIn(workspace), lines]).toEqual([[], [`ended a sandbox whose worker is gone: ${workspace}`]]);
  });
});
