import type { Client, ScheduleOptions } from '@temporalio/client';
import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import type { JanusConfig } from '../../config/config.js';
import { queues, scheduleIds, workflowTypes } from '../../contract/names.js';

/** One run of the escapement, in seconds; the Schedule's interval is a little longer, the ticking itself has no gap. */
export const escapementSeconds = 595;

function thinkingCycleSchedule({ vesselId: vessel, thinking }: JanusConfig): ScheduleOptions {
  return {
    scheduleId: scheduleIds.thinkingCycle(vessel),
    spec: { intervals: [{ every: thinking.intervalSeconds * 1_000 }] },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
    action: {
      type: 'startWorkflow',
      workflowType: workflowTypes.thinkingCycle,
      workflowId: scheduleIds.thinkingCycle(vessel),
      taskQueue: queues.brain(vessel),
      args: [{ vessel }],
      workflowExecutionTimeout: '20 minutes',
      staticSummary: 'Collects metrics, matches playbooks, proposes',
    },
    state: thinking.enabled ? { paused: false } : { paused: true, note: 'thinking_cycle.enabled is false' },
  };
}

function escapementSchedule({ vesselId: vessel, host }: JanusConfig): ScheduleOptions {
  return {
    scheduleId: scheduleIds.escapement(vessel, host),
    spec: { intervals: [{ every: '10 minutes' }] },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '10 seconds' },
    action: {
      type: 'startWorkflow',
      workflowType: workflowTypes.escapement,
      workflowId: scheduleIds.escapement(vessel, host),
      taskQueue: queues.brain(vessel),
      args: [{ vessel, host, seconds: escapementSeconds }],
      staticSummary: `Ticks on ${host}`,
    },
  };
}

function bookkeepingSchedule({ vesselId: vessel, audit: { bookkeeping } }: JanusConfig): ScheduleOptions {
  const { enabled, hour, minute } = bookkeeping;
  return {
    scheduleId: scheduleIds.bookkeeping(vessel),
    spec: { calendars: [{ hour, minute }] },
    // A vessel that was switched off at night catches up in the morning.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '12 hours' },
    action: {
      type: 'startWorkflow',
      workflowType: workflowTypes.bookkeeping,
      workflowId: scheduleIds.bookkeeping(vessel),
      taskQueue: queues.brain(vessel),
      args: [{ vessel }],
      workflowExecutionTimeout: '23 hours',
      staticSummary: 'Verifies the audit trail and compares it with the histories',
    },
    state: enabled ? { paused: false } : { paused: true, note: 'audit.bookkeeping.enabled is false' },
  };
}

/** Creates the Schedule, or brings what the configuration says up to date; an operator's pause stays. */
async function ensureSchedule(client: Client, options: ScheduleOptions): Promise<void> {
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, action, policies } = options;
    await client.schedule
      .getHandle(options.scheduleId)
      .update((previous) => ({ ...previous, spec, action, ...(policies && { policies }) }));
  }
}

/** Idempotent, at every worker start. The escapement does not wait for its next firing: overlap *skip* makes a second one harmless. */
export async function ensureSchedules(client: Client, config: JanusConfig): Promise<void> {
  await ensureSchedule(client, thinkingCycleSchedule(config));
  await ensureSchedule(client, bookkeepingSchedule(config));
  const escapement = escapementSchedule(config);
  await ensureSchedule(client, escapement);
  await client.schedule.getHandle(escapement.scheduleId).trigger(ScheduleOverlapPolicy.SKIP);
}
