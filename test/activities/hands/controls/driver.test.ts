import { describe, expect, it } from '@jest/globals';
import type { DriverDependencies } from '../../../../src/activities/hands/controls/driver.js';
import { createDriver } from '../../../../src/activities/hands/controls/driver.js';
import type { Happened } from '../../../../src/adapters/controls/journal.js';
import type { HostReading } from '../../../../src/adapters/host/readings/host-readings.js';
import type { PublishedControls } from '../../../../src/domain/controls/published.js';
import { parsePublished } from '../../../../src/domain/controls/published.js';
import type { ControlSettings } from '../../../../src/domain/controls/settings.js';

const settings: ControlSettings = {
  concurrencyMax: 8,
  tickSeconds: 0.5,
  governor: { enabled: true, proportionalGain: 0.2, integralGain: 0.05, targetBacklog: 0 },
  relief: { enabled: true, sampleSeconds: 30, cpuThreshold: 0.9, memoryThresholdMb: 28_000 },
  monitoring: { enabled: true, intervalSeconds: 30 },
  watchdog: { violationsThreshold: 3, pullsStop: false, cpuCounts: false },
};
const beat = { ticks: 1, missed: 0, jitterP50Ms: 0, jitterP99Ms: 0, emergencyStop: false, lastTickAt: '' };

/** One host; workers of it share page and lock, as they do on a disk. */
function aHost() {
  const host = {
    at: 0,
    availableMb: 8_000,
    backlog: 0,
    stop: undefined as { id: string } | undefined,
    page: undefined as unknown,
    holder: '',
  };
  const did: string[] = [];
  const journal: Happened[] = [];
  const reading = (at: number): HostReading => ({
    at,
    cores: 4,
    cpu: 0.1,
    memory: { totalMb: 16_000, availableMb: host.availableMb, swap: 0 },
    pressure: { cpu: 0, memory: 0, fallback: false },
    counts: { disk: 0.5 },
  });
  const worker = (name: string, change: Partial<DriverDependencies> = {}) =>
    createDriver({
      settings: () => settings,
      lock: {
        isOurs: () => {
          host.holder ||= name;
          return host.holder === name;
        },
        close: () => undefined,
      },
      page: { read: () => parsePublished(host.page), write: (published) => void (host.page = JSON.parse(JSON.stringify(published))) },
      journal: { append: async (happened) => void journal.push(happened) },
      monotonic: () => host.at,
      now: () => new Date(0),
      readHost: reading,
      countPlaces: () => ({ running: 1, reservedMb: 100 }),
      youngest: () => [7, 5],
      waiting: () => 0,
      others: () => ({ actionsMb: 4_000, backlog: host.backlog, own: undefined, stop: host.stop }),
      shed: (serial) => did.push(`${name} shed ${serial}`),
      closeEgress: () => did.push(`${name} egress`),
      look: () => did.push(`${name} looks`),
      pullStop: (reason) => did.push(`${name} stop ${reason}`),
      wake: () => did.push(`${name} woke`),
      trouble: (why) => did.push(`${name} trouble ${why}`),
      ...change,
    });
  const tick = (...drivers: readonly ReturnType<typeof worker>[]) => {
    host.at += 500;
    for (const driver of drivers) driver.tick(beat);
  };
  return { host, did, journal, worker, tick };
}
const times = (count: number, work: () => void) => Array.from({ length: count }).forEach(work);

