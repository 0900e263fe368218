import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CycleSubject } from '../../../src/domain/thinking/cycle.js';
import { chooseProposals } from '../../../src/domain/thinking/cycle.js';
import type { Playbook } from '../../../src/domain/thinking/playbook.js';
import { aPlaybook } from '../../support/proposals/playbooks.js';

const now = new Date('2026-01-02T12:00:00Z');
const minutesAgo = (minutes: number) => ({ playbookId: 'rotate', at: new Date(now.getTime() - minutes * 60_000) });

function choose(playbooks: readonly Playbook[], change: Partial<CycleSubject> = {}) {
  const subject = { playbooks, metrics: { disk_usage_percent: 90 }, runs: [], streaks: new Map(), now, proposalsMax: 3, ...change };
  const { chosen, skipped } = chooseProposals(subject);
  return { chosen: chosen.map(({ document }) => document.playbook_id), skipped };
}

interface Case {
  name: string;
  playbook?: Parameters<typeof aPlaybook>[0];
  change?: Partial<CycleSubject>;
  why?: string;
}

const cases: Case[] = [
  { name: 'a match' },
  { name: 'a metric that could not be measured', change: { metrics: { disk_usage_percent: null } }, why: 'metric_unavailable' },
  { name: 'a metric that nobody measured', change: { metrics: {} }, why: 'metric_unavailable' },
  { name: 'an end that has come', playbook: { expires_at: '2026-01-02T12:00:00Z' }, why: 'expired at 2026-01-02T12:00:00Z' },
  { name: 'an end that is to come', playbook: { expires_at: '2026-01-02T13:00:01+01:00' } },
  { name: 'a run 6 hours ago', change: { runs: [minutesAgo(360)] } },
  { name: 'a run a minute less ago', change: { runs: [minutesAgo(359)] }, why: 'cooldown 6h: again in 1 min' },
  { name: 'the last of several runs', change: { runs: [minutesAgo(1), minutesAgo(900)] }, why: 'cooldown 6h: again in 359 min' },
  { name: 'a run of another playbook', change: { runs: [{ ...minutesAgo(1), playbookId: 'other' }] } },
  { name: 'a cooldown of nothing', playbook: { cooldown: '0s' }, change: { runs: [minutesAgo(0)] } },
  { name: 'a run that the clock puts into the future', change: { runs: [minutesAgo(-10)] }, why: 'cooldown 6h: again in 370 min' },
  {
    name: 'as many runs a day as are allowed',
    playbook: { cooldown: '1m', max_runs_per_day: 2 },
    change: { runs: [minutesAgo(10), minutesAgo(1_439)] },
    why: 'ran 2 times within a day',
  },
  {
    name: 'a run that is a day old',
    playbook: { cooldown: '1m', max_runs_per_day: 2 },
    change: { runs: [minutesAgo(10), minutesAgo(1_440)] },
  },
  { name: 'the first of three cycles', playbook: { for_cycles: 3 }, why: 'matched 1 of 3 cycles' },
  { name: 'the second of three', playbook: { for_cycles: 3 }, change: { streaks: new Map([['rotate', 1]]) }, why: 'matched 2 of 3 cycles' },
  { name: 'the third of three', playbook: { for_cycles: 3 }, change: { streaks: new Map([['rotate', 2]]) } },
  {
    name: 'the streak of another',
    playbook: { for_cycles: 2 },
    change: { streaks: new Map([['other', 9]]) },
    why: 'matched 1 of 2 cycles',
  },
];

describe('chooseProposals (spec T2)', () => {
  it.each(cases)('$name: $why', ({ playbook, change, why }) => {
    const expected = why === undefined ? { chosen: ['rotate'], skipped: [] } : { chosen: [], skipped: [{ playbookId: 'rotate', why }] };
    expect(choose([aPlaybook(playbook)], change)).toEqual(expected);
  });

  it('does not skip those whose conditions merely do not hold, and says which values they looked at', () => {
    expect(choose([aPlaybook()], { metrics: { disk_usage_percent: 10 } })).toEqual({ chosen: [], skipped: [] });
    const look = (metrics: CycleSubject['metrics']) =>
      chooseProposals({ playbooks: [aPlaybook()], metrics, runs: [], streaks: new Map(), now, proposalsMax: 3 }).unmatched;
    expect(look({ disk_usage_percent: 10 })).toEqual([{ playbookId: 'rotate', why: 'disk_usage_percent is 10 (>80)' }]);
    expect(look({})).toEqual([{ playbookId: 'rotate', why: 'disk_usage_percent is unknown (>80)' }]);
    expect(look({ disk_usage_percent: 90 })).toEqual([]);
  });

  it('goes by priority, then by the order of the file, up to the cap, and names the rest', () => {
    const playbooks = [
      aPlaybook({ playbook_id: 'a' }),
      aPlaybook({ playbook_id: 'b', priority: 5 }),
      aPlaybook({ playbook_id: 'c' }),
      aPlaybook({ playbook_id: 'd', priority: -1 }),
      aPlaybook({ playbook_id: 'e', priority: 5 }),
    ];
    expect(choose(playbooks)).toEqual({
      chosen: ['b', 'e', 'a'],
      skipped: ['c', 'd'].map((playbookId) => ({ playbookId, why: 'only 3 proposals per cycle' })),
    });
    expect(choose(playbooks, { proposalsMax: 0 }).chosen).toEqual([]);
  });

  it('chooses only what matches, each once, never more than the cap, and explains the others', () => {
    const one = fc.record({
      priority: fc.integer({ min: -100, max: 100 }),
      for_cycles: fc.integer({ min: 1, max: 3 }),
      trigger_conditions: fc.record({ disk_usage_percent: fc.constantFrom('>80', '<80', '!=80') }),
    });
    const disk = fc.option(fc.integer({ min: 0, max: 100 }));
    fc.assert(
      fc.property(fc.array(one, { maxLength: 6 }), disk, fc.nat(6), fc.nat(3), (entries, percent, proposalsMax, streak) => {
        const playbooks = entries.map((entry, index) => aPlaybook({ ...entry, playbook_id: `p${index}` }));
        const streaks = new Map(playbooks.map(({ document }) => [document.playbook_id, streak]));
        const result = choose(playbooks, { metrics: { disk_usage_percent: percent }, proposalsMax, streaks });
        expect(result.chosen.length).toBeLessThanOrEqual(proposalsMax);
        if (percent === null) expect(result.chosen).toEqual([]);
        const named = [...result.chosen, ...result.skipped.map(({ playbookId }) => playbookId)];
        expect(new Set(named).size).toBe(named.length);
      }),
    );
  });
});
