import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { collectHostMetrics, parseMeminfo, parsePressure } from '../../../src/adapters/host/host-metrics.js';
import { isMetricName, metricTypes } from '../../../src/domain/thinking/metrics.js';
import { useFolders } from '../../support/folders.js';

const folder = useFolders();

describe('parseMeminfo', () => {
  it.each([
    [
      'the kernel text',
      'MemTotal:        8010204 kB\nMemFree:  1 kB\nActive(anon):  5 kB\nHugePages_Total:       0\n',
      { MemTotal: 8_010_204, MemFree: 1 },
    ],
    ['nothing', '', {}],
    ['a text that is cut', 'MemTotal:        80102', {}],
  ])('%s', (_, text, expected) => {
    expect(parseMeminfo(text)).toEqual(expected);
  });
});

describe('parsePressure', () => {
  it.each([
    ['some avg10=1.53 avg60=0.80 avg300=0.20 total=12345\nfull avg10=9.00 avg60=0.00 avg300=0.00 total=1\n', 1.53],
    ['some avg10=0.00 avg60=0.00 avg300=0.00 total=0', 0],
    ['full avg10=9.00 avg60=0.00 avg300=0.00 total=1\n', null],
    ['', null],
  ])('%j', (text, expected) => {
    expect(parsePressure(text)).toBe(expected);
  });
});

describe('collectHostMetrics (spec G4)', () => {
  /** What a kernel may be built without. */
  const mayBeNull = new Set(['psi_cpu_some10', 'psi_mem_some10', 'psi_io_some10']);

  it('measures this machine: every figure is a number in its range, or null where the kernel has none', async () => {
    const here = folder();
    mkdirSync(join(here, 'janus-0123456789ab'));
    mkdirSync(join(here, 'janus-0123456789ab.output'));
    writeFileSync(join(here, 'a.log'), Buffer.alloc(2_097_152));
    writeFileSync(join(here, 'b.log'), Buffer.alloc(524_288));
    const metrics = await collectHostMetrics({
      diskPath: here,
      logFiles: [join(here, 'a.log'), join(here, 'b.log')],
      auditFiles: [join(here, 'none')],
      workspaces: here,
    });
    for (const [name, value] of Object.entries(metrics)) {
      expect({ name, known: isMetricName(name) }).toEqual({ name, known: true });
      if (value === null) expect(mayBeNull).toContain(name);
      else {
        expect({ name, type: typeof value }).toEqual({ name, type: metricTypes[name as keyof typeof metricTypes] });
        expect(value).toBeGreaterThanOrEqual(0);
        if (name.endsWith('_percent') && name !== 'cpu_load_percent') expect(value).toBeLessThanOrEqual(100);
      }
    }
    expect(metrics).toMatchObject({ log_size_mb: 2.5, audit_log_mb: 0, workspace_count: 1 });
    expect(metrics['process_count']).toBeGreaterThan(1);
  });

  it('is complete with what the trail and the brain add', async () => {
    const own = Object.keys(await collectHostMetrics({ diskPath: '/', logFiles: [], auditFiles: [], workspaces: '/no' }));
    const added = [
      'pending_approvals',
      'failed_actions_1h',
      'hours_since_last_proposal',
      'relief_degraded',
      'llm_available',
      'operational_mode',
    ];
    expect([...own, ...added].sort()).toEqual(Object.keys(metricTypes).sort());
  });

  it('says null, never zero, where it cannot look', async () => {
    const metrics = await collectHostMetrics({ diskPath: '/no/such/path', logFiles: [], auditFiles: [], workspaces: '/no/such/path' });
    expect(metrics).toMatchObject({ disk_usage_percent: null, disk_used_percent: null, disk_free_mb: null, workspace_count: 0 });
  });
});
