import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { queues, workflowTypes } from '../../src/contract/names.js';
import type { Bench } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { testHost, vessel } from '../support/bench/knobs.js';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const degraded = (to: string) => ({ event: 'relief.degrade', summary: `relief valve: ${to}`, data: { to } });
const run = (id: string) =>
  bench.server.client.workflow.execute(workflowTypes.escapement, {
    workflowId: id,
    taskQueue: queues.brain(vessel),
    args: [{ vessel, host: testHost, seconds: 0 }],
  });
const recorded = async () =>
  (await bench.missionLog()).flatMap(({ event_type: type, summary }) => (type.startsWith('relief') ? [summary] : []));

describe('what happened while it ticked (spec G1)', () => {
  it('is recorded by the brain in order and once, also what was kept while there was no server', async () => {
    for (const stage of ['VENTING', 'EMERGENCY']) await bench.happen(degraded(stage));
    await run('escapement-1');
    await bench.happen(degraded('CRITICAL'));
    await bench.happen({ event: 'approval_given', summary: 'nothing that a host may say of itself', data: {} });
    await run('escapement-2');
    await run('escapement-3');
    expect(await recorded()).toEqual(['relief valve: VENTING', 'relief valve: EMERGENCY', 'relief valve: CRITICAL']);
    expect((await bench.missionLog()).filter(({ event_type: type }) => type === 'approval_given')).toEqual([]);
  });

  it('costs few events of history: a day of beats, with every early return that there may be, stays below 5,000 (spec G1)', async () => {
    const events = async (id: string) => (await bench.server.client.workflow.getHandle(id).describe()).historyLength;
    await run('escapement-5');
    await bench.happen(degraded('VENTING'));
    await run('escapement-6');
    const [quiet, busy] = [await events('escapement-5'), await events('escapement-6')];
    const [beatsPerDay, returnsPerDay, eventsPerFiring] = [86_400 / 600, 160, 9];
    expect(quiet).toBeLessThanOrEqual(11);
    expect(busy - quiet).toBeLessThanOrEqual(7);
    expect(beatsPerDay * (quiet + eventsPerFiring) + returnsPerDay * (busy - quiet)).toBeLessThan(5_000);
  });

  it('is a stop and its end too, in one record for each, whoever saw the stop first (spec K1)', async () => {
    const stop = 'stop-0123456789ab';
    const seen = { stop, at: '2026-01-02T03:00:00.000Z', reason: 'smoke', by: 'ana', mode: 'now' };
    // Two who watch the host.
    for (const _ of ['guard', 'hands']) await bench.happen({ event: 'emergency_stop', summary: 'emergency stop', data: seen });
    await bench.happen({ event: 'emergency_stop_done', summary: '3 sandboxes ended', data: { stop, sandboxes: 3, milliseconds: 40 } });
    await run('escapement-4');
    const records = (await bench.missionLog()).filter(({ event_type: type }) => type.startsWith('emergency'));
    expect(records).toMatchObject([
      { event_type: 'emergency_stop', id: `stop/${stop}`, stop, by: 'ana', host: testHost },
      { event_type: 'emergency_stop_done', stop, sandboxes: 3, milliseconds: 40 },
    ]);
  });
});
