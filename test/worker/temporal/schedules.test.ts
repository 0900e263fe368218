import type { Client, ScheduleOptions } from '@temporalio/client';
import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { describe, expect, it } from '@jest/globals';
import { scheduleIds } from '../../../src/contract/names.js';
import { ensureSchedules } from '../../../src/worker/temporal/schedules.js';
import { useFolders } from '../../support/folders.js';
import { loadFrom, soundAgent } from '../../support/vessel/configuration.js';

const folder = useFolders();

/** What a server keeps of Schedules, and which were triggered. */
function aServer() {
  const kept = new Map<string, ScheduleOptions>();
  const triggered: string[] = [];
  const schedule = {
    create: async (options: ScheduleOptions) => {
      if (kept.has(options.scheduleId)) throw new ScheduleAlreadyRunning('there', options.scheduleId);
      kept.set(options.scheduleId, options);
    },
    getHandle: (id: string) => ({
      update: async (change: (previous: ScheduleOptions) => ScheduleOptions) => void kept.set(id, change(kept.get(id)!)),
      trigger: async () => void triggered.push(id),
    }),
  };
  return { client: { schedule } as unknown as Client, kept, triggered };
}

const config = (hours: number) => loadFrom(folder(), { agent: `${soundAgent}thinking_cycle:\n  cycle_interval_hours: ${hours}\n` });

describe('the Schedules of a vessel', () => {
  it('think every so many hours, never two cycles at once, and make up for nothing (spec T1)', async () => {
    const { client, kept } = aServer();
    const own = config(6);
    await ensureSchedules(client, own);
    const { spec, policies, action } = kept.get(scheduleIds.thinkingCycle(own.vesselId))!;
    expect(spec).toEqual({ intervals: [{ every: 6 * 3_600_000 }] });
    expect(policies).toEqual({ overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' });
    expect(action).toMatchObject({ type: 'startWorkflow', workflowType: 'thinkingCycleWorkflow', args: [{ vessel: own.vesselId }] });
  });

  it('take over what the configuration says now, at the next start', async () => {
    const { client, kept } = aServer();
    await ensureSchedules(client, config(6));
    await ensureSchedules(client, config(2));
    expect(kept.size).toBe(3);
    expect(kept.get(scheduleIds.thinkingCycle(config(2).vesselId))!.spec).toEqual({ intervals: [{ every: 2 * 3_600_000 }] });
  });

  it('start the escapement at once, and not at its next firing (spec G1)', async () => {
    const { client, triggered } = aServer();
    const own = config(6);
    await ensureSchedules(client, own);
    expect(triggered).toEqual([scheduleIds.escapement(own.vesselId, own.host)]);
  });
});
