import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ControlReadings } from '../../../src/domain/controls/readings.js';
import { stages } from '../../../src/domain/controls/orders.js';
import type { ControlState } from '../../../src/domain/controls/step.js';
import { calm, limits, repeat, run, someSettings, stagesOf } from '../../support/controls/tracing.js';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const total = 16_000;

/** Any host, calm or not, whose figures are all there. */
const whole: fc.Arbitrary<ControlReadings> = fc
  .record({
    free: share,
    held: share,
    cpu: share,
    stall: share,
    memoryStall: share,
    backlog: fc.nat(60),
    running: fc.nat(16),
    late: fc.constantFrom(0, 0, 0, 400, 5_000),
  })
  .map(({ free, held, cpu, stall, memoryStall, backlog, running }) =>
    calm({
      memory: { availableMb: free * total, actionsMb: held * (1 - free) * total },
      pressure: { cpu: stall, memory: memoryStall },
      work: { running, reservedMb: running * 256 },
      cpu,
      backlog,
    }),
  );

/** The same with one figure lost, as undefined, NaN or null. */
const lost = fc
  .tuple(whole, fc.constantFrom('memory', 'cpu', 'stall', 'memoryStall', 'backlog', 'cores'), fc.constantFrom(undefined, Number.NaN, null))
  .map(([readings, which, as]): ControlReadings => {
    const none = as as undefined;
    if (which === 'memory') return { ...readings, memory: as === undefined ? undefined : { totalMb: total, availableMb: Number.NaN } };
    if (which === 'stall') return { ...readings, pressure: { ...readings.pressure, cpu: none } };
    if (which === 'memoryStall') return { ...readings, pressure: { ...readings.pressure, memory: none } };
    return { ...readings, [which]: none };
  });

const settingsOf = fc.record({
  concurrencyMax: fc.integer({ min: 1, max: 32 }),
  enabled: fc.boolean(),
  relief: fc.boolean(),
  proportionalGain: fc.double({ min: 0, max: 10, noNaN: true }),
  integralGain: fc.double({ min: 0, max: 10, noNaN: true }),
  targetBacklog: fc.nat(10),
});
const settings = settingsOf.map(({ concurrencyMax, enabled, relief, ...gains }) =>
  someSettings({ concurrencyMax, governor: { enabled, ...gains }, relief: { enabled: relief } }),
);
const trace = fc.array(fc.oneof({ weight: 4, arbitrary: whole }, { weight: 1, arbitrary: lost }), { minLength: 1, maxLength: 60 });

describe('the step', () => {
  it('has a limit from 1 to the most that is configured, whole, whatever it reads (spec G2)', () => {
    fc.assert(
      fc.property(settings, trace, (settings, readings) => {
        for (const limit of limits(run(settings, readings))) {
          expect(Number.isInteger(limit)).toBe(true);
          expect(limit).toBeGreaterThanOrEqual(1);
          expect(limit).toBeLessThanOrEqual(settings.concurrencyMax);
        }
      }),
    );
  });

  it('lets no reservations stand above what others leave of the bound (spec G3)', () => {
    fc.assert(
      fc.property(settings, trace, (settings, readings) => {
        run(settings, readings).forEach(({ orders, figures }, index) => {
          const { foreignMb, bound } = figures.pressure;
          if (foreignMb === undefined) return;
          expect(bound).toBeLessThanOrEqual(0.9);
          if (orders.memoryCeilingMb > 0) expect(orders.memoryCeilingMb + foreignMb).toBeLessThanOrEqual(bound * total);
          expect(index).toBeGreaterThanOrEqual(0);
        });
      }),
    );
  });

  it('raises nothing and closes no valve while a figure is missing (spec G2, G3)', () => {
    fc.assert(
      fc.property(settings, trace, fc.array(lost, { minLength: 1, maxLength: 20 }), (settings, before, without) => {
        const steps = run(settings, [...before, ...without]);
        for (let index = before.length; index < steps.length; index += 1) {
          const [then, now] = [steps[index - 1]!, steps[index]!];
          expect(now.figures.missing.length).toBeGreaterThanOrEqual(settings.governor.enabled ? 1 : 0);
          if (now.figures.missing.length === 0) continue;
          expect(now.orders.concurrency).toBeLessThanOrEqual(then.orders.concurrency);
          if (now.figures.missing.some((name) => name !== 'backlog'))
            expect(stages.indexOf(now.orders.stage)).toBeGreaterThanOrEqual(stages.indexOf(then.orders.stage));
        }
      }),
    );
  });

  it('makes the same of the same trace, also where its state went through JSON on the way (spec G1)', () => {
    fc.assert(
      fc.property(settings, trace, trace, (settings, before, after) => {
        const whole = run(settings, [...before, ...after]);
        const half = run(settings, before);
        const resumed = JSON.parse(JSON.stringify(half.at(-1)?.state)) as ControlState;
        expect(run(settings, after, resumed).map(({ orders }) => orders)).toEqual(whole.slice(before.length).map(({ orders }) => orders));
      }),
    );
  });

  it('loosens nothing while the valve is open (spec G3)', () => {
    fc.assert(
      fc.property(trace, (readings) => {
        for (const { orders } of run(someSettings(), readings)) {
          if (orders.stage === 'SEALED') continue;
          expect(orders.holds.network).toContain(orders.stage);
          expect(orders.concurrency).toBeLessThanOrEqual(orders.stage === 'VENTING' ? 4 : 1);
        }
      }),
    );
  });

  it('stays sealed where relief is switched off (spec G3)', () => {
    fc.assert(
      fc.property(trace, (readings) => {
        expect(stagesOf(run(someSettings({ relief: { enabled: false } }), readings))).toEqual(['SEALED']);
      }),
    );
  });

  it('keeps a state of less than 8 kB, however long it runs (spec G1)', () => {
    fc.assert(
      fc.property(fc.array(whole, { minLength: 1, maxLength: 5 }), (readings) => {
        const own = { cpuSeconds: 0.123456789, networkBytes: 123_456_789, diskBytes: 987_654_321 };
        const long = Array.from({ length: 400 }, (_, index) => ({ ...readings[index % readings.length]!, at: 1_000 + index * 3_333, own }));
        expect(JSON.stringify(run(someSettings(), long).at(-1)?.state).length).toBeLessThan(8_000);
      }),
      { numRuns: 10 },
    );
  });
});

