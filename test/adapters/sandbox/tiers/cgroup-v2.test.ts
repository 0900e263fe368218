import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cgroupV2Tier, delegatedCgroup, ioWrittenBytes, takeOver } from '../../../../src/adapters/sandbox/tiers/cgroup-v2.js';
import { charterLimits } from '../../../../src/domain/action/limits.js';

/** A folder in the place of the kernel's: the real one is tested in a virtual machine (`npm run test:system`). */
describe('cgroup v2 (spec X3)', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'janus-cgroup-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function cgroup(path: string, { controllers = 'cpu io memory pids', procs = '' } = {}): void {
    mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, path, 'cgroup.controllers'), `${controllers}\n`);
    writeFileSync(join(root, path, 'cgroup.procs'), procs);
  }
  const find = (path: string) => delegatedCgroup(`32 31 0:27 / ${root} rw - cgroup2 cgroup2 rw`, `0::${path}\n`);
  const self = `${process.pid}\n`;

  it('is the own one, with the own processes in it', () => {
    cgroup('/janus.service', { procs: self });
    expect(find('/janus.service')).toEqual({ parent: join(root, 'janus.service'), moves: true });
  });

  it('is the one above where the worker has moved, or was put', () => {
    cgroup('/janus.service');
    for (const name of ['janus-worker', 'supervisor']) {
      cgroup(`/janus.service/${name}`, { procs: self });
      expect(find(`/janus.service/${name}`)).toEqual({ parent: join(root, 'janus.service'), moves: false });
    }
  });

  it('is none without the controllers', () => {
    cgroup('/janus.service', { procs: self, controllers: 'cpu io' });
    expect(find('/janus.service')).toBeUndefined();
  });

  it('is none that holds what root did not start for Janus', () => {
    cgroup('/system.slice', { procs: '' });
    cgroup('/system.slice/cron.service', { procs: `${self}1\n` });
    const found = find('/system.slice/cron.service');
    if (process.getuid?.() === 0) expect(found).toBeUndefined();
    else expect(found?.parent).toBe(join(root, 'system.slice/cron.service'));
  });

  it('is taken over by moving out of the way first', () => {
    cgroup('/janus.service', { procs: self });
    const parent = join(root, 'janus.service');
    takeOver({ parent, moves: true });
    expect(readFileSync(join(parent, 'janus-worker', 'cgroup.procs'), 'utf8')).toBe(self.trim());
    expect(readFileSync(join(parent, 'cgroup.subtree_control'), 'utf8')).toBe('+memory +pids +cpu +io');
    expect(readFileSync(join(parent, 'janus-worker', 'cpu.weight'), 'utf8')).toBe('1000');
  });

  it.each([
    { controllers: 'cpu memory pids', written: '150000 100000', holdsCpuShare: true },
    { controllers: 'memory pids', written: undefined, holdsCpuShare: false },
  ])('with $controllers: holds an action to its share of the CPU: $holdsCpuShare', ({ controllers, written, holdsCpuShare }) => {
    writeFileSync(join(root, 'cgroup.subtree_control'), `${controllers}\n`);
    const account = { uid: 1, gid: 1, description: '', switches: false };
    const tier = cgroupV2Tier(root);
    const leaf = tier.enter({ limits: { ...charterLimits, cpuPercent: 150 }, account, workspaceDevice: 0 });
    const folder = dirname(leaf.prefix.find((each) => each.endsWith('cgroup.procs'))!);
    expect(existsSync(join(folder, 'cpu.max')) ? readFileSync(join(folder, 'cpu.max'), 'utf8') : undefined).toBe(written);
    expect(tier.holdsCpuShare).toBe(holdsCpuShare);
  });

  it('limits before anything is in it, and reads what the kernel counted', () => {
    const request = { limits: charterLimits, account: { uid: 1, gid: 1, description: '', switches: false }, workspaceDevice: 0 };
    const leaf = cgroupV2Tier(root).enter(request);
    const folder = dirname(leaf.prefix.find((word) => word.endsWith('/cgroup.procs'))!);
    const read = (file: string) => readFileSync(join(folder, file), 'utf8');
    expect(['memory.max', 'memory.oom.group', 'pids.max'].map(read)).toEqual([String(4_096 * 1_048_576), '1', '64']);
    const say = (file: string, text: string) => writeFileSync(join(folder, file), text);
    say('cpu.stat', 'usage_usec 2500000\nuser_usec 1\n');
    say('memory.peak', '104857600\n');
    say('pids.peak', '12\n');
    say('io.stat', '254:0 rbytes=1 wbytes=4096 rios=1\n253:0 rbytes=0 wbytes=100\n');
    say('memory.events', 'oom 1\noom_kill 0\n');
    say('pids.events', 'max 3\n');
    expect(leaf.usage(0)).toEqual({
      cpuSeconds: 2.5,
      memoryMb: 100,
      scratchMb: 0,
      processes: 12,
      bytesWritten: 4_196,
      grownMb: 0,
      outOfMemory: false,
      forkRefused: true,
    });
    leaf.kill();
    expect(read('cgroup.kill')).toBe('1');
  });

  it('adds the devices up', () => {
    expect(ioWrittenBytes('')).toBe(0);
    expect(ioWrittenBytes('254:0 rbytes=1 wbytes=4096 rios=1\n253:0 rbytes=0 wbytes=100\n')).toBe(4_196);
  });
});
