import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findCpuQuota } from '../../../../src/adapters/host/readings/cpu-quota.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'janus-cpu-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const put = (name: string, text: string) => {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
};
const quotaOf = (...names: readonly string[]) => findCpuQuota(names.map((name) => ({ folder: join(root, name), root })));

describe('the quota of the CPU over all actions together (spec G4)', () => {
  it('is what the unit was given, or less where one above it was', () => {
    put('janus.slice/hands.service/janus-worker/cpu.max', 'max 100000\n');
    put('janus.slice/hands.service/cpu.max', '150000 100000\n');
    expect(quotaOf('janus.slice/hands.service/janus-worker')).toBe(1.5);
    put('janus.slice/cpu.max', '120000 100000\n');
    expect(quotaOf('janus.slice/hands.service/janus-worker')).toBe(1.2);
  });

  it('is read of version 1 likewise, and the least of both holds', () => {
    put('cpu/janus/cpu.cfs_quota_us', '150000\n');
    put('cpu/janus/cpu.cfs_period_us', '100000\n');
    put('unified/janus/cpu.max', '180000 100000\n');
    expect(quotaOf('cpu/janus')).toBe(1.5);
    expect(quotaOf('unified/janus', 'cpu/janus')).toBe(1.5);
  });

  it.each([
    ['none, in version 2', 'cpu.max', 'max 100000\n'],
    ['none, in version 1', 'cpu.cfs_quota_us', '-1\n'],
    ['nothing that makes sense', 'cpu.max', 'much\n'],
    ['nothing of a period', 'cpu.cfs_quota_us', '150000\n'],
  ])('is undefined where the kernel says %s', (_, file, text) => {
    put(`janus/${file}`, text);
    expect(quotaOf('janus')).toBeUndefined();
    expect(quotaOf('gone')).toBeUndefined();
  });
});
