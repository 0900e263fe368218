import { describe, expect, it } from '@jest/globals';
import type { ControlReadings } from '../../../src/domain/controls/readings.js';
import type { Change } from '../../support/controls/tracing.js';
import { calm, limits, repeat, run, someSettings, stagesOf } from '../../support/controls/tracing.js';

const settings = someSettings();
const total = 16_000;
/** Memory used to a share, by others. */
const memory = (used: number): Change<ControlReadings> => ({ memory: { availableMb: (1 - used) * total } });
const busy: Change<ControlReadings> = { backlog: 30, work: { running: 8, reservedMb: 0 } };
const stalled: Change<ControlReadings> = { ...busy, cpu: 1, pressure: { cpu: 1 } };
const trace = (...parts: readonly (readonly [ticks: number, change: Change<ControlReadings>])[]) =>
  parts.flatMap(([ticks, change]) => repeat(ticks, change));

describe('the relief valve (spec G3)', () => {
  it.each<{ name: string; parts: readonly (readonly [number, Change<ControlReadings>])[]; through: readonly string[] }>([
    {
      name: 'two honest jobs on two cores are full use without stall',
      parts: [[600, { cores: 2, cpu: 1, pressure: { cpu: 0.01 } }]],
      through: ['SEALED'],
    },
    { name: 'a stall below full use is none of the CPU', parts: [[200, { cpu: 0.5, pressure: { cpu: 1 } }]], through: ['SEALED'] },
    {
      name: 'a slip of one reading is none',
      parts: [
        [4, {}],
        [1, memory(0.95)],
        [10, {}],
        [1, stalled],
        [10, {}],
      ],
      through: ['SEALED'],
    },
    {
      name: 'stall at full use opens it, calm closes it',
      parts: [
        [20, stalled],
        [20, {}],
      ],
      through: ['SEALED', 'VENTING', 'SEALED'],
    },
    { name: 'a stall that lasts is an emergency', parts: [[70, stalled]], through: ['SEALED', 'VENTING', 'EMERGENCY'] },
    {
      name: 'memory above the bound is one at once',
      parts: [
        [2, {}],
        [4, memory(0.92)],
      ],
      through: ['SEALED', 'EMERGENCY'],
    },
    {
      name: 'just below the bound it ventilates',
      parts: [
        [2, memory(0.895)],
        [4, memory(0.895)],
      ],
      through: ['SEALED', 'VENTING'],
    },
    {
      name: 'it closes below the way back only',
      parts: [
        [4, memory(0.92)],
        [30, memory(0.82)],
        [12, memory(0.79)],
      ],
      through: ['SEALED', 'EMERGENCY', 'SEALED'],
    },
    {
      name: 'an emergency that lasts is critical, and calm alone does not end it',
      parts: [
        [4, memory(0.92)],
        [620, memory(0.85)],
        [100, {}],
      ],
      through: ['SEALED', 'EMERGENCY', 'CRITICAL'],
    },
    {
      name: 'a stall for memory that the host is not short of is no emergency',
      parts: [[10, { pressure: { memory: 0.9 } }]],
      through: ['SEALED', 'VENTING'],
    },
    {
      name: 'one that it is short of is',
      parts: [
        [2, memory(0.83)],
        [10, { ...memory(0.83), pressure: { memory: 0.9 } }],
      ],
      through: ['SEALED', 'EMERGENCY'],
    },
  ])('$name', ({ parts, through }) => {
    const stages = stagesOf(run(settings, trace(...parts)));
    expect(stages[0] === 'SEALED' ? stages : ['SEALED', ...stages]).toEqual(through);
  });

  it('has one bound: the threshold, or 90 % of the host', () => {
    const of = (memoryThresholdMb: number) => run(someSettings({ relief: { memoryThresholdMb } }), trace([4, memory(0.55)])).at(-1)!;
    expect([of(28_000), of(8_000)].map(({ orders }) => orders.stage)).toEqual(['SEALED', 'EMERGENCY']);
    expect([of(28_000), of(8_000)].map(({ figures }) => figures.pressure.bound)).toEqual([0.9, 0.5]);
    expect(of(8_000).orders.memoryCeilingMb).toBe(0);
  });

  it('leaves one at a time in an emergency, and no new network; the limit then grows by one a tick', () => {
    const hot = trace([10, { ...busy, cpu: 0.5 }], [4, { ...memory(0.92), ...busy }]);
    const up = run(settings, hot);
    expect(limits(up).slice(-1)).toEqual([1]);
    expect(up.at(-1)?.orders.holds.network).toMatch(/EMERGENCY/);
    const back = run(settings, trace([30, { ...memory(0.5), ...busy, cpu: 0.5 }]), up.at(-1)?.state);
    const closed = back.findIndex(({ orders }) => orders.stage === 'SEALED');
    expect(limits(back).slice(0, closed + 1)).toEqual(Array.from({ length: closed + 1 }, () => 1));
    expect(limits(back).slice(closed, closed + 9)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 8]);
    expect(back.at(-1)?.orders.holds.network).toBeUndefined();
  });

  it('ventilates with as many as there are cores', () => {
    const steps = run(settings, trace([10, { ...busy, cpu: 0.5 }], [20, stalled]));
    expect(steps.at(-1)?.orders).toMatchObject({ stage: 'VENTING', concurrency: 4, shed: 0 });
    expect(steps.at(-1)?.orders.holds).toMatchObject({ starts: undefined, network: expect.stringMatching(/VENTING/) });
  });

  it('comes to rest under a load of others that lasts, instead of opening and closing for ever', () => {
    /** Eight busy tasks of others on four cores that give way when Janus runs less; pressure as the kernel has it. */
    const others = 4;
    let steps = run(settings, repeat(10, { ...busy, cpu: 0.5 }));
    const seen = [];
    for (let tick = 0; tick < 600; tick += 1) {
      const running = steps.at(-1)!.orders.concurrency;
      const stall = Math.min(1, Math.max(0, (others + running - 4) / 4));
      steps = run(
        settings,
        repeat(1, { backlog: 30, cpu: 1, pressure: { cpu: stall }, work: { running, reservedMb: 0 } }),
        steps.at(-1)?.state,
      );
      seen.push(steps.at(-1)!);
    }
    expect(stagesOf(seen).length).toBeLessThanOrEqual(8);
    expect(seen.slice(-200).every(({ orders }) => orders.stage === 'SEALED')).toBe(true);
  });
});

