import { expect, it, jest } from '@jest/globals';
import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Kept } from '../../../src/activities/hands/controls/kept.js';
import type { ControlDependencies } from '../../../src/activities/hands/create-control-activities.js';
import { createControlActivities } from '../../../src/activities/hands/create-control-activities.js';
import type { ControlState } from '../../../src/domain/controls/step.js';
import type { Escapement, EscapementState } from '../../../src/adapters/host/escapement.js';

const state: EscapementState = {
  ticks: 7,
  missed: 1,
  jitterP50Ms: 1,
  jitterP99Ms: 2,
  emergencyStop: false,
  lastTickAt: '2026-01-02T03:04:05.678Z',
};

const nothingKept: Kept = { read: () => undefined, isDue: () => false, told: () => undefined, acknowledge: async () => undefined };

function anEscapement() {
  const attach = jest.fn<Escapement['attach']>();
  const escapement = { attach, state, close: () => undefined } satisfies Escapement;
  const deps: ControlDependencies = {
    escapement,
    driver: { state: undefined, resume: () => undefined },
    kept: nothingKept,
    sign: (text) => `signed ${text}`,
  };
  return { escapement, deps, attach };
}

it.each([
  ['a first attempt', undefined, undefined],
  ['the state of the attempt before', { ...state, ticks: 99 }, { ...state, ticks: 99 }],
  ['details that are none', { ticks: 'many' }, undefined],
  ['null', null, undefined],
])('attaches with %s, shows its state and ends in time (spec G1)', async (_, heartbeatDetails, expected) => {
  const { deps, attach } = anEscapement();
  const environment = new MockActivityEnvironment({ heartbeatDetails });
  const beats: unknown[] = [];
  environment.on('heartbeat', (details) => beats.push(details));
  expect(await environment.run(() => createControlActivities(deps).beat({ seconds: 0 }))).toEqual(state);
  expect(attach.mock.calls).toEqual([expected === undefined ? [] : [expected]]);
  expect(beats).toEqual([state]);
});

it('ends at once when it is cancelled', async () => {
  const { deps } = anEscapement();
  const environment = new MockActivityEnvironment();
  let beats = 0;
  environment.on('heartbeat', () => {
    beats += 1;
    setImmediate(() => environment.cancel('CANCELLED', new ActivityCancellationDetails({ cancelRequested: true })));
  });
  expect(await environment.run(() => createControlActivities(deps).beat({ seconds: 86_400 }))).toEqual(state);
  // Not at the next beat.
  expect(beats).toBe(1);
});

const shutdown = new ActivityCancellationDetails({ workerShutdown: true });

it.each([
  ['is ending', (environment: MockActivityEnvironment) => setImmediate(() => environment.cancel('WORKER_SHUTDOWN', shutdown))],
  ['had ended before it began', (environment: MockActivityEnvironment) => environment.cancel('WORKER_SHUTDOWN', shutdown)],
])('leaves the run to the next worker when its own %s (spec G1)', async (_, end) => {
  const { deps } = anEscapement();
  const environment = new MockActivityEnvironment();
  end(environment);
  const beat = environment.run(() => createControlActivities(deps).beat({ seconds: 86_400 }));
  await expect(beat).rejects.toMatchObject({ name: 'ApplicationFailure', nonRetryable: false });
});

const kept = { entries: [], signature: 'of the hands' };

it('comes back early with what has to be recorded, having dropped what the brain says is (spec G1)', async () => {
  const { deps } = anEscapement();
  const heard: unknown[] = [];
  const told = jest.fn();
  const due: Kept = { read: () => kept, isDue: () => true, told, acknowledge: async (recorded) => void heard.push(recorded) };
  const environment = new MockActivityEnvironment();
  const recorded = { marks: {}, signature: 'of the brain' };
  const beat = environment.run(() => createControlActivities({ ...deps, kept: due }).beat({ seconds: 86_400, recorded }));
  expect(await beat).toEqual({ ...state, kept });
  expect([heard, told.mock.calls.length]).toEqual([[recorded], 1]);
});

it('carries the state of the controls under the word of the hands, and goes on with no other (spec G1)', async () => {
  const { deps } = anEscapement();
  const carried = { relief: { stage: 'CRITICAL' } } as unknown as ControlState;
  const beats: unknown[] = [];
  const first = new MockActivityEnvironment();
  first.on('heartbeat', (details) => beats.push(details));
  const driving = { ...deps, driver: { state: carried, resume: () => undefined } };
  await first.run(() => createControlActivities(driving).beat({ seconds: 0 }));
  const resumed: unknown[] = [];
  const next = { ...deps, driver: { state: undefined, resume: (earlier: ControlState) => void resumed.push(earlier) } };
  const forged = { ...state, controls: { state: '{"relief":{"stage":"SEALED"}}', signature: 'of somebody' } };
  for (const heartbeatDetails of [forged, beats[0]]) {
    await new MockActivityEnvironment({ heartbeatDetails }).run(() => createControlActivities(next).beat({ seconds: 0 }));
  }
  expect(resumed).toEqual([carried]);
});
