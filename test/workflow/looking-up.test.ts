import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CycleReport } from '../../src/contract/cycle.js';
import { queues, scheduleIds, workflowTypes } from '../../src/contract/names.js';
import type { Bench } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { freshKnobs, vessel } from '../support/bench/knobs.js';
import { moon, moonAnswer } from '../support/oracles/moon.js';
import { aCandidate, aCatalogue, answered } from '../support/vessel/minds.js';

let bench: Bench;
let cycles = 0;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => void Object.assign(bench.knobs, freshKnobs()));
afterAll(() => bench.close());

const think = () =>
  bench.server.client.workflow.execute(workflowTypes.thinkingCycle, {
    workflowId: `${scheduleIds.thinkingCycle(vessel)}-looking-up-${(cycles += 1)}`,
    taskQueue: queues.brain(vessel),
    args: [bench.scheduled('thinkingCycle')],
  }) as Promise<CycleReport>;

describe('what missions ask of oracles (spec T8)', () => {
  it('is asked before the model is, which is shown the answer', async () => {
    const shown: string[] = [];
    Object.assign(bench.knobs, { catalogue: aCatalogue, lookups: [moon], thinking: { autonomous: true, seconds: 30 } });
    bench.knobs.cycle = async () => ({ metrics: { disk_usage_percent: 91 }, proposals: [], skipped: [], matched: [] });
    bench.knobs.oracle = moonAnswer;
    bench.knobs.model = {
      ask: async ({ context }) => (shown.push(...context.facts.map(({ id, text }) => `${id} ${text}`)), answered([aCandidate()])),
    };
    const { lookups, started } = await think();
    expect(lookups).toEqual([{ oracle: 'wolfram', query: moon.query, outcome: 'answered' }]);
    expect(started).toHaveLength(1);
    expect(shown).toContain(`o:1 wolfram on "${moon.query}": 384400 km`);
  });

  it.each<[string, () => void, RegExp]>([
    ['an oracle fails', () => undefined, /^unavailable: /],
    ['its activity throws', () => void (bench.knobs.oracle = () => Promise.reject(new Error('a bug'))), /^interrupted/],
    ['the model is switched off', () => void (bench.knobs.thinking.autonomous = false), /^not asked: thinking_cycle/],
  ])('costs the answers alone where %s', async (_, break_, outcome) => {
    Object.assign(bench.knobs, { catalogue: aCatalogue, lookups: [moon], thinking: { autonomous: true, seconds: 30 } });
    bench.knobs.cycle = async () => ({ metrics: {}, proposals: [], skipped: [], matched: ['disk-001'] });
    break_();
    const report = await think();
    expect(report.lookups).toEqual([{ oracle: 'wolfram', query: moon.query, outcome: expect.stringMatching(outcome) }]);
    expect(report.unrecorded).toBeUndefined();
  });
});