describe('the limit (spec G2)', () => {
  /** Work that takes every permit at once, until `amount` is done. */
  const busyThen = (busy: number, idle: number) => {
    const settings = someSettings();
    const up = run(settings, repeat(busy, { backlog: 30, cpu: 0.5, work: { running: 8, reservedMb: 0 } }));
    return [...limits(up), ...limits(run(settings, repeat(idle), up.at(-1)?.state))];
  };

  it('gives the first that waits a permit within a tick, and comes down again when the queue is empty', () => {
    const all = busyThen(20, 180);
    expect(all[0]).toBeGreaterThan(1);
    expect(Math.max(...all)).toBe(8);
    expect(all.at(-1)).toBe(1);
    expect(all.slice(20).every((limit, index, down) => index === 0 || limit <= down[index - 1]!)).toBe(true);
  });

  it('does not flap while nothing changes', () => {
    const settings = someSettings();
    const steady = run(settings, repeat(300, { backlog: 0, work: { running: 4, reservedMb: 0 }, cpu: 0.6, pressure: { cpu: 0.3 } }));
    const late = limits(steady).slice(100);
    expect(new Set(late).size).toBe(1);
  });

  it('is what people said where that is less, and never more than is configured', () => {
    const busy = { backlog: 30, cpu: 0.5, work: { running: 8, reservedMb: 0 } };
    const settings = someSettings();
    const up = run(settings, repeat(20, busy));
    expect(limits(run(settings, repeat(1, { ...busy, orders: { limit: 3 } }), up.at(-1)?.state))).toEqual([3]);
    expect(limits(run(settings, repeat(20, { ...busy, orders: { limit: 99 } }), up.at(-1)?.state)).at(-1)).toBe(8);
    expect(run(settings, repeat(1, { orders: { hold: 'moving house' } })).at(-1)?.orders.holds.starts).toBe('moving house');
    expect(run(settings, repeat(1, { stop: { id: 'stop-0123456789ab' } })).at(-1)?.orders.holds.starts).toMatch(/emergency stop/);
  });

  it('is fixed without a governor', () => {
    const settings = someSettings({ governor: { enabled: false } });
    expect(new Set(limits(run(settings, [...repeat(3), ...repeat(3, { backlog: 50 })])))).toEqual(new Set([8]));
  });

  it('does not leap after a late tick, nor with another clock', () => {
    const settings = someSettings();
    const up = run(settings, repeat(20, { backlog: 30, cpu: 0.5, work: { running: 8, reservedMb: 0 } }));
    const state = up.at(-1)!.state;
    const one = run(settings, [calm()], state).at(-1)!.orders.concurrency;
    for (const at of [state.at! + 60_000, 5, 1e12, Number.NaN]) {
      const limit = run(settings, [calm({ at })], state).at(-1)!.orders.concurrency;
      expect(limit).toBeGreaterThanOrEqual(one - 2);
      expect(limit).toBeLessThanOrEqual(8);
    }
  });
});
