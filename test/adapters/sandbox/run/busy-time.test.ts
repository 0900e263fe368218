import { expect, it } from '@jest/globals';
import { createBusyTime } from '../../../../src/adapters/sandbox/run/busy-time.js';

function aBusyTime() {
  const at = { wall: 1_000, clock: 50 };
  const pass = (milliseconds: number) => {
    at.wall += milliseconds;
    at.clock += milliseconds;
  };
  return {
    at,
    pass,
    busy: createBusyTime(
      () => at.wall,
      () => at.clock,
    ),
  };
}

it('begins with the first of those that overlap, however long the chain', () => {
  const { pass, busy } = aBusyTime();
  busy.enter();
  for (let link = 0; link < 5; link += 1) {
    pass(10);
    busy.enter();
    busy.leave();
    expect(busy.since()).toBe(1_000);
  }
  busy.leave();
  pass(10);
  busy.enter();
  expect(busy.since()).toBe(1_060);
});

it('goes back with a clock that is put back, and not forward with one that is put forward', () => {
  const { at, pass, busy } = aBusyTime();
  busy.enter();
  pass(100);
  at.wall -= 600;
  expect(busy.since()).toBe(400);
  at.wall += 5_000;
  expect(busy.since()).toBe(1_000);
});
