import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { currentActionAccount } from '../../../../src/adapters/sandbox/profile/account.js';
import { startJanitor } from '../../../../src/adapters/sandbox/upkeep/janitor.js';
import type { SandboxProcess } from '../../../../src/adapters/sandbox/upkeep/sandbox-processes.js';
import { makeScratch, scratchFolder } from '../../../../src/adapters/sandbox/workspace/scratch.js';
import { killSandbox, sandboxesBelow } from '../../../../src/adapters/sandbox/upkeep/sandbox-processes.js';
import { charterLimits } from '../../../../src/domain/action/limits.js';
import { isRunning } from '../../../support/sandbox/running.js';
import type { SandboxBench } from '../../../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../../../support/sandbox/sandboxes.js';
import { soon } from '../../../support/soon.js';
import { pidsCalled } from '../../../support/sandbox/swarm.js';

const account = currentActionAccount('janus-no-such-account');

describeWithBwrap('sandboxes whose worker is gone (spec K2)', () => {
  let bench: SandboxBench;
  let root: string;
  const started: ChildProcess[] = [];
  beforeEach(async () => {
    bench = await openSandboxBench();
    root = join(bench.root, 'workspaces');
  });
  afterEach(async () => {
    for (const each of started.splice(0)) each.kill('SIGKILL');
    for (const each of await look()) await killSandbox(each);
    await bench.close();
  });
  const look = (): Promise<SandboxProcess[]> => sandboxesBelow(root, [account.uid]);

  /** What is left where bwrap did not notice that its worker died: the same command line, without the option, under a parent that ended. */
  async function orphan(mark: string, workspace: string): Promise<void> {
    const command = {
      tool: 'shell',
      path: '/usr/bin/bash',
      args: ['--noprofile', '--norc', '-c', `touch there; exec -a ${mark} sleep 300`],
    };
    const line = bench.sandbox.commandLine({ command, workspace, limits: charterLimits, network: [], grants: [], outputPrefix: '' });
    // Nobody is there to hand over a filter either.
    const argv = line.filter((word, index) => !['--die-with-parent', '--seccomp'].includes(word) && line[index - 1] !== '--seccomp');
    const nothing = openSync('/dev/null', 'r+');
    const stdio = Array.from({ length: 12 }, () => nothing);
    const shell = spawn('/bin/sh', ['-c', '"$@" & exit 0', 'sh', ...argv], {
      stdio,
      uid: account.uid,
      gid: account.gid,
      env: {},
      cwd: '/',
    });
    closeSync(nothing);
    started.push(shell);
    await soon(() => shell.exitCode !== null && existsSync(join(workspace, 'there')) && pidsCalled(mark).length === 1);
  }

  /** A copy as previews and staged actions have it. */
  async function scratch(): Promise<string> {
    return scratchFolder(await makeScratch(root, account), 'workspace', account);
  }

  it.each([
    ['of an action', () => bench.workspace()],
    ['of a preview', scratch],
  ])('%s are found, both of their processes, and ended; a running one of a living worker is not', async (_, where) => {
    const mark = `orphan-${process.pid}`;
    const living = bench.run('touch alive; sleep 300 & wait', { limits: { wallSeconds: 60 } }).catch(() => undefined);
    await soon(async () => existsSync(join(await bench.workspace(), 'alive')));
    const before = await look();
    expect(before.map(({ isStale }) => isStale)).toEqual([false, false]);
    await orphan(mark, await where());
    const stale = (await look()).filter(({ isStale }) => isStale);
    expect(stale).toHaveLength(2);

    const lines: string[] = [];
    const say = (_: unknown, text: string) => void lines.push(text);
    const log = { info: say, warn: say, error: say };
    const janitor = startJanitor({
      workspacesRoot: root,
      retentionDays: 7,
      removes: false,
      stateOf: async () => 'running',
      uids: [account.uid],
      log,
    });
    await janitor.sweep();
    await janitor.close();
    await soon(() => pidsCalled(mark).length === 0);
    expect(stale.map(({ pid }) => isRunning(pid))).toEqual([false, false]);
    expect(lines[0]).toContain('worker is gone');
    expect((await look()).map(({ pid }) => pid)).toEqual(before.map(({ pid }) => pid));
    for (const each of before) await killSandbox(each);
    await living;
  });

  it.each([
    ['another folder', (r: string) => [`${r}-other/janus-00000000beef`]],
    ['a folder below the workspace', (r: string) => [`${r}/janus-00000000beef/inner`]],
    ['the folder of all workspaces', (r: string) => [r]],
  ])('a process that names %s is none', async (_, workspaces) => {
    const [workspace = ''] = workspaces(root);
    const decoy = spawn('/bin/sh', ['-c', 'sleep 60 & wait', 'bwrap', '--bind', workspace, '/workspace', '--json-status-fd', '3', '--'], {
      uid: account.uid,
      gid: account.gid,
      stdio: 'ignore',
      detached: true,
    });
    started.push(decoy);
    await soon(() => decoy.pid !== undefined);
    expect(await look()).toEqual([]);
  });

  it('a process of another account that looks like one is none', async () => {
    const workspace = await bench.workspace();
    const decoy = spawn('/bin/sh', ['-c', 'sleep 60 & wait', 'bwrap', '--bind', workspace, '/workspace', '--json-status-fd', '3', '--'], {
      ...(account.switches && { uid: account.uid + 1, gid: account.gid }),
      stdio: 'ignore',
    });
    started.push(decoy);
    expect(decoy.pid).toBeDefined();
    expect(await sandboxesBelow(root, [account.uid + (account.switches ? 0 : 1)])).toEqual([]);
    expect(await sandboxesBelow(root, [account.uid + (account.switches ? 1 : 0)])).toHaveLength(1);
  });

  it('a pid that is another process by now is not killed', async () => {
    const other = spawn('/bin/sleep', ['60'], { stdio: 'ignore' });
    started.push(other);
    await soon(() => other.pid !== undefined && isRunning(other.pid));
    expect(await killSandbox({ pid: other.pid!, startTicks: '1' })).toBe(true);
    expect(isRunning(other.pid!)).toBe(true);
  });
});
