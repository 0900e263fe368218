import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { createSystemVMeter, systemVMb } from '../../../../src/adapters/sandbox/usage/system-v.js';

const owner = '1000  1000  1000  1000';
const segments = [
  `       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap`,
  `         0          0  1600              16777216     2     2      0  ${owner}          0          0          0              16777216                     0`,
  `         0          1  1600              16777216     2     2      0  ${owner}          0          0          0               1048576               1048576`,
];
const queues = [
  '       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime',
  `         0          0  1600       16384      16384     2     0  ${owner}  0  0  0`,
];
const sets = [
  '       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime',
  `         0          0  1600      32000  ${owner}  0  0`,
];

describe('memory of System V objects (spec X3)', () => {
  it.each([
    ['nothing', ['', 'nsenter: failed'], 0],
    ['segments, in memory and in swap', segments, 18],
    ['messages, with what the kernel needs for each', queues, (16_384 * 65 + 256) / 1_048_576],
    ['semaphores', sets, (32_000 * 64 + 256) / 1_048_576],
    ['all of them', [...segments, ...queues, ...sets], 18 + (16_384 * 65 + 32_000 * 64 + 512) / 1_048_576],
  ])('counts %s', (_, lines, expected) => {
    expect(systemVMb(`${lines.join('\n')}\n`)).toBeCloseTo(expected, 6);
  });

  it('cannot be looked at where the process was never seen, and says so', async () => {
    const meter = createSystemVMeter();
    await expect(meter.look()).rejects.toThrow('never seen');
    meter.begin(4_194_303);
    await expect(meter.look()).rejects.toThrow('ENOENT');
    meter.glance(0);
    await meter.close();
  });

  it('leaves no descriptor behind', async () => {
    const sleeper = spawn('/bin/sleep', ['60'], { stdio: 'ignore' });
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    const meter = createSystemVMeter();
    meter.begin(sleeper.pid!);
    expect(open()).toBe(before + 2);
    await meter.close();
    expect(open()).toBe(before);
    sleeper.kill('SIGKILL');
  });
});
