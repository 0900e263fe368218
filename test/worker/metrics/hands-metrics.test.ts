import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { statePageIn } from '../../../src/adapters/controls/state-page.js';
import type { PublishedControls } from '../../../src/domain/controls/published.js';
import type { ControlStep } from '../../../src/domain/controls/step.js';
import { sampleControls } from '../../../src/worker/metrics/hands-metrics.js';
import { aPublished } from '../../support/controls/published.js';
import { calm, run, someSettings } from '../../support/controls/tracing.js';
import { useFolders } from '../../support/folders.js';

const folder = useFolders();
const [aStep] = run(someSettings(), [calm()]) as [ControlStep];

function sampled() {
  const controls = folder();
  const told: Record<string, number> = {};
  let monotonic = 1_000_000;
  const key = (name: string, labels: object = {}) => [name, ...Object.values(labels)].join(' ');
  const meter = {
    add: (name: string, by: number) => void (told[name] = (told[name] ?? 0) + by),
    set: (name: string, value: number | undefined, labels?: object) => value !== undefined && void (told[key(name, labels)] = value),
    observe: () => undefined,
  };
  const sample = sampleControls(controls, () => monotonic);
  return {
    told,
    at: (milliseconds: number) => void (monotonic = milliseconds),
    look: (change: Partial<PublishedControls>) => {
      mkdirSync(controls, { recursive: true });
      writeFileSync(statePageIn(controls), JSON.stringify(aPublished(aStep, { monotonic: 1_000_000, ...change })));
      sample(meter);
    },
    sample: () => sample(meter),
  };
}
const ticking = (ticks: number, missed = 0) => ({ ticking: { ticks, missed, jitterP50Ms: 0.5, jitterP99Ms: 20 } });

it('shows what the controls of this host say, and counts their ticks from its own start on', () => {
  const { told, look } = sampled();
  look(ticking(500, 3));
  expect(told).toMatchObject({
    janus_ticks_total: 0,
    janus_actions_running: 2,
    janus_actions_waiting: 5,
    janus_actions_reserved_bytes: 1_073_741_824,
    janus_governor_limit_max: 8,
    'janus_relief_stage SEALED': 1,
    'janus_relief_stage CRITICAL': 0,
    'janus_held starts': 0,
    janus_disk_used: 0.4,
    'janus_tick_jitter_seconds 0.99': 0.02,
    janus_tick_timestamp_seconds: Date.parse('2026-01-02T11:59:59.700Z') / 1_000,
  });
  look(ticking(510, 4));
  expect([told['janus_ticks_total'], told['janus_ticks_missed_total']]).toEqual([10, 1]);
  // Another worker drives now, and counts its own.
  look(ticking(4));
  look(ticking(6));
  expect(told['janus_ticks_total']).toBe(12);
});

it('repeats nothing of a page that nobody keeps up to date, and takes no page for an answer', () => {
  const { told, look, at, sample } = sampled();
  sample();
  expect(told).toEqual({});
  look(ticking(1));
  at(1_011_000);
  const before = { ...told };
  look({ ...ticking(9), work: { running: 7, waiting: 7, reservedMb: 7 } });
  expect(told).toEqual(before);
});
