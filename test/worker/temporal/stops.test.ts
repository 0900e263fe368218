import type { Client, ScheduleOptions } from '@temporalio/client';
import { ScheduleAlreadyRunning } from '@temporalio/client';
import { describe, expect, it } from '@jest/globals';
import { scheduleIds } from '../../../src/contract/names.js';
import { ensurePausing, ensureSchedules } from '../../../src/worker/temporal/schedules.js';
import { watchStops } from '../../../src/worker/temporal/watch-stops.js';
import { useFolders } from '../../support/folders.js';
import { until } from '../../support/until.js';
import { loadFrom, soundAgent } from '../../support/vessel/configuration.js';

const folder = useFolders();
const stop = 'stop-0123456789ab';
const other = 'stop-ffffffffffff';

function aServer() {
  const kept = new Map<string, ScheduleOptions>();
  const schedule = {
    create: async (options: ScheduleOptions) => {
      if (kept.has(options.scheduleId)) throw new ScheduleAlreadyRunning('there', options.scheduleId);
      kept.set(options.scheduleId, options);
    },
    getHandle: (id: string) => ({
      update: async (change: (previous: ScheduleOptions) => ScheduleOptions) =>
        void kept.set(id, change({ ...kept.get(id)!, state: { paused: false, ...kept.get(id)!.state } })),
      trigger: async () => undefined,
    }),
  };
  return { client: { schedule } as unknown as Client, kept };
}

describe('Schedules while an emergency stop stands (spec K1)', () => {
  const config = loadFrom(folder(), { agent: soundAgent });
  const { vesselId } = config;
  const all = [scheduleIds.thinkingCycle(vesselId), scheduleIds.bookkeeping(vesselId)];
  const following = (client: Client) => (standing: string | undefined) =>
    ensurePausing(client, { config, vouch: () => '', stop: standing });
  const ours = (id: string) => ({ paused: true, note: `emergency stop ${id}` });

  it('thinking and bookkeeping are paused under its name, also from the start, and go on when it is lifted; the escapement never stops', async () => {
    const { client, kept } = aServer();
    await ensureSchedules(client, { config, vouch: () => '', stop });
    for (const id of all) expect(kept.get(id)!.state).toEqual(ours(stop));
    expect(kept.get(scheduleIds.escapement(vesselId, config.host))!.state?.paused).not.toBe(true);
    const follow = following(client);
    await follow(other);
    for (const id of all) expect(kept.get(id)!.state).toEqual(ours(other));
    await follow(undefined);
    for (const id of all) expect(kept.get(id)!.state).toEqual({ paused: false });
  });

  it.each(['looking into something', 'emergency stop drill', ''])('an operator paused it before, noting %j: that stays', async (note) => {
    const { client, kept } = aServer();
    await ensureSchedules(client, { config, vouch: () => '', stop: undefined });
    for (const id of all) kept.set(id, { ...kept.get(id)!, state: { paused: true, note } });
    for (const standing of [stop, undefined]) {
      await following(client)(standing);
      for (const id of all) expect(kept.get(id)!.state).toEqual({ paused: true, note });
    }
  });
});

describe('who watches for stops', () => {
  it('follows each change once, tries again what failed, and says so once', async () => {
    const seen: { stop?: string | undefined } = { stop };
    const followed: (string | undefined)[] = [];
    const problems: unknown[] = [];
    let failing = 3;
    const watch = watchStops(
      {
        look: async () => seen.stop,
        follow: async (standing) => {
          if (failing > 0) {
            failing -= 1;
            throw new Error('the server is away');
          }
          followed.push(standing);
        },
        onProblem: (error) => problems.push(error),
        everyMilliseconds: 5,
      },
      undefined,
    );
    await until('the stop', () => (followed.length > 0 ? true : undefined));
    seen.stop = undefined;
    await until('its end', () => (followed.length > 1 ? true : undefined));
    await watch.close();
    expect(followed).toEqual([stop, undefined]);
    expect(problems).toHaveLength(1);
  });
});
