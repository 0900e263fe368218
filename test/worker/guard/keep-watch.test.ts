import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Halted } from '../../../src/adapters/controls/guard-page.js';
import type { StandingStop } from '../../../src/domain/controls/stop.js';
import type { Guarding, Happened } from '../../../src/worker/guard/keep-watch.js';
import { keepWatch } from '../../../src/worker/guard/keep-watch.js';
import { soon } from '../../support/soon.js';

const next = 'ubos resume';
const aStop = (more: Partial<StandingStop> = {}): StandingStop => ({ mode: 'now', isFileThere: true, found: 'FILE exists', next, ...more });
const named = (id: string, more: Partial<StandingStop> = {}) => aStop({ id: `stop-${id.repeat(12)}`, ...more });

/** A host that a test changes: the switch, what is alive, and whether the disk takes anything. */
function aHost() {
  const host = {
    stop: undefined as StandingStop | undefined,
    alive: [] as string[],
    orphans: [] as string[],
    isFull: false,
    made: 0,
    looks: 0,
    killed: [] as string[],
    egressClosed: 0,
    records: [] as Happened[],
    shown: undefined as Halted | undefined,
    beats: 0,
    touched: () => undefined as void,
  };
  let now = 0;
  const guarding: Guarding = {
    readStop: async () => {
      host.looks += 1;
      return host.stop;
    },
    watch: (changed) => {
      host.touched = changed;
      return { isTold: false, close: () => undefined };
    },
    notice: async () => {
      if (host.isFull) throw new Error('ENOSPC');
      host.made += 1;
      return (host.stop = named('a', { markedMode: 'now' }));
    },
    end: async () => {
      const found = host.alive.splice(0);
      host.killed.push(...found);
      return found;
    },
    endOrphans: async () => host.orphans.splice(0),
    closeEgress: async () => (host.egressClosed += 1),
    record: async (happened) => {
      if (host.isFull) throw new Error('ENOSPC');
      host.records.push(happened);
    },
    show: (halted) => (host.shown = halted),
    beat: () => (host.beats += 1),
    say: () => undefined,
    // A second for each question: no case waits for a clock.
    monotonic: () => (now += 1_000),
  };
  return { host, guarding };
}

describe('the guard (spec K1)', () => {
  let bench: ReturnType<typeof aHost>;
  let stopping: AbortController;
  let watching: Promise<void> | undefined;
  beforeEach(() => {
    bench = aHost();
    stopping = new AbortController();
  });
  afterEach(async () => {
    stopping.abort();
    await watching;
  });
  const watch = (known?: string) => {
    watching = keepWatch(bench.guarding, stopping.signal, known);
  };
  /** So many looks from now on have been answered. */
  const looks = async (count: number) => {
    const from = bench.host.looks;
    await soon(() => bench.host.looks > from + count);
  };

  it('looks, and kills nothing, while nothing stops', async () => {
    const { host } = bench;
    host.alive = ['w'];
    watch();
    await soon(() => host.looks > 2 && host.beats > 0);
    expect([host.killed, host.records, host.egressClosed]).toEqual([[], [], 0]);
  });

  it('gives a touched file its mark, ends what runs, closes the way out, and keeps both for the trail, in this order', async () => {
    const { host } = bench;
    Object.assign(host, { stop: aStop(), alive: ['v', 'w'] });
    watch();
    await soon(() => host.records.length === 2);
    expect(host).toMatchObject({ made: 1, killed: ['v', 'w'], egressClosed: 1, shown: { sandboxes: 2 } });
    const [stopped, ended] = host.records;
    expect(stopped).toMatchObject({ event: 'stopped', stop: { id: 'stop-aaaaaaaaaaaa' } });
    expect(ended).toMatchObject({ event: 'ended', halted: { stop: 'stop-aaaaaaaaaaaa', sandboxes: 2 } });
  });

  it('ends a start that had passed its own look, as long as the stop stands', async () => {
    const { host } = bench;
    host.stop = named('a');
    watch();
    await soon(() => host.records.length === 2);
    host.alive = ['late'];
    await soon(() => host.records.length === 3);
    expect(host).toMatchObject({ killed: ['late'], shown: { sandboxes: 1 } });
  });

  it('kills all the same where the disk takes nothing, and writes it down when it does again', async () => {
    const { host } = bench;
    Object.assign(host, { stop: aStop(), alive: ['w'], isFull: true });
    watch();
    await soon(() => host.killed.length === 1 && host.shown !== undefined);
    expect(host.records).toEqual([]);
    host.isFull = false;
    await soon(() => host.records.length === 2);
    expect(host.records.map(({ event }) => event)).toEqual(['stopped', 'ended']);
  });

  it('lets what runs end under a drain; a file on top of it ends it, and the mark says so', async () => {
    const { host } = bench;
    Object.assign(host, { stop: named('b', { mode: 'drain', markedMode: 'drain', isFileThere: false }), alive: ['w'], orphans: ['o'] });
    watch();
    await soon(() => host.records.length === 1);
    // What outlived its worker ends all the same.
    await soon(() => host.orphans.length === 0);
    await looks(20);
    expect([host.killed, host.egressClosed, host.made]).toEqual([[], 0, 0]);
    host.stop = named('b', { markedMode: 'drain' });
    await soon(() => host.killed.length === 1 && host.made === 1);
    // From the moment on that it ends things, not since it drains; each question takes a second here.
    await soon(() => host.shown !== undefined);
    expect(host.shown?.milliseconds).toBeLessThan(10_000);
  });

  it('does not tell again what the guard before it has told, and tells the next stop', async () => {
    const { host } = bench;
    host.stop = named('a');
    watch('stop-aaaaaaaaaaaa');
    await looks(2);
    expect(host.records).toEqual([]);
    host.stop = named('c');
    await soon(() => host.records.length === 2);
    expect(host.records[0]).toMatchObject({ event: 'stopped', stop: { id: 'stop-cccccccccccc' } });
  });

  it('looks at once when the kernel tells of the switch, also where that was during a look', async () => {
    // No clock moves it on.
    jest.useFakeTimers({ doNotFake: ['performance'] });
    try {
      const { host, guarding } = bench;
      const readStop = () => {
        if (host.looks === 0) host.touched();
        return guarding.readStop();
      };
      watching = keepWatch({ ...guarding, readStop }, stopping.signal);
      await soon(() => host.looks === 2);
      host.touched();
      await soon(() => host.looks === 3);
      stopping.abort();
      host.touched();
      await watching;
    } finally {
      jest.useRealTimers();
    }
  });

  it('ends what outlived its worker, and goes on when a look fails', async () => {
    const { host, guarding } = bench;
    host.orphans = ['o'];
    const broken = { ...guarding, end: () => Promise.reject(new Error('EMFILE')) };
    watching = keepWatch(broken, stopping.signal);
    await soon(() => host.orphans.length === 0);
    host.stop = named('a');
    await looks(3);
    expect(host.looks).toBeGreaterThan(3);
  });
});