describe('what runs (spec G3)', () => {
  const full = { availableMb: 0.05 * total, actionsMb: 4_000 };
  const running = { running: 3, reservedMb: 9_000 };

  it('is ended while memory stays above the bound, as many as have to go until the next tick, half of them at most', () => {
    const sheds = (change: Change<ControlReadings>) =>
      run(settings, repeat(4, { memory: full, work: running, ...change })).map(({ orders }) => orders.shed);
    expect(sheds({})).toEqual([0, 1, 1, 1]);
    // Others grow by 1,600 MB a tick, and each action holds 1,000: at the next tick the memory would be full.
    const growing = [0.2, 0.1, 0.05].map((free) => calm({ memory: { availableMb: free * total, actionsMb: 8_000 }, work: { running: 8 } }));
    expect(run(settings, growing).map(({ orders }) => orders.shed)).toEqual([0, 2, 2]);
    expect(sheds({ work: { running: 0 } })).toEqual([0, 0, 0, 0]);
    // What holds nothing would free nothing.
    expect(sheds({ memory: { ...full, actionsMb: 10 } })).toEqual([0, 0, 0, 0]);
    expect(sheds({ memory: { ...full, actionsMb: undefined } })).toEqual([0, 1, 1, 1]);
  });

  it('that had to be ended three times in ten minutes is critical; a release leads back through the emergency', () => {
    const once = [
      [4, { memory: full, work: running }],
      [21, memory(0.85)],
    ] as const;
    expect(stagesOf(run(settings, trace(...once, ...once)))).toEqual(['SEALED', 'EMERGENCY']);
    const steps = run(settings, trace(...once, ...once, ...once, [40, {}]));
    expect(stagesOf(steps)).toEqual(['SEALED', 'EMERGENCY', 'CRITICAL']);
    expect(steps.at(-1)?.orders.thinkingSuspended).toBe(true);
    const released = run(settings, repeat(20, { orders: { released: 1 } }), steps.at(-1)?.state);
    expect(stagesOf(released)).toEqual(['EMERGENCY', 'SEALED']);
    const hot = run(settings, repeat(20, { memory: full, orders: { released: 1 } }), steps.at(-1)?.state);
    expect(hot.every(({ orders }) => orders.stage === 'EMERGENCY' && orders.concurrency === 1)).toBe(true);
  });

  it('is not released by what was said before', () => {
    const orders = { released: 4 };
    const steps = run(
      settings,
      trace([650, { ...memory(0.92), orders }], [40, { orders }], [5, {}], [5, { orders: { released: 3 } }], [5, { orders }]),
    );
    expect(steps.at(-1)?.orders.stage).toBe('CRITICAL');
  });

  it('is told: one event for each stage, one for each that is ended, with figures', () => {
    const steps = run(settings, trace([2, {}], [3, { memory: full, work: running }], [12, {}]));
    const told = steps.flatMap(({ transitions }) => transitions);
    expect(told.map(({ event }) => event)).toEqual(['relief.degrade', 'relief.shed', 'relief.shed', 'relief.restore']);
    expect(told[0]).toMatchObject({
      summary: 'relief valve: SEALED -> EMERGENCY, new actions may not use the network, 1 at once',
      data: {
        from: 'SEALED',
        to: 'EMERGENCY',
        cause: 'memory',
        concurrency: 1,
        network: 'blocked',
        memory_percent: 95,
        memory_bound_percent: 90,
      },
    });
  });
});
