import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { Escapement, EscapementState } from '../../../src/adapters/host/escapement.js';
import { createEscapement } from '../../../src/adapters/host/escapement.js';

const interval = 500;

/** An escapement on a clock that a test moves; its timers are node's own, mocked. */
describe('the escapement (spec G1)', () => {
  let now: number;
  let ticks: number[];
  let escapement: Escapement;
  const open = (onTick: (state: EscapementState) => void = () => undefined) =>
    createEscapement({
      intervalMilliseconds: interval,
      isStopped: () => false,
      monotonic: () => now,
      onTick: (state) => {
        ticks.push(now);
        onTick(state);
      },
    });
  /** Time passes, and timers fire `late` milliseconds after they are due. */
  const pass = (milliseconds: number) => {
    now += milliseconds;
    jest.advanceTimersByTime(milliseconds);
  };

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['performance'] });
    now = 1_000;
    ticks = [];
    escapement = open();
  });
  afterEach(() => {
    escapement.close();
    jest.useRealTimers();
  });

  it('ticks once per interval', () => {
    escapement.attach();
    for (let step = 0; step < 100; step += 1) pass(50);
    expect(ticks).toEqual(Array.from({ length: 10 }, (_, index) => 1_000 + (index + 1) * interval));
    expect(escapement.state).toMatchObject({ ticks: 10, missed: 0, jitterP50Ms: 0 });
  });

  it('does not drift: the tick after a late one is due where it always was', () => {
    escapement.attach();
    pass(interval);
    // 100 ms late.
    now += interval + 100;
    jest.advanceTimersByTime(interval);
    for (let step = 0; step < 20; step += 1) pass(50);
    expect(ticks).toEqual([1_500, 2_100, 2_500, 3_000]);
    expect(escapement.state).toMatchObject({ ticks: 4, missed: 0 });
  });

  it('counts what it missed, and does not make up for it', () => {
    escapement.attach();
    pass(interval);
    now += 10 * interval + 20;
    jest.advanceTimersByTime(interval);
    expect(escapement.state).toMatchObject({ ticks: 2, missed: 9 });
    for (let step = 0; step < 20; step += 1) pass(50);
    expect(escapement.state).toMatchObject({ ticks: 4, missed: 9 });
  });

  it('counts every interval once, as a tick or as missed, however time passes', () => {
    const counted = () => escapement.state.ticks + escapement.state.missed;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 50 }), (jumps) => {
        escapement.close();
        escapement = open();
        now = 0;
        escapement.attach();
        for (const jump of jumps) {
          now += jump;
          // A timer fires when it is due or later, at most a millisecond before.
          if (now + 1 >= (counted() + 1) * interval) jest.runOnlyPendingTimers();
          expect(counted()).toBeGreaterThanOrEqual(Math.floor(now / interval));
          expect(counted()).toBeLessThanOrEqual(Math.floor((now + 1) / interval));
        }
      }),
    );
  });

  it('ticks once, however many beats are attached', () => {
    escapement.attach();
    escapement.attach();
    pass(20);
    escapement.attach();
    for (let step = 0; step < 10; step += 1) pass(50);
    expect(escapement.state.ticks).toBe(1);
  });

  it.each([
    ['goes on from the state of a process that is gone', { ticks: 100, missed: 7 }, { ticks: 101, missed: 7 }],
    ['does not go back', { ticks: -5, missed: 0 }, { ticks: 1, missed: 0 }],
  ])('%s', (_, earlier, expected) => {
    escapement.attach({ jitterP50Ms: 0, jitterP99Ms: 0, emergencyStop: false, lastTickAt: '', ...earlier });
    pass(interval);
    expect(escapement.state).toMatchObject(expected);
  });

  it('shows how late the ticks are', () => {
    escapement.attach();
    for (let tick = 0; tick < 100; tick += 1) {
      now += interval + (tick % 10 === 0 ? 40 : 2) - ((now - 1_000) % interval);
      jest.advanceTimersToNextTimer();
    }
    const { jitterP50Ms, jitterP99Ms } = escapement.state;
    expect(jitterP50Ms).toBe(2);
    expect(jitterP99Ms).toBe(40);
  });

  it('stands still when it is closed, also from within a tick, and can be attached again', () => {
    escapement.close();
    escapement = open(() => escapement.close());
    escapement.attach();
    for (let step = 0; step < 100; step += 1) pass(50);
    expect(escapement.state.ticks).toBe(1);
    escapement.attach();
    pass(interval);
    expect(escapement.state.ticks).toBe(2);
  });
});
