import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  enterArgs,
  isStaleLeaf,
  killIn,
  leafName,
  numberIn,
  ownCgroup,
  readCgroup,
  removeStaleLeaves,
} from '../../../../src/adapters/sandbox/tiers/cgroup-files.js';

const hybrid = [
  '31 30 0:26 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro,mode=755',
  '32 31 0:27 / /sys/fs/cgroup/unified rw shared:1 - cgroup2 cgroup2 rw,nsdelegate',
  '33 31 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct',
  '34 31 0:29 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory',
].join('\n');
const own = '5:cpu,cpuacct:/janus.service\n4:memory:/docker/abc/janus\n3:pids:/\n0::/system.slice/janus.service\n';

describe('ownCgroup', () => {
  it.each([
    { controller: '', at: '/sys/fs/cgroup/unified/system.slice/janus.service' },
    { controller: 'cpuacct', at: '/sys/fs/cgroup/cpu,cpuacct/janus.service' },
    { controller: 'memory', at: '/sys/fs/cgroup/memory/janus' },
    { controller: 'pids', at: undefined },
    { controller: 'blkio', at: undefined },
  ])('$controller: $at', ({ controller, at }) => {
    expect(ownCgroup(controller, hybrid, own)).toBe(at);
  });

  it('is none where it lies outside of what is mounted', () => {
    expect(ownCgroup('memory', hybrid, '4:memory:/elsewhere')).toBeUndefined();
    expect(ownCgroup('', hybrid, '0::/../other')).toBeUndefined();
    expect(ownCgroup('', hybrid, '0::/')).toBe('/sys/fs/cgroup/unified');
  });
});

describe('files of cgroups', () => {
  it('hold a number, or names and numbers', () => {
    expect(numberIn('4096\n')).toBe(4096);
    expect(numberIn('max\n')).toBe(0);
    expect(numberIn('low 1\noom 2\noom_kill 3\noom_group_kill 4\n', 'oom_kill')).toBe(3);
    expect(readCgroup('/nowhere', 'cpu.stat')).toBe('');
  });
});

describe('a leaf of a worker that is gone', () => {
  let parent = '';
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'janus-leaves-'));
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  it('is removed, and no other folder', async () => {
    const [ours, stale, foreign] = [leafName(), 'janus-action-4194303-77-1', 'janus-worker'];
    for (const name of [ours, stale, foreign]) mkdirSync(join(parent, name));
    expect([ours, stale, foreign].map(isStaleLeaf)).toEqual([false, true, false]);
    expect(await removeStaleLeaves([parent])).toBe(1);
    for (const name of [ours, foreign]) rmSync(join(parent, name), { recursive: true });
  });

  it('is told by the start of its process, not by the number alone', () => {
    expect(isStaleLeaf(`janus-action-${process.pid}-1-1`)).toBe(true);
  });
});

describe('killing one by one', () => {
  it('kills each, and comes to an end where the list stays as it is', async () => {
    const { spawn } = await import('node:child_process');
    const folder = mkdtempSync(join(tmpdir(), 'janus-kill-'));
    const children = ['60', '61'].map((seconds) => spawn('/usr/bin/sleep', [seconds], { stdio: 'ignore' }));
    const signals = children.map((child) => new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal))));
    // A folder in the place of `cgroup.kill`, as where the kernel has none; the last pid is nobody's.
    mkdirSync(join(folder, 'cgroup.kill'));
    writeFileSync(join(folder, 'cgroup.procs'), `${children.map(({ pid }) => String(pid)).join('\n')}\n4194303\n`);
    killIn(folder);
    expect(await Promise.all(signals)).toEqual(['SIGKILL', 'SIGKILL']);
    rmSync(folder, { recursive: true });
  });
});

describe('enterArgs', () => {
  const account = { uid: 7, gid: 8, description: '', switches: true };

  it('enters, then becomes the account where one is given', () => {
    expect(enterArgs(['/a/tasks', '/b/cgroup.procs'], account).slice(3)).toEqual([
      'janus-enter',
      '/a/tasks',
      '/b/cgroup.procs',
      '--',
      '/usr/bin/setpriv',
      '--reuid=7',
      '--regid=8',
      '--clear-groups',
      '--',
    ]);
    expect(enterArgs(['/a/tasks']).at(-1)).toBe('--');
  });

  it('runs what follows, word for word, and nothing where it cannot enter', async () => {
    const { spawnSync } = await import('node:child_process');
    const folder = mkdtempSync(join(tmpdir(), 'janus-enter-'));
    const enter = (into: string) => {
      const [program, ...args] = [...enterArgs([join(into, 'tasks')]), '/bin/echo', '--', '$(id)', 'a b'];
      return spawnSync(program, args, { encoding: 'utf8' });
    };
    expect(enter(folder)).toMatchObject({ status: 0, stdout: '-- $(id) a b\n' });
    expect(readFileSync(join(folder, 'tasks'), 'utf8')).toBe('0\n');
    expect(enter(join(folder, 'none'))).toMatchObject({ status: 125, stdout: '' });
    rmSync(folder, { recursive: true });
  });
});
