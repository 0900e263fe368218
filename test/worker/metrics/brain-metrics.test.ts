import { expect, it } from '@jest/globals';
import { createModelCalls } from '../../../src/domain/thinking/model-calls.js';
import { createRecent } from '../../../src/domain/trail/recent.js';
import { createStanding } from '../../../src/domain/trail/standing.js';
import { alsoMeasured, sampleBrain } from '../../../src/worker/metrics/brain-metrics.js';
import { aConfig } from '../../cli/support/ubos.js';
import { aRecord } from '../../support/trail/records.js';

function aMeter() {
  const told: Record<string, number> = {};
  const key = (name: string, labels: object = {}) => [name, ...Object.values(labels)].join(' ');
  return {
    told,
    add: (name: string, by: number, labels?: object) => void (told[key(name, labels)] = (told[key(name, labels)] ?? 0) + by),
    set: (name: string, value: number | undefined, labels?: object) => value !== undefined && void (told[key(name, labels)] = value),
    observe: () => undefined,
  };
}

it('shows what waits, until when, what holds the vessel, and what a model may still cost (spec O1)', () => {
  const known = { recent: createRecent(), standing: createStanding(), calls: createModelCalls() };
  const config = aConfig();
  const now = () => new Date(aRecord(10, 'x').timestamp);
  const sample = sampleBrain(config, known, now);
  const meter = aMeter();
  sample(meter);
  const calls = config.llm.dailyCallsMax;
  expect(meter.told).toEqual({
    janus_proposals_waiting: 0,
    janus_next_deadline_timestamp_seconds: 0,
    'janus_halts stop': 0,
    'janus_halts pause': 0,
    janus_model_calls_left: calls,
    janus_model_tokens_left: config.llm.dailyTokensMax,
  });
  const proposed = (id: string, until: number) =>
    known.recent.apply(aRecord(1, 'action_proposed', { action_id: id, deadline: aRecord(until, 'x').timestamp }));
  proposed('janus-000000000001', 30);
  proposed('janus-000000000002', 20);
  // Over: nobody said so, and nobody waits for it.
  proposed('janus-000000000003', 9);
  known.standing.apply(aRecord(2, 'emergency_stop', { log: 'mission_log', stop: 'stop-0123456789ab' }));
  known.calls.apply(aRecord(3, 'model_called', { log: 'mission_log', id: 'a', tokens_reserved: 100 }));
  sample(meter);
  expect(meter.told).toMatchObject({
    janus_proposals_waiting: 2,
    janus_next_deadline_timestamp_seconds: Date.parse(aRecord(20, 'x').timestamp) / 1_000,
    'janus_halts stop': 1,
    janus_model_calls_left: calls - 1,
    janus_model_tokens_left: config.llm.dailyTokensMax - 100,
  });
});

it('shows which log takes no records, and how often that began; whoever else hears of it does', () => {
  const meter = aMeter();
  const heard: unknown[][] = [];
  const observer = alsoMeasured(meter, {
    unavailable: (...said) => void heard.push(said),
    recovered: (...said) => void heard.push(said),
  });
  expect(meter.told['janus_trail_writable proposals']).toBe(1);
  observer.unavailable('proposals', 'no room');
  expect(meter.told).toMatchObject({
    'janus_trail_writable proposals': 0,
    'janus_trail_writable tool_use': 1,
    'janus_trail_outages_total proposals': 1,
  });
  observer.recovered('proposals', 7);
  expect(meter.told['janus_trail_writable proposals']).toBe(1);
  expect(heard).toEqual([
    ['proposals', 'no room'],
    ['proposals', 7],
  ]);
});
