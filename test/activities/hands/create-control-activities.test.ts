import { expect, it, jest } from '@jest/globals';
import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createControlActivities } from '../../../src/activities/hands/create-control-activities.js';
import type { Escapement, EscapementState } from '../../../src/adapters/host/escapement.js';

const state: EscapementState = {
  ticks: 7,
  missed: 1,
  jitterP50Ms: 1,
  jitterP99Ms: 2,
  emergencyStop: false,
  lastTickAt: '2026-01-02T03:04:05.678Z',
};

function anEscapement() {
  const attach = jest.fn<Escapement['attach']>();
  return { escapement: { attach, state, close: () => undefined } satisfies Escapement, attach };
}

it.each([
  ['a first attempt', undefined, undefined],
  ['the state of the attempt before', { ...state, ticks: 99 }, { ...state, ticks: 99 }],
  ['details that are none', { ticks: 'many' }, undefined],
  ['null', null, undefined],
])('attaches with %s, shows its state and ends in time (spec G1)', async (_, heartbeatDetails, expected) => {
  const { escapement, attach } = anEscapement();
  const environment = new MockActivityEnvironment({ heartbeatDetails });
  const beats: unknown[] = [];
  environment.on('heartbeat', (details) => beats.push(details));
  expect(await environment.run(() => createControlActivities({ escapement }).beat({ seconds: 0 }))).toEqual(state);
  expect(attach.mock.calls).toEqual([[expected]]);
  expect(beats).toEqual([state]);
});

it('ends at once when it is cancelled', async () => {
  const { escapement } = anEscapement();
  const environment = new MockActivityEnvironment();
  let beats = 0;
  environment.on('heartbeat', () => {
    beats += 1;
    setImmediate(() => environment.cancel('CANCELLED', new ActivityCancellationDetails({ cancelRequested: true })));
  });
  expect(await environment.run(() => createControlActivities({ escapement }).beat({ seconds: 86_400 }))).toEqual(state);
  // Not at the next beat.
  expect(beats).toBe(1);
});

const shutdown = new ActivityCancellationDetails({ workerShutdown: true });

it.each([
  ['is ending', (environment: MockActivityEnvironment) => setImmediate(() => environment.cancel('WORKER_SHUTDOWN', shutdown))],
  ['had ended before it began', (environment: MockActivityEnvironment) => environment.cancel('WORKER_SHUTDOWN', shutdown)],
])('leaves the run to the next worker when its own %s (spec G1)', async (_, end) => {
  const { escapement } = anEscapement();
  const environment = new MockActivityEnvironment();
  end(environment);
  const beat = environment.run(() => createControlActivities({ escapement }).beat({ seconds: 86_400 }));
  await expect(beat).rejects.toMatchObject({ name: 'ApplicationFailure', nonRetryable: false });
});
