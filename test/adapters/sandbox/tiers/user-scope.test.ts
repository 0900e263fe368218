import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Session } from '../../../../src/adapters/sandbox/tiers/user-scope.js';
import { enterUserScope, isWorkerScope, userScopeTier } from '../../../../src/adapters/sandbox/tiers/user-scope.js';
import { charterLimits } from '../../../../src/domain/action/limits.js';

const slice = '/user.slice/user-1000.slice';
const manager = `${slice}/user@1000.service`;

/** A folder in the place of the kernel's, a function in that of systemd: a real session is in the virtual machine (`npm run test:system`). */
describe("a scope of the user's systemd (spec X3)", () => {
  let root = '';
  let calls: { args: readonly string[]; env: NodeJS.ProcessEnv }[] = [];
  let where = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'janus-user-scope-'));
    calls = [];
    where = `${slice}/session-3.scope`;
    mkdirSync(join(root, manager), { recursive: true });
    writeFileSync(join(root, manager, 'cgroup.controllers'), 'cpu memory pids\n');
    writeFileSync(join(root, 'bus'), '');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const session = (change: Partial<Session> = {}): Session => ({
    uid: 1000,
    pid: 4242,
    mountinfo: `32 31 0:27 / ${root} rw - cgroup2 cgroup2 rw`,
    cgroups: () => `0::${where}\n`,
    runtimeFolder: root,
    waitMilliseconds: 2_000,
    call: async (args, env) => {
      calls.push({ args, env });
      // The job takes a moment, and the answer comes before it has ended.
      setTimeout(() => (where = `${manager}/app.slice/janus-4242.scope`), 30);
    },
    ...change,
  });

  it('is asked for once, delegated, with the worker in it, and waited for', async () => {
    await enterUserScope(session());
    expect(where).toBe(`${manager}/app.slice/janus-4242.scope`);
    expect(calls).toHaveLength(1);
    const [{ args, env }] = calls as [(typeof calls)[number]];
    expect(args.join(' ')).toMatch(
      / StartTransientUnit ssa\(sv\)a\(sa\(sv\)\) janus-4242\.scope fail 4 .*Delegate b true .*PIDs au 1 4242 0$/,
    );
    expect(env).toEqual({ XDG_RUNTIME_DIR: root, DBUS_SESSION_BUS_ADDRESS: `unix:path=${root}/bus` });
  });

  it.each([
    ['for root', { uid: 0 }, 'root is no user'],
    ['without cgroup v2', { mountinfo: '' }, 'no cgroup version 2'],
    ["in the system's service", { cgroups: () => '0::/system.slice/janus-hands.service\n' }, 'no login session'],
    ["in the user's own service", { cgroups: () => `0::${manager}/app.slice/janus.service\n` }, 'no login session'],
    ["in another user's session", { cgroups: () => '0::/user.slice/user-1001.slice/session-4.scope\n' }, 'no login session'],
    ['without a bus', { runtimeFolder: '/nowhere' }, 'no bus of the user (/nowhere/bus)'],
  ])('is not asked for %s', async (_, change, reason) => {
    await expect(enterUserScope(session(change))).rejects.toThrow(reason);
    expect(calls).toEqual([]);
  });

  it('is not asked for where the controllers were not handed to the user', async () => {
    writeFileSync(join(root, manager, 'cgroup.controllers'), 'pids\n');
    await expect(enterUserScope(session())).rejects.toThrow("the user's systemd was not given memory");
    expect(calls).toEqual([]);
  });

  it('is none where systemd refuses, in its words', async () => {
    const call = () => Promise.reject(new Error('Call failed: Access denied'));
    await expect(enterUserScope(session({ call }))).rejects.toThrow('Access denied');
  });

  it('is none where the worker does not arrive', async () => {
    await expect(enterUserScope(session({ call: async () => undefined, waitMilliseconds: 50 }))).rejects.toThrow('did not put the worker');
  });

  it('is known again by a worker that is in it already', () => {
    expect(isWorkerScope(`/sys/fs/cgroup${manager}/app.slice/janus-7.scope`)).toBe(true);
    for (const other of ['/system.slice/janus-7.scope', `${manager}/app.slice/vte-7.scope`, `${manager}/app.slice/janus.service`]) {
      expect(isWorkerScope(`/sys/fs/cgroup${other}`)).toBe(false);
    }
  });

  it('holds an action as a delegated unit does, under its own name', () => {
    const account = { uid: 1000, gid: 1000, description: '', switches: false };
    const tier = userScopeTier(root);
    const { prefix } = tier.enter({ limits: charterLimits, account, workspaceDevice: 0 });
    expect(tier.name).toBe('user-scope');
    expect(prefix.some((word) => word.startsWith(`${root}/janus-action-`) && word.endsWith('/cgroup.procs'))).toBe(true);
  });
});
