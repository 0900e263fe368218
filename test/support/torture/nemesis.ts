import { setTimeout as pause } from 'node:timers/promises';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from './random.js';
import type { Rig, RigProcess } from './rig.js';

export interface Kills {
  readonly worker: number;
  readonly witness: number;
  readonly server: number;
  /** Of all, how many hit a process that was not ready yet. */
  readonly startingUp: number;
}

/** While the stop file lay there: nothing may have begun between `bound` and `until`, milliseconds since the epoch. */
export interface StopSpan {
  readonly from: number;
  readonly until: number;
}

export interface Nemesis {
  readonly kills: Kills;
  /** Of workers and of the server; the witness is killed besides. */
  readonly total: number;
  readonly stops: readonly StopSpan[];
  /** Processes that ended without being killed, and for another reason than a server that was not there. */
  readonly problems: readonly string[];
  /** Resolves when so many were killed in all, or when there is no more time. */
  untilKills(count: number): Promise<void>;
  /** No more kills; resolves with everything running and ready. */
  rest(): Promise<void>;
  /** No more kills, and no more starts. */
  stop(): void;
}

interface Slot {
  readonly kind: RigProcess['kind'];
  /** How often it is killed before it is ready. */
  readonly early: number;
  /** Longest time until then, and longest life after it was ready; milliseconds. */
  readonly startUp: number;
  readonly life: number;
}

const slots: readonly Slot[] = [
  { kind: 'server', early: 0.15, startUp: 500, life: 20_000 },
  { kind: 'worker', early: 0.35, startUp: 2_000, life: 5_000 },
  { kind: 'worker', early: 0.35, startUp: 2_000, life: 5_000 },
  { kind: 'witness', early: 0.2, startUp: 400, life: 16_000 },
];

/** The server was away when it started or for too long: `TEMPORAL_UNREACHABLE`. */
const unreachableCode = '69';
/** It went away while the worker started, between two calls. */
const lostItsServer = /ServiceError: Failed to|UNAVAILABLE|TransportError/;

export interface NemesisSettings {
  readonly rig: Rig;
  readonly random: Random;
  readonly killsMax: number;
  readonly signal: AbortSignal;
  /** Resolves when an action has written its next line; a kill right behind that hits what runs. */
  readonly nextEffect: () => Promise<void>;
  /** Emergency stops, now and then. */
  readonly stops: boolean;
}

export function startNemesis({ rig, random, killsMax, signal, nextEffect, stops: wantsStops }: NemesisSettings): Nemesis {
  const kills = { worker: 0, witness: 0, server: 0, startingUp: 0 };
  const problems: string[] = [];
  const stops: StopSpan[] = [];
  const resting = new AbortController();
  const isOver = () => resting.signal.aborted || signal.aborted || total() >= killsMax;
  const total = () => kills.worker + kills.server;

  const untilTime = async (target: RigProcess, slot: Slot, own: Random): Promise<'early' | 'late'> => {
    const sleep = (most: number) => pause(Math.round(most * own.next()), undefined, { ref: false });
    if (own.chance(slot.early)) {
      await Promise.race([sleep(slot.startUp), target.ended]);
      return 'early';
    }
    await target.ready.catch(() => undefined);
    // Some right when something runs, most at any moment.
    const moment = slot.kind === 'worker' && own.chance(0.3) ? nextEffect().then(() => sleep(80)) : sleep(slot.life);
    await Promise.race([moment, sleep(2 * slot.life), target.ended]);
    return 'late';
  };

  const haunt = async (slot: Slot, name: string, own: Random): Promise<RigProcess> => {
    for (;;) {
      const target = rig.start(slot.kind, name);
      if (isOver()) return target;
      let isReady = false;
      target.ready.then(
        () => (isReady = true),
        () => undefined,
      );
      await untilTime(target, slot, own);
      if (!target.isAlive()) {
        const code = await target.ended;
        if (code !== unreachableCode && !lostItsServer.test(target.words()))
          problems.push(`a ${slot.kind} ended with ${code} by itself: ${target.words()}`);
        continue;
      }
      if (isOver()) return target;
      kills[slot.kind] += 1;
      if (!isReady) kills.startingUp += 1;
      await target.kill();
    }
  };

  /** Rotations and emergency stops belong to the load of a real machine. */
  const upkeep = async (own: Random) => {
    const file = join(rig.home, 'EMERGENCY_STOP');
    while (!isOver()) {
      await pause(4_000 + 8_000 * own.next(), undefined, { signal: resting.signal, ref: false }).catch(() => undefined);
      if (isOver()) return;
      const code = own.chance(0.7) ? await rig.ubos(['audit', 'rotate']) : 0;
      if (code !== 0) problems.push(`ubos audit rotate ended with ${code}`);
      if (!wantsStops || !own.chance(0.05)) continue;
      await writeFile(file, 'torture');
      const from = Date.now();
      await pause(7_000, undefined, { ref: false });
      stops.push({ from, until: Date.now() });
      await lift(rig);
    }
  };

  const running = slots.map((slot, index) => haunt(slot, `${slot.kind} ${index}`, random.fork(index)));
  // When the rig is closed before they rest, they have nothing to start any more.
  for (const each of running) each.catch(() => undefined);
  const keeping = upkeep(random.fork(99));
  return {
    kills,
    get total() {
      return total();
    },
    stops,
    problems,
    untilKills: async (count) => {
      while (total() < count && !isOver()) await pause(50);
    },
    stop: () => resting.abort(),
    rest: async () => {
      resting.abort();
      await keeping;
      const survivors = await Promise.all(running);
      await Promise.all(survivors.map((each) => settle(rig, each)));
    },
  };
}

/** By its name, and again until somebody answers: server and workers are killed meanwhile. */
async function lift(rig: Rig): Promise<void> {
  const mark = join(rig.home, 'controls', 'stop.json');
  for (;;) {
    const { id } = await readFile(mark, 'utf8').then(
      (text) => JSON.parse(text) as { readonly id: string },
      () => ({ id: undefined }),
    );
    if (id !== undefined && (await rig.ubos(['resume', id, '--reason', 'torture'])) === 0) return;
    await pause(500, undefined, { ref: false });
  }
}

/** Until one of this kind is ready: a worker that was started while the server was away has ended. */
async function settle(rig: Rig, first: RigProcess): Promise<void> {
  for (let each = first; ; each = rig.start(each.kind)) {
    const isReady = await each.ready.then(
      () => true,
      () => false,
    );
    if (isReady && each.isAlive()) return;
  }
}
