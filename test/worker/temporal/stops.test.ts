import type { Client, ScheduleOptions } from '@temporalio/client';
import { ScheduleAlreadyRunning } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { describe, expect, it } from '@jest/globals';
import { scheduleIds } from '../../../src/contract/names.js';
import { ensurePausing, ensureSchedules, pauseNote } from '../../../src/worker/temporal/schedules.js';
import { createWaking } from '../../../src/worker/temporal/wake-proposals.js';
import { watchPauses, whenChanged } from '../../../src/worker/temporal/watch-pauses.js';
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

describe('Schedules while something pauses them (spec K1)', () => {
  const config = loadFrom(folder(), { agent: soundAgent });
  const { vesselId } = config;
  const all = [scheduleIds.thinkingCycle(vesselId), scheduleIds.bookkeeping(vesselId)];
  const by = (standing: string | undefined, isCritical = false) => ({
    ...{ config, vouch: () => '' },
    pause: pauseNote({ stop: standing, isCritical }),
  });
  const following = (client: Client) => (standing: string | undefined) => ensurePausing(client, by(standing));
  const ours = (id: string) => ({ paused: true, note: `emergency stop ${id}` });

  it('thinking and bookkeeping are paused under its name, also from the start, and go on when it is lifted; the escapement never stops', async () => {
    const { client, kept } = aServer();
    await ensureSchedules(client, by(stop));
    for (const id of all) expect(kept.get(id)!.state).toEqual(ours(stop));
    expect(kept.get(scheduleIds.escapement(vesselId, config.host))!.state?.paused).not.toBe(true);
    const follow = following(client);
    await follow(other);
    for (const id of all) expect(kept.get(id)!.state).toEqual(ours(other));
    await follow(undefined);
    for (const id of all) expect(kept.get(id)!.state).toEqual({ paused: false });
  });

  it('at the last stage of the relief valve only thinking is paused, until people release it; a stop goes before (spec G3)', async () => {
    const { client, kept } = aServer();
    await ensureSchedules(client, by(undefined, true));
    const [thinking, bookkeeping] = all.map((id) => () => kept.get(id)!.state) as [() => unknown, () => unknown];
    expect([thinking(), bookkeeping()]).toEqual([
      { paused: true, note: 'the relief valve is at CRITICAL: ubos controls release' },
      { paused: false },
    ]);
    await ensurePausing(client, by(stop, true));
    expect([thinking(), bookkeeping()]).toEqual([ours(stop), ours(stop)]);
    await ensurePausing(client, by(undefined, true));
    expect([thinking(), bookkeeping()]).toMatchObject([{ paused: true }, { paused: false }]);
    await ensurePausing(client, by(undefined));
    expect([thinking(), bookkeeping()]).toEqual([{ paused: false }, { paused: false }]);
  });

  it.each(['looking into something', 'emergency stop drill', ''])('an operator paused it before, noting %j: that stays', async (note) => {
    const { client, kept } = aServer();
    await ensureSchedules(client, by(undefined));
    for (const id of all) kept.set(id, { ...kept.get(id)!, state: { paused: true, note } });
    for (const standing of [stop, undefined]) {
      await following(client)(standing);
      for (const id of all) expect(kept.get(id)!.state).toEqual({ paused: true, note });
    }
  });
});

describe('who watches for what pauses', () => {
  it('follows each change once, tries again what failed, and says so once', async () => {
    const seen: { stop?: string | undefined } = { stop };
    const followed: (string | undefined)[] = [];
    const problems: unknown[] = [];
    let failing = 3;
    const follow = async (standing: string | undefined) => {
      if (failing > 0) {
        failing -= 1;
        throw new Error('the server is away');
      }
      followed.push(standing);
    };
    const others: (string | undefined)[] = [];
    const watch = watchPauses({
      look: async () => seen.stop,
      followers: [whenChanged<string | undefined>(follow, undefined), async (standing) => void others.push(standing)],
      onProblem: (error) => problems.push(error),
      everyMilliseconds: 5,
    });
    await until('the stop', () => (followed.length > 0 ? true : undefined));
    // What fails keeps no other from it.
    expect(others.length).toBeGreaterThan(3);
    seen.stop = undefined;
    await until('its end', () => (followed.length > 1 ? true : undefined));
    await watch.close();
    expect(followed).toEqual([stop, undefined]);
    expect(problems).toHaveLength(1);
  });
});

describe('proposals while a stop stands (spec K1)', () => {
  /** What is listed under each state; a proposal that has ended meanwhile takes no signal. */
  function listing(states: Record<string, readonly string[]>, ended: readonly string[] = []) {
    const woken: string[] = [];
    const asked: string[] = [];
    const workflow = {
      list: ({ query }: { query: string }) => {
        const state = /JanusState = '(\w+)'/.exec(query)![1]!;
        asked.push(state);
        return (async function* () {
          for (const workflowId of states[state] ?? []) yield { workflowId };
        })();
      },
      getHandle: (id: string) => ({
        signal: async (name: string) => {
          if (ended.includes(id)) throw new WorkflowNotFoundError('gone', id, undefined);
          woken.push(`${name} ${id}`);
        },
      }),
    };
    return { woken, asked, wake: createWaking({ workflow } as unknown as Client, 'janus-test') };
  }

  it('those that wait are woken once for each stop, later ones too; what it held is woken when it has ended', async () => {
    const states: Record<string, readonly string[]> = { proposed: ['a', 'gone'], suspended: ['s'] };
    const { wake, woken } = listing(states, ['gone']);
    await wake({ stop, pauses: [] });
    await wake({ stop, pauses: [] });
    expect(woken).toEqual(['wake a']);
    states['proposed'] = ['a', 'b'];
    await wake({ stop, pauses: [] });
    expect(woken.splice(0)).toEqual(['wake a', 'wake b']);
    await wake({ stop: other, pauses: [] });
    expect(woken.splice(0)).toEqual(['wake a', 'wake b']);
    await wake({ stop: undefined, pauses: [] });
    await wake({ stop: undefined, pauses: [] });
    expect(woken).toEqual(['wake s']);
  });

  it('while nothing holds the vessel nobody asks the server for lists, but a while after the end of a stop or a pause', async () => {
    const { wake, asked } = listing({});
    const quiet = async (pauses: readonly string[] = []) => {
      for (let look = 0; look < 50; look += 1) await wake({ stop: undefined, pauses });
      return asked.splice(0);
    };
    expect((await quiet()).length).toBeLessThan(20);
    expect(await quiet()).toEqual([]);
    await quiet(['pause-0123456789ab']);
    expect([...new Set(await quiet())]).toEqual(['suspended']);
  });
});
