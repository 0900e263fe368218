import { describe, expect, it } from '@jest/globals';
import { stepNetwork, online } from '../../../src/domain/controls/network.js';
import type { OwnUse } from '../../../src/domain/controls/readings.js';
import type { ControlSettings } from '../../../src/domain/controls/settings.js';
import type { Change } from '../../support/controls/tracing.js';
import { isCpuHeld } from '../../../src/domain/controls/watchdog.js';
import { calm, repeat, run, someSettings } from '../../support/controls/tracing.js';

const tick = 0.5;
/** What Janus used, second by second, at rates that hold for so many seconds each. */
function using(parts: readonly (readonly [seconds: number, rates: OwnUse])[]) {
  const total = { cpuSeconds: 0, networkBytes: 0, diskBytes: 0 };
  return parts.flatMap(([seconds, rates]) =>
    Array.from({ length: seconds / tick }, () => {
      total.cpuSeconds += (rates.cpuSeconds ?? 0) * tick;
      total.networkBytes += (rates.networkBytes ?? 0) * tick;
      total.diskBytes += (rates.diskBytes ?? 0) * tick;
      return calm({ own: { ...total, memoryMb: rates.memoryMb ?? 100, processes: rates.processes ?? 10 } });
    }),
  );
}
const watch = (change: Change<ControlSettings>, ...parts: Parameters<typeof using>[0]) => {
  const steps = run(someSettings(change), using(parts));
  return {
    violations: steps
      .flatMap(({ transitions }) => transitions.filter(({ event }) => event === 'watchdog_violation'))
      .map(({ data }) => data),
    stops: steps.flatMap(({ orders }) => orders.pullStop ?? []),
  };
};

describe("the watchdog's limits on Janus itself (spec G4)", () => {
  it.each<{ name: string; rates: OwnUse; seconds: number; resource: string | undefined }>([
    { name: '96 % of four cores for a minute', rates: { cpuSeconds: 3.84 }, seconds: 61, resource: 'cpu' },
    { name: '94 % for a minute', rates: { cpuSeconds: 3.76 }, seconds: 120, resource: undefined },
    { name: '81 % for five minutes', rates: { cpuSeconds: 3.24 }, seconds: 301, resource: 'cpu' },
    { name: '79 % for ten', rates: { cpuSeconds: 3.16 }, seconds: 600, resource: undefined },
    { name: '25 GB', rates: { memoryMb: 25_600 }, seconds: 1, resource: 'memory' },
    { name: '24 GB', rates: { memoryMb: 24_576 }, seconds: 1, resource: undefined },
    { name: '201 processes', rates: { processes: 201 }, seconds: 1, resource: 'processes' },
    { name: '11 MB/s over the network', rates: { networkBytes: 11e6 }, seconds: 61, resource: 'network' },
    { name: '110 MB/s to the disk', rates: { diskBytes: 110e6 }, seconds: 61, resource: 'disk' },
    { name: '90 MB/s to the disk', rates: { diskBytes: 90e6 }, seconds: 300, resource: undefined },
  ])('$name: $resource', ({ rates, seconds, resource }) => {
    expect(watch({}, [seconds, rates]).violations.map((data) => 'resource' in data && data.resource)).toEqual(
      resource === undefined ? [] : [resource],
    );
  });

  const thrice = [1, 2, 3].flatMap((): [number, OwnUse][] => [
    [2, { processes: 300 }],
    [60, {}],
  ]);

  it('is one violation, however long it lasts, and another when it comes back', () => {
    expect(watch({}, [600, { cpuSeconds: 4 }]).violations).toHaveLength(1);
    expect(watch({}, ...thrice).violations).toHaveLength(3);
    // Not yet well below its limit: the same episode.
    expect(watch({}, [2, { processes: 300 }], [2, { processes: 190 }], [2, { processes: 300 }]).violations).toHaveLength(1);
  });

  it('pulls the stop in beta and omega, once so many came within an hour', () => {
    const pulls = { watchdog: { pullsStop: true } };
    expect(watch({}, ...thrice).stops).toEqual([]);
    expect(watch(pulls, ...thrice).stops).toEqual([expect.stringMatching(/^3 violations .* processes$/)]);
    expect(watch(pulls, ...thrice.slice(0, 4), [3_600, {}], ...thrice.slice(0, 2)).stops).toEqual([]);
  });

  it('is an alert about the CPU where nothing holds all actions together to a quota', () => {
    const { violations, stops } = watch({ watchdog: { pullsStop: true, violationsThreshold: 1, cpuCounts: false } }, [
      120,
      { cpuSeconds: 4 },
    ]);
    expect(violations).toMatchObject([{ resource: 'cpu', counts: false }]);
    expect(stops).toEqual([]);
  });

  it.each([
    [undefined, 2, false],
    [1.5, 2, true],
    [1.6, 2, true],
    [1.7, 2, false],
    [1.5, 1, false],
    [1.5, 8, true],
  ])('takes a quota of %s processors on %d cores for one that keeps honest work below the limit: %s', (quota, cores, isHeld) => {
    expect(isCpuHeld(quota, cores)).toBe(isHeld);
  });

  it('counts from anew what fell', () => {
    const readings = [1e6, 0, 1].flatMap((cpuSeconds) => repeat(120, { own: { cpuSeconds } }));
    expect(run(someSettings(), readings).flatMap(({ transitions }) => transitions)).toEqual([]);
  });
});

