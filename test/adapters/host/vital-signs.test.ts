import { readdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Vitals, VitalSettings } from '../../../src/adapters/host/vital-signs.js';
import { keepVitals, readVitals } from '../../../src/adapters/host/vital-signs.js';
import { vitalState } from '../../../src/domain/health/vital-signs.js';
import { useFolders } from '../../support/folders.js';
import { until } from '../../support/until.js';

const opened: Vitals[] = [];
afterEach(() => {
  for (const vitals of opened.splice(0)) vitals.close();
});
// Removed after those have written their last.
const folder = useFolders();

function kept(state: string, settings: Partial<VitalSettings> = {}): Vitals {
  const vitals = keepVitals({ state, role: 'all', policyVersion: 'aaaa', hasSigners: false, everyMilliseconds: 10, ...settings });
  opened.push(vitals);
  return vitals;
}
const only = (state: string) => {
  const [signs, ...more] = readVitals(state);
  expect(more).toEqual([]);
  return signs!;
};

describe('the vital signs of a worker (spec O3)', () => {
  it('say what it holds, what ails it since when, and when it last ticked', async () => {
    const state = folder();
    const vitals = kept(state);
    vitals.watch(() => ({ lastTickAt: '2026-01-02T03:04:05.678Z' }));
    vitals.tell('trail', '/x/proposals.jsonl', 'ENOSPC');
    const ill = await until('it is told', () => (only(state).troubles.length > 0 ? only(state) : undefined));
    expect(ill).toMatchObject({
      role: 'all',
      pid: process.pid,
      policyVersion: 'aaaa',
      lastTickAt: '2026-01-02T03:04:05.678Z',
      isThere: true,
    });
    expect(ill.troubles).toMatchObject([{ fact: 'trail', of: '/x/proposals.jsonl', why: 'ENOSPC' }]);
    const { since } = ill.troubles[0]!;
    vitals.tell('trail', '/x/proposals.jsonl', 'still ENOSPC');
    const later = await until('it goes on', () => (only(state).troubles[0]?.why === 'still ENOSPC' ? only(state) : undefined));
    expect(later.troubles[0]!.since).toBe(since);
    vitals.tell('trail', '/x/proposals.jsonl');
    await until('it is well', () => only(state).troubles.length === 0 || undefined);
  });

  it('are always one page, whatever is told, so that a full disk takes them', async () => {
    const state = folder();
    const vitals = kept(state);
    for (let log = 0; log < 40; log += 1) vitals.tell('workspaces', `/folder/${log}`, 'ü'.repeat(300));
    await until('they are told', () => only(state).troubles.length > 3 || undefined);
    expect(statSync(join(state, 'vitals', `all-${process.pid}.json`)).size).toBe(4_096);
  });

  it('get old where the process does not write any more, and say so where it ended in order', () => {
    const state = folder();
    const vitals = kept(state, { everyMilliseconds: 60_000 });
    expect(vitalState(only(state), Date.now())).toBe('alive');
    expect(vitalState(only(state), Date.now() + 10_500)).toBe('still');
    vitals.close();
    expect(vitalState(only(state), Date.now())).toBe('stopped');
  });

  it('are written anew where somebody removed them', async () => {
    const state = folder();
    kept(state);
    const file = join(state, 'vitals', `all-${process.pid}.json`);
    unlinkSync(file);
    await until('they are back', () => readVitals(state).length === 1 || undefined);
  });

  it.each([
    ['all', ['hands-2.json']],
    ['brain', ['brain-3.json', 'hands-2.json']],
  ] as const)('of dead workers are forgotten by a worker %s that stands in for them, and of no other', (role, left) => {
    const state = folder();
    kept(state, { role, everyMilliseconds: 60_000 }).close();
    unlinkSync(join(state, 'vitals', `${role}-${process.pid}.json`));
    const [at, long] = [new Date().toISOString(), '2020-01-01T00:00:00.000Z'];
    const write = (of: string, pid: number, change: object) =>
      writeFileSync(
        join(state, 'vitals', `${of}-${pid}.json`),
        JSON.stringify({
          role: of,
          pid,
          startTicks: 'none',
          startedAt: long,
          at: long,
          policyVersion: '',
          hasSigners: false,
          troubles: [],
          ...change,
        }),
      );
    write('all', 1, {});
    write('hands', 2, role === 'all' ? { at } : {});
    write('brain', 3, role === 'all' ? {} : { at });
    kept(state, { role });
    expect(readdirSync(join(state, 'vitals')).filter((name) => !name.includes(String(process.pid)))).toEqual(left);
  });

  it('say nothing where the file is not theirs', () => {
    const state = folder();
    kept(state).close();
    for (const [name, text] of Object.entries({ 'a.json': 'null', 'b.json': '{"at": "now"}', 'c.json': '{', 'd.txt': '' }))
      writeFileSync(join(state, 'vitals', name), text);
    expect(readVitals(state)).toHaveLength(1);
    expect(readVitals(join(state, 'nowhere'))).toEqual([]);
  });
});
