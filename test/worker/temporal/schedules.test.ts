import type { Client, ScheduleOptions } from '@temporalio/client';
import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { describe, expect, it } from '@jest/globals';
import { scheduleIds } from '../../../src/contract/names.js';
import type { VouchForStart } from '../../../src/worker/temporal/schedules.js';
import { ensureSchedules } from '../../../src/worker/temporal/schedules.js';
import { useFolders } from '../../support/folders.js';
import { loadFrom, soundAgent } from '../../support/vessel/configuration.js';

const folder = useFolders();

/** What a server keeps of Schedules, and which were triggered. */
function aServer() {
  const kept = new Map<string, ScheduleOptions>();
  const triggered: (readonly [string, ScheduleOverlapPolicy])[] = [];
  const schedule = {
    create: async (options: ScheduleOptions) => {
      if (kept.has(options.scheduleId)) throw new ScheduleAlreadyRunning('there', options.scheduleId);
      kept.set(options.scheduleId, options);
    },
    getHandle: (id: string) => ({
      update: async (change: (previous: ScheduleOptions) => ScheduleOptions) =>
        void kept.set(id, change({ ...kept.get(id)!, state: { paused: false, ...kept.get(id)!.state } })),
      trigger: async (overlap: ScheduleOverlapPolicy) => void triggered.push([id, overlap]),
    }),
  };
  return { client: { schedule } as unknown as Client, kept, triggered };
}

const config = (hours: number) => loadFrom(folder(), { agent: `${soundAgent}thinking_cycle:\n  cycle_interval_hours: ${hours}\n` });

const vouch: VouchForStart = ({ workflowType, workflowId, args }) =>
  Object.keys(args).join() === 'vessel' ? `${workflowType} of ${workflowId}` : '';

describe('the Schedules of a vessel', () => {
  it('think every so many hours, never two cycles at once, and make up for nothing (spec T1)', async () => {
    const { client, kept } = aServer();
    const own = config(6);
    await ensureSchedules(client, { config: own, vouch, pause: undefined });
    const { spec, policies, action } = kept.get(scheduleIds.thinkingCycle(own.vesselId))!;
    expect(spec).toEqual({ intervals: [{ every: 6 * 3_600_000 }] });
    expect(policies).toEqual({ overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' });
    expect(action).toMatchObject({
      type: 'startWorkflow',
      workflowType: 'thinkingCycleWorkflow',
      args: [{ vessel: own.vesselId, voucher: `thinkingCycleWorkflow of ${own.vesselId}-thinking-cycle` }],
    });
  });

  it('take over what the configuration says now, at the next start', async () => {
    const { client, kept } = aServer();
    await ensureSchedules(client, { config: config(6), vouch, pause: undefined });
    await ensureSchedules(client, { config: config(2), vouch, pause: undefined });
    expect(kept.size).toBe(9);
    expect(kept.get(scheduleIds.thinkingCycle(config(2).vesselId))!.spec).toEqual({ intervals: [{ every: 2 * 3_600_000 }] });
  });

  it('give account of day, week, month and year, half an hour after the bookkeeping, and catch up (spec L4)', async () => {
    const { client, kept } = aServer();
    const own = loadFrom(folder(), { agent: `${soundAgent}audit: { bookkeeping: { time: '23:45' } }\n` });
    await ensureSchedules(client, { config: own, vouch, pause: 'emergency stop stop-0123456789ab' });
    const types = ['dailySummary', 'weeklyReview', 'constitutionalAudit', 'yearlyReview'] as const;
    const schedules = types.map((type) => kept.get(scheduleIds[type](own.vesselId))!);
    expect(schedules.map(({ spec }) => spec.calendars)).toEqual([
      [{ hour: 0, minute: 15 }],
      [{ dayOfWeek: 'MONDAY', hour: 0, minute: 15 }],
      [{ dayOfMonth: 1, hour: 0, minute: 15 }],
      [{ month: 'JANUARY', dayOfMonth: 1, hour: 0, minute: 15 }],
    ]);
    // A stop pauses none of them.
    expect(schedules.map(({ state }) => state?.paused)).toEqual([false, false, false, false]);
    expect(schedules.map(({ action }) => action.type === 'startWorkflow' && action.args)).toEqual(
      types.map((type) => [{ vessel: own.vesselId, voucher: `${type}Workflow of ${scheduleIds[type](own.vesselId)}` }]),
    );
  });

  it('start the escapement at once, and not at its next firing (spec G1)', async () => {
    const { client, triggered } = aServer();
    const own = config(6);
    await ensureSchedules(client, { config: own, vouch, pause: undefined });
    expect(triggered).toEqual([[scheduleIds.escapement(own.vesselId, own.host), ScheduleOverlapPolicy.BUFFER_ONE]]);
  });

  it('let no firing of the escapement fall out because the run before has yet to end (spec G1)', async () => {
    const { client, kept } = aServer();
    const own = config(6);
    await ensureSchedules(client, { config: own, vouch, pause: undefined });
    expect(kept.get(scheduleIds.escapement(own.vesselId, own.host))!.policies!.overlap).toBe(ScheduleOverlapPolicy.BUFFER_ONE);
  });
});

const withEnabled = (enabled: boolean) =>
  loadFrom(folder(), {
    agent: `${soundAgent}thinking_cycle:\n  enabled: ${enabled}\naudit:\n  bookkeeping:\n    enabled: ${enabled}\n`,
  });
const operators = { paused: true, note: 'looking into something' };

describe.each([
  ['thinking_cycle.enabled', scheduleIds.thinkingCycle, 'thinking_cycle.enabled is false'],
  ['audit.bookkeeping.enabled', scheduleIds.bookkeeping, 'audit.bookkeeping.enabled is false'],
])('%s counts at each start (spec F1)', (_, idOf, note) => {
  const ours = { paused: true, note };
  const running = { paused: false };
  it.each([
    ['true, then false', [true, false], undefined, ours],
    ['false, then true', [false, true], undefined, running],
    ['false twice', [false, false], undefined, ours],
    ["true, and an operator's pause stays", [true, true], operators, operators],
    ["false, and an operator's pause keeps its note", [true, false], operators, operators],
    ['false, though an operator let it go on', [false, false], { paused: false, note: 'just once' }, ours],
    ["an operator's pause without a note stays", [true, true], { paused: true, note: '' }, { paused: true, note: '' }],
  ])('%s', async (_name, starts, between, expected) => {
    const { client, kept } = aServer();
    const [first, second] = starts.map(withEnabled);
    await ensureSchedules(client, { config: first!, vouch, pause: undefined });
    const id = idOf(first!.vesselId);
    if (between !== undefined) kept.set(id, { ...kept.get(id)!, state: between });
    await ensureSchedules(client, { config: second!, vouch, pause: undefined });
    expect(kept.get(id)!.state).toEqual(expected);
  });
});
