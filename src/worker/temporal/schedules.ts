import type { Client, ScheduleDescription, ScheduleOptions } from '@temporalio/client';
import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import type { JanusConfig } from '../../config/config.js';
import type { ScheduledStart } from '../../domain/approval/own-word.js';
import { queues, scheduleIds, workflowTypes } from '../../contract/names.js';

/** One run of the escapement, in seconds; the Schedule's interval is a little longer, the ticking itself has no gap. */
export const escapementSeconds = 595;

/** Under these notes the configuration pauses a Schedule, and may let it go on again; any other note is an operator's. */
const ownNotes = { thinking: 'thinking_cycle.enabled is false', bookkeeping: 'audit.bookkeeping.enabled is false' } as const;

/** While a stop stands, what thinks and what keeps the books is paused under this note, which names it. */
const stopNote = (stop: string) => `emergency stop ${stop}`;

/** A stop by its id, or one that has none: an operator's own words about a stop stay. */
const stopNoted = /^emergency stop (?:stop-[0-9a-f]{12}$|without a name$|that nobody can see)/;

const isOwn = (note = '') => stopNoted.test(note) || Object.values<string>(ownNotes).includes(note);

/** Signs what a Schedule starts with the vessel's own key: what the started workflow may write rests on it. */
export type VouchForStart = (start: ScheduledStart) => string;

/** What a Schedule starts, with the vessel's word for it among the arguments. */
function vouched(vouch: VouchForStart, start: ScheduledStart) {
  const { workflowType, workflowId, args } = start;
  return { type: 'startWorkflow' as const, workflowType, workflowId, args: [{ ...args, voucher: vouch(start) }] };
}

type State = NonNullable<ScheduleOptions['state']>;

function stateFor(enabled: boolean, note: string, stop: string | undefined): State {
  if (stop !== undefined) return { paused: true, note: stopNote(stop) };
  return enabled ? { paused: false } : { paused: true, note };
}

interface Scheduling {
  readonly config: JanusConfig;
  readonly vouch: VouchForStart;
  /** What the stop that stands is called; undefined where none does. */
  readonly stop: string | undefined;
}

function thinkingCycleSchedule({ config, vouch, stop }: Scheduling): ScheduleOptions {
  const { vesselId: vessel, thinking } = config;
  const workflowId = scheduleIds.thinkingCycle(vessel);
  return {
    scheduleId: workflowId,
    spec: { intervals: [{ every: thinking.intervalSeconds * 1_000 }] },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
    action: {
      ...vouched(vouch, { workflowType: workflowTypes.thinkingCycle, workflowId, args: { vessel } }),
      taskQueue: queues.brain(vessel),
      workflowExecutionTimeout: '20 minutes',
      staticSummary: 'Collects metrics, matches playbooks, proposes',
    },
    state: stateFor(thinking.enabled, ownNotes.thinking, stop),
  };
}

/** Never fires: `ubos think --dry-run` triggers it. What it starts bears the vessel's word that it is a dry run. */
function rehearsalSchedule({ config, vouch }: Scheduling): ScheduleOptions {
  const { vesselId: vessel } = config;
  const workflowId = scheduleIds.rehearsal(vessel);
  return {
    scheduleId: workflowId,
    spec: {},
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
    action: {
      ...vouched(vouch, { workflowType: workflowTypes.rehearsal, workflowId, args: { vessel, dryRun: true } }),
      taskQueue: queues.brain(vessel),
      workflowExecutionTimeout: '20 minutes',
      staticSummary: 'Thinks, and starts nothing',
    },
  };
}

function escapementSchedule({ vesselId: vessel, host }: JanusConfig): ScheduleOptions {
  return {
    scheduleId: scheduleIds.escapement(vessel, host),
    spec: { intervals: [{ every: '10 minutes' }] },
    // A firing that meets the run before it waits for its end: skipped, it would leave nothing ticking until the next.
    policies: { overlap: ScheduleOverlapPolicy.BUFFER_ONE, catchupWindow: '10 seconds' },
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

function bookkeepingSchedule({ config, vouch, stop }: Scheduling): ScheduleOptions {
  const { vesselId: vessel, audit } = config;
  const { bookkeeping } = audit;
  const workflowId = scheduleIds.bookkeeping(vessel);
  const { enabled, hour, minute } = bookkeeping;
  return {
    scheduleId: workflowId,
    spec: { calendars: [{ hour, minute }] },
    // A vessel that was switched off at night catches up in the morning.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '12 hours' },
    action: {
      ...vouched(vouch, { workflowType: workflowTypes.bookkeeping, workflowId, args: { vessel } }),
      taskQueue: queues.brain(vessel),
      workflowExecutionTimeout: '23 hours',
      staticSummary: 'Verifies the audit trail and compares it with the histories',
    },
    state: stateFor(enabled, ownNotes.bookkeeping, stop),
  };
}

/** What the configuration says now. A pause that bears another note than its own is an operator's, and stays. */
function decided(wanted: State | undefined, { paused, note }: ScheduleDescription['state']): { paused: boolean; note?: string } {
  const isOperators = paused && !isOwn(note);
  if (isOperators) return { paused, ...(note !== undefined && { note }) };
  return { paused: wanted?.paused ?? false, ...(wanted?.note !== undefined && { note: wanted.note }) };
}

/** Creates the Schedule, or brings what the configuration says up to date. */
async function ensureSchedule(client: Client, options: ScheduleOptions): Promise<void> {
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, action, policies, state } = options;
    await client.schedule.getHandle(options.scheduleId).update((previous) => ({
      ...previous,
      spec,
      action,
      ...(policies && { policies }),
      state: { ...previous.state, note: undefined, ...decided(state, previous.state) },
    }));
  }
}

/** Thinking and bookkeeping, as configuration and stop say now: at the start, and whenever a stop begins or ends. Never the escapement. */
export async function ensurePausing(client: Client, scheduling: Scheduling): Promise<void> {
  await ensureSchedule(client, thinkingCycleSchedule(scheduling));
  await ensureSchedule(client, bookkeepingSchedule(scheduling));
}

/**
 * Idempotent, at every worker start. The escapement does not wait for its next firing; where the last worker's run has yet to end, the next
 * one begins as soon as it does.
 */
export async function ensureSchedules(client: Client, scheduling: Scheduling): Promise<void> {
  await ensurePausing(client, scheduling);
  await ensureSchedule(client, rehearsalSchedule(scheduling));
  const escapement = escapementSchedule(scheduling.config);
  await ensureSchedule(client, escapement);
  await client.schedule.getHandle(escapement.scheduleId).trigger(ScheduleOverlapPolicy.BUFFER_ONE);
}
