import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Stop } from '../../../src/activities/shared/heartbeat.js';
import { withHeartbeat } from '../../../src/activities/shared/heartbeat.js';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
});

/** Runs work that ends when the test says so. */
async function start() {
  const environment = new MockActivityEnvironment();
  let beats = 0;
  environment.on('heartbeat', () => (beats += 1));
  let end: (value: string) => void = () => undefined;
  let stop: Stop | undefined;
  const result = environment.run(() =>
    withHeartbeat((given) => {
      stop = given;
      return new Promise<string>((resolve) => (end = resolve));
    }),
  );
  await new Promise((resolve) => setImmediate(resolve));
  return { environment, result, end: (value: string) => end(value), stop: stop!, beats: () => beats };
}

it('beats every second, not at once, and no more when the work has ended', async () => {
  const { result, end, beats } = await start();
  expect(beats()).toBe(0);
  jest.advanceTimersByTime(5_000);
  expect(beats()).toBe(5);
  end('done');
  expect(await result).toBe('done');
  jest.advanceTimersByTime(5_000);
  expect(beats()).toBe(5);
});

it.each([
  ['its workflow asked for it', 'CANCELLED', { cancelRequested: true }, true],
  ['the worker stops', 'WORKER_SHUTDOWN', { workerShutdown: true }, false],
  ['the server gave the attempt up', 'NOT_FOUND', { notFound: true }, false],
  ['its time is over', 'TIMED_OUT', { timedOut: true }, false],
] as const)('tells the work to stop, and whether that is wanted, when %s (spec K2)', async (_, reason, details, wanted) => {
  const { environment, result, end, stop } = await start();
  expect([stop.signal.aborted, stop.isWanted()]).toEqual([false, false]);
  environment.cancel(reason, new ActivityCancellationDetails(details));
  expect([stop.signal.aborted, stop.isWanted()]).toEqual([true, wanted]);
  end('done');
  await result;
});