describe('the controls of a host (spec G1)', () => {
  it('are driven by one worker, and what it says counts for all', () => {
    const { host, worker, tick } = aHost();
    const [a, b] = [worker('a'), worker('b')];
    host.backlog = 5;
    times(4, () => tick(a, b));
    expect(a.orders().concurrency).toBeGreaterThan(1);
    expect(b.orders()).toEqual(a.orders());
    expect([a.state === undefined, b.state === undefined]).toEqual([false, true]);
  });

  it('go on from where the worker was that is gone', () => {
    const { host, worker, tick } = aHost();
    const [a, b] = [worker('a'), worker('b')];
    host.availableMb = 100;
    times(4, () => tick(a, b));
    expect(a.orders().stage).toMatch(/EMERGENCY|CRITICAL/);
    host.holder = 'b';
    tick(b);
    expect(b.orders()).toMatchObject({ stage: expect.stringMatching(/EMERGENCY|CRITICAL/) as unknown, concurrency: 1 });
    expect(b.orders().holds.network).toContain('relief valve');
  });

  it('are one action at a time without a network where nobody says anything, or says what is no page', () => {
    const { host, worker, tick } = aHost();
    const follower = worker('b');
    host.holder = 'a';
    const least = { concurrency: 1, holds: { network: expect.any(String) as unknown } };
    tick(follower);
    expect(follower.orders()).toMatchObject(least);
    for (const garbage of [{ version: 1 }, 'x', { ...(host.page as object), orders: { concurrency: 1e9 } }]) {
      host.page = garbage;
      tick(follower);
      expect(follower.orders()).toMatchObject(least);
    }
  });

  it('are so too when the driver has stood still for ten seconds, and as soon as it is of another boot', () => {
    const { host, worker, tick } = aHost();
    const [a, b] = [worker('a'), worker('b')];
    tick(a, b);
    expect(b.orders().holds.network).toBeUndefined();
    host.at += 10_001;
    b.tick(beat);
    expect(b.orders().holds.network).toContain('stand still');
    tick(a, b);
    expect(b.orders().holds.network).toBeUndefined();
    host.at = 0;
    expect(b.orders().holds.network).toContain('stand still');
  });

  it('keep what happened, take the network from what runs, and end the youngest once, in whichever worker it is', () => {
    const { host, did, journal, worker, tick } = aHost();
    const [a, b] = [worker('a'), worker('b')];
    tick(a, b);
    host.availableMb = 100;
    times(4, () => tick(a, b));
    expect(journal.map(({ event }) => event)).toContain('relief.degrade');
    expect(did.filter((each) => each.endsWith('egress'))).toEqual(['a egress']);
    const sheds = journal.filter(({ event }) => event === 'relief.shed').length;
    expect(sheds).toBeGreaterThan(0);
    expect(did.filter((each) => each.includes('shed'))).toEqual(Array.from({ length: sheds }).flatMap(() => ['a shed 7', 'b shed 7']));
  });

  it('look whether there is a network while an action waits for it, and nothing else holds it back (spec G4)', () => {
    const { host, did, journal, worker, tick } = aHost();
    const network = { reached: 0, unreachable: 0, waiting: 1 };
    const a = worker('a', { others: () => ({ actionsMb: 4_000, network: { ...network }, stop: host.stop }) });
    const looks = () => did.filter((each) => each.endsWith('looks')).length;
    tick(a);
    network.unreachable = 1;
    times(21, () => tick(a));
    expect([a.orders().holds.network, looks()]).toEqual([expect.stringContaining('offline'), 1]);
    host.stop = { id: 'stop-0123456789ab' };
    times(40, () => tick(a));
    expect(looks()).toBe(1);
    host.stop = undefined;
    network.reached = 1;
    tick(a);
    expect([a.orders().holds, journal.map(({ event }) => event)]).toEqual([{}, ['network_offline', 'network_online']]);
  });

  it('pull the stop for violations of the watchdog as soon as the mode in effect says so', () => {
    const { did, worker, tick } = aHost();
    const now = { pullsStop: false, processes: 10 };
    const a = worker('a', {
      settings: () => ({ ...settings, watchdog: { ...settings.watchdog, violationsThreshold: 1, pullsStop: now.pullsStop } }),
      others: () => ({ actionsMb: 0, own: { processes: now.processes } }),
    });
    const episode = () => {
      now.processes = 500;
      tick(a);
      now.processes = 10;
      tick(a);
      return did.filter((each) => each.startsWith('a stop')).length;
    };
    expect(episode()).toBe(0);
    now.pullsStop = true;
    expect(episode()).toBe(1);
  });

  it('end as many of the youngest as the valve says', () => {
    const { host, did, worker, tick } = aHost();
    const a = worker('a', { countPlaces: () => ({ running: 4, reservedMb: 400 }), youngest: () => [9, 8, 5, 2] });
    tick(a);
    for (const availableMb of [3_000, 1_500, 500]) {
      host.availableMb = availableMb;
      tick(a);
    }
    expect(did.filter((each) => each.includes('shed')).slice(0, 2)).toEqual(['a shed 9', 'a shed 8']);
  });

  it('a worker that starts after a shed ends nothing for it', () => {
    const { host, did, worker, tick } = aHost();
    const a = worker('a');
    tick(a);
    host.availableMb = 100;
    times(4, () => tick(a));
    did.length = 0;
    const late = worker('late');
    late.tick(beat);
    expect(did.filter((each) => each.includes('shed'))).toEqual([]);
  });

  it('go on with what a heartbeat carried where the page is lost', () => {
    const { host, worker, tick } = aHost();
    const a = worker('a');
    host.availableMb = 100;
    times(4, () => tick(a));
    const carried = a.state;
    host.page = undefined;
    host.holder = '';
    const next = worker('next');
    if (carried !== undefined) next.resume(carried);
    tick(next);
    expect(next.orders().stage).toBe('EMERGENCY');
  });

  it('say so and go on ticking where a reading or the lock fails', () => {
    const { did, worker, tick } = aHost();
    const broken = worker('a', {
      countPlaces: () => {
        throw new Error('no table');
      },
    });
    tick(broken);
    expect(did).toEqual(['a trouble the controls cannot be driven: Error: no table', 'a woke']);
    expect(broken.orders().concurrency).toBe(1);
  });

  it('fit their page with months of figures', () => {
    const { host, worker, tick } = aHost();
    const a = worker('a');
    times(2_000, () => tick(a));
    const text = JSON.stringify(host.page);
    expect(text.length).toBeLessThan(16_384);
    expect((host.page as PublishedControls).past.limit).toHaveLength(60);
  });
});