describe('anomalies of the host (spec G4)', () => {
  const told = (...parts: Parameters<typeof repeat>[]) =>
    run(
      someSettings(),
      parts.flatMap((part) => repeat(...part)),
    ).flatMap(({ transitions }) => transitions.map(({ event, data }) => [event, 'resource' in data && data.resource]));
  it.each([
    ['cpu', { cpu: 0.91 }, { cpu: 0.85 }, { cpu: 0.79 }],
    ['disk', { disk: 0.86 }, { disk: 0.83 }, { disk: 0.8 }],
  ])('%s: above its limit for an interval, and over below the mark', (name, above, between, below) => {
    expect(told([60, above])).toEqual([['control_anomaly', name]]);
    expect(told([30, above], [30, {}])).toEqual([]);
    expect(told([60, above], [240, between])).toEqual([['control_anomaly', name]]);
    expect(told([60, above], [60, below])).toEqual([
      ['control_anomaly', name],
      ['control_anomaly_over', name],
    ]);
  });

  it('are not looked for where monitoring is off, nor made of what could not be read', () => {
    const off = someSettings({ monitoring: { enabled: false } });
    expect(run(off, repeat(600, { cpu: 1 })).flatMap(({ transitions }) => transitions)).toEqual([]);
    expect(told([600, { cpu: Number.NaN, disk: undefined }])).toEqual([]);
  });
});

describe('offline (spec G4)', () => {
  /** `reached/unreachable` so far, with what waits, at ticks of five seconds. */
  const trace = (...readings: readonly [reached: number, unreachable: number, waiting: number][]) => {
    let state = online;
    return readings.map(([reached, unreachable, waiting]) => {
      const step = stepNetwork(state, { reached, unreachable, waiting }, 5);
      state = step.state;
      return `${state.offline ? 'offline' : 'online'}${step.lookAgain ? ', look' : ''}`;
    });
  };
  it('is concluded from what actions met, and looked at again only while one waits', () => {
    expect(trace([3, 7, 0], [3, 7, 0])).toEqual(['online', 'online']);
    expect(trace([0, 0, 0], [0, 1, 0], [0, 1, 0], [0, 1, 0])).toEqual(['online', 'offline', 'offline', 'offline']);
    expect(trace([0, 0, 0], [0, 1, 1], [0, 1, 1], [0, 1, 1], [0, 2, 1], [1, 2, 1])).toEqual([
      'online',
      'offline',
      'offline',
      'offline, look',
      'offline',
      'online',
    ]);
    expect(trace([0, 0, 0], [1, 1, 0])).toEqual(['online', 'online']);
  });
  it('keeps what it knows when a worker counts from anew', () => {
    expect(trace([5, 5, 0], [5, 6, 0], [0, 0, 0])).toEqual(['online', 'offline', 'offline']);
  });
  it('blocks new network actions and nothing else, and is told', () => {
    const network = (unreachable: number) => ({ network: { reached: 0, unreachable, waiting: 0 } });
    const steps = run(someSettings(), [...repeat(1, network(0)), ...repeat(1, network(1))]);
    expect(steps.at(-1)?.orders).toMatchObject({
      offline: true,
      stage: 'SEALED',
      holds: { starts: undefined, network: expect.stringMatching(/^offline/) },
    });
    expect(steps.at(-1)?.transitions.map(({ event }) => event)).toEqual(['network_offline']);
  });
});
