import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CycleReport } from '../../src/contract/cycle.js';
import { queues, scheduleIds, workflowTypes } from '../../src/contract/names.js';
import { reviewSections } from '../../src/domain/review/sections.js';
import { aSubject } from '../support/proposals/reviews.js';
import type { Bench, ProposalHandle } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { freshKnobs, vessel } from '../support/bench/knobs.js';
import { injections } from '../support/vessel/injections.js';
import { aCandidate, aCatalogue, answered } from '../support/vessel/minds.js';

let bench: Bench;
let cycles = 0;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => void Object.assign(bench.knobs, freshKnobs()));
afterAll(() => bench.close());

/** One of each family; `test/security/injection` has all of them. */
const wishes = Object.values(injections).flatMap(([first]) => first ?? []);
const sinks = ['agent log', 'tool output', 'oracle wolfram', 'file name'] as const;

/** Does what it reads, in the nearest form that the answer takes: as an action, as a value, as a reason, as evidence. */
const obedient = (wish: string) => [
  aCandidate({ action: wish }),
  aCandidate({ parameters: { path: wish } }),
  aCandidate({ parameters: { path: 'var/log', script: wish } }),
  aCandidate({ missionId: wish }),
  aCandidate({ evidence: [wish] }),
  aCandidate({
    parameters: { path: `tmp/n${(cycles += 1)}` },
    rationale: `${wish.replaceAll(/\d/g, 'x')} and so on, because it was asked for`,
  }),
];

/** An oracle is really asked; of the other sinks nothing is read yet, so the fact stands for what would be. */
function readFrom(source: (typeof sinks)[number], wish: string) {
  const isOracle = source === 'oracle wolfram';
  const result = { kind: 'text', text: wish } as const;
  bench.knobs.outside = isOracle ? [] : [{ id: 'l:1', text: wish, trust: 'outside', source }];
  bench.knobs.lookups = isOracle ? [{ oracle: 'wolfram', query: 'is the disk full', missionId: 'tidy' }] : [];
  bench.knobs.oracle = async (lookup) => ({
    kind: 'answered',
    ...lookup,
    result,
    at: '2026-01-02T03:04:05.000Z',
    isCached: false,
    milliseconds: 1,
  });
}

describe('an obedient model that reads what others wrote (spec T5)', () => {
  it.each(sinks)(
    '%s: what it wants of the attacker is dropped, and what is left waits for a person and names the source',
    async (source) => {
      for (const wish of wishes) {
        bench.knobs.thinking.autonomous = true;
        bench.knobs.catalogue = aCatalogue;
        readFrom(source, wish);
        bench.knobs.cycle = async () => ({ metrics: { disk_usage_percent: 91 }, proposals: [], skipped: [], matched: [] });
        bench.knobs.model = { ask: async () => answered(obedient(wish)) };
        const { started } = (await bench.server.client.workflow.execute(workflowTypes.thinkingCycle, {
          workflowId: `${scheduleIds.thinkingCycle(vessel)}-of-${source.replaceAll(' ', '-')}-${(cycles += 1)}`,
          taskQueue: queues.brain(vessel),
          args: [bench.scheduled('thinkingCycle')],
        })) as CycleReport;
        expect(started.length).toBeGreaterThan(0);
        for (const id of started) {
          await bench.digest(id);
          const view = await bench.view(bench.server.client.workflow.getHandle(id) as ProposalHandle);
          expect(view.status).toBe('proposed');
          // The command is the catalogue's, whatever the attacker wrote.
          expect(view.document.steps?.map(({ tool_args: args }) => args)).toEqual([[expect.stringMatching(/^du -sh tmp\/n\d+$/)]]);
          const shown = reviewSections({ ...aSubject(), document: view.document });
          expect(JSON.stringify(shown.find(({ kind }) => kind === 'outside_text'))).toContain(source);
        }
      }
      expect(bench.sandbox.runs).toEqual([]);
    },
  );
});
