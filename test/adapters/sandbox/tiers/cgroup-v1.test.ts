import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Account } from '../../../../src/adapters/sandbox/profile/account.js';
import { cgroupV1Tier, findV1Parents } from '../../../../src/adapters/sandbox/tiers/cgroup-v1.js';
import type { Limits } from '../../../../src/domain/action/limits.js';
import { charterLimits } from '../../../../src/domain/action/limits.js';

const worker: Account = { uid: 1, gid: 1, description: '', switches: false };

/** Folders in the place of the kernel's hierarchies; the real ones are attacked in test/security. */
describe('cgroup v1 (spec X3)', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'janus-cgroup-v1-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const at = (name: string) => join(root, name);
  /** Version 1 as these mounts, with what is mounted together in one word; version 2 is `unified`. */
  function hierarchies(...mounts: string[]) {
    for (const name of mounts) mkdirSync(at(name));
    const kind = (name: string) => (name === 'unified' ? 'cgroup2 cgroup2 rw' : `cgroup cgroup rw,${name}`);
    const mountinfo = mounts.map((name) => `32 31 0:27 / ${at(name)} rw - ${kind(name)}`).join('\n');
    return findV1Parents(mountinfo, mounts.map((name) => `1:${name === 'unified' ? '' : name}:/`).join('\n'));
  }
  const open = (mounts: readonly string[], account = worker, limits: Limits = charterLimits) =>
    cgroupV1Tier(hierarchies(...mounts)!).enter({ limits, account, workspaceDevice: 0 });
  const entrances = (prefix: readonly string[]) => prefix.slice(prefix.indexOf('janus-enter') + 1, prefix.indexOf('--'));
  const leafOf = (mount: string) => join(at(mount), readdirSync(at(mount))[0]!);

  it.each([
    { mounts: ['memory', 'pids', 'cpuacct', 'unified'], time: 'cpuacct', timeIsV2: false },
    { mounts: ['memory', 'pids', 'cpu,cpuacct'], time: 'cpu,cpuacct', timeIsV2: false, cpu: 'cpu,cpuacct' },
    { mounts: ['memory', 'pids', 'cpuacct', 'cpu'], time: 'cpuacct', timeIsV2: false, cpu: 'cpu' },
    { mounts: ['memory', 'pids', 'unified'], time: 'unified', timeIsV2: true },
  ])(
    'of $mounts counts time in $time',
    ({ mounts, time, timeIsV2, cpu }: { mounts: string[]; time: string; timeIsV2: boolean; cpu?: string }) => {
      const found = { memory: at('memory'), pids: at('pids'), time: at(time), timeIsV2, cpu: cpu === undefined ? undefined : at(cpu) };
      expect(hierarchies(...mounts)).toEqual(found);
    },
  );

  it.each([[['memory', 'pids']], [['memory', 'cpuacct', 'unified']], [['pids', 'cpuacct']]])('of %j is none', (mounts) => {
    expect(hierarchies(...mounts)).toBeUndefined();
  });

  it('is entered by single threads, into each hierarchy once', () => {
    expect(entrances(open(['memory', 'pids', 'cpuacct', 'unified']).prefix)).toEqual(
      ['memory', 'pids', 'cpuacct'].map((mount) => join(leafOf(mount), 'tasks')),
    );
    rmSync(root, { recursive: true });
    mkdirSync(root);
    expect(entrances(open(['memory,cpuacct', 'pids']).prefix)).toEqual(
      ['memory,cpuacct', 'pids'].map((mount) => join(leafOf(mount), 'tasks')),
    );
  });

  it.each([
    { mounts: ['memory', 'pids', 'cpu,cpuacct'], entered: ['memory', 'pids', 'cpu,cpuacct'] },
    { mounts: ['memory', 'pids', 'cpu', 'cpuacct'], entered: ['memory', 'pids', 'cpu', 'cpuacct'] },
    { mounts: ['memory', 'pids', 'cpu', 'unified'], entered: ['memory', 'pids', 'cpu', 'unified'] },
  ])('holds an action to its share of the CPU in $mounts', ({ mounts, entered }) => {
    const leaf = open(mounts, worker, { ...charterLimits, cpuPercent: 150 });
    const [cpu = ''] = mounts.filter((mount) => mount.startsWith('cpu'));
    expect(readFileSync(join(leafOf(cpu), 'cpu.cfs_quota_us'), 'utf8')).toBe('150000');
    expect(readFileSync(join(leafOf(cpu), 'cpu.cfs_period_us'), 'utf8')).toBe('100000');
    const files = entered.map((mount) => join(leafOf(mount), mount === 'unified' ? 'cgroup.procs' : 'tasks'));
    expect(entrances(leaf.prefix)).toEqual(files);
  });

  it('enters version 2 with the whole process, and before the account is changed', () => {
    const leaf = open(['memory', 'pids', 'unified'], { ...worker, switches: true });
    expect(entrances(leaf.prefix).at(-1)).toBe(join(leafOf('unified'), 'cgroup.procs'));
    expect(leaf.prefix).toContain('/usr/bin/setpriv');
    expect(leaf.startAs).toBeUndefined();
  });

  it('limits before anything is in it, and reads what the kernel counted', () => {
    const leaf = open(['memory', 'pids', 'cpuacct']);
    const say = (mount: string, file: string, text: string) => writeFileSync(join(leafOf(mount), file), text);
    expect(readFileSync(join(leafOf('memory'), 'memory.limit_in_bytes'), 'utf8')).toBe(String(4_096 * 1_048_576));
    expect(readFileSync(join(leafOf('pids'), 'pids.max'), 'utf8')).toBe('64');
    say('cpuacct', 'cpuacct.usage', '2500000000\n');
    say('memory', 'memory.max_usage_in_bytes', '104857600\n');
    say('memory', 'memory.oom_control', 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n');
    say('pids', 'pids.current', '3\n');
    say('pids', 'pids.events', 'max 0\n');
    expect(leaf.usage(0)).toEqual({
      cpuSeconds: 2.5,
      memoryMb: 100,
      scratchMb: 0,
      processes: 3,
      bytesWritten: 0,
      grownMb: 0,
      outOfMemory: true,
      forkRefused: false,
    });
  });

  // Chosen by the machine, not by what is installed: one with version 2 alone is no poorer.
  const real = process.getuid?.() === 0 ? findV1Parents() : undefined;
  const onReal = real === undefined || real.timeIsV2 ? it.skip : it;
  if (onReal === it.skip) process.stderr.write('\nSKIPPED: the rights of a real cgroup v1 leaf need root and its hierarchies\n');
  const onRealCpu = real?.cpu === undefined ? it.skip : it;
  onRealCpu('keeps what wants two processors at a fifth of one', async () => {
    const leaf = cgroupV1Tier(real!).enter({ limits: { ...charterLimits, cpuPercent: 20 }, account: worker, workspaceDevice: 0 });
    const [program, ...args] = [...leaf.prefix, '/bin/sh', '-c', 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'];
    try {
      execFileSync(program, args);
      const [, throttled = '0'] =
        /nr_throttled (\d+)/.exec(readFileSync(join(real!.cpu!, basename(dirname(entrances(leaf.prefix)[0]!)), 'cpu.stat'), 'utf8')) ?? [];
      expect(Number(throttled)).toBeGreaterThan(0);
    } finally {
      await leaf.close();
    }
  });

  onReal('gives the entrances of a leaf, and nothing else of it, to the account', async () => {
    const leaf = cgroupV1Tier(real!).enter({ limits: charterLimits, account: { ...worker, switches: true }, workspaceDevice: 0 });
    try {
      expect(leaf.startAs).toMatchObject({ uid: 1, gid: 1 });
      const [memory = ''] = entrances(leaf.prefix);
      expect(statSync(memory).uid).toBe(1);
      for (const file of ['..', '.', 'cgroup.procs', 'memory.limit_in_bytes']) expect(statSync(join(memory, '..', file)).uid).toBe(0);
    } finally {
      await leaf.close();
    }
  });
});
