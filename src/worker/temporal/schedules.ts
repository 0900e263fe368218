import type { Client, ScheduleDescription, ScheduleOptions } from '@temporalio/client';
import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import type { JanusConfig } from '../../config/config.js';
import type { ScheduledStart } from '../../domain/approval/own-word.js';
import { queues, scheduleIds, workflowTypes } from '../../contract/names.js';

/** One run of the escapement, in seconds; the Schedule's interval is a little longer, the ticking itself has no gap. */
export const escapementSeconds = 595;

/** Under these notes the configuration pauses a Schedule, and may let it go on again; any other note is an operator's. */
const ownNotes = {
  thinking: 'thinking_cycle.enabled is false',
  bookkeeping: 'audit.bookkeeping.enabled is false',
  backup: 'integrations.cockpit_sync.enabled is false',
} as const;

/** A stop by its id, or one that has none: an operator's own words about a stop stay. */
const stopNoted = /^emergency stop (?:stop-[0-9a-f]{12}$|without a name$|that nobody can see)/;

const criticalNote = 'the relief valve is at CRITICAL: ubos controls release';

/**
 * The note under which Schedules are paused now, whatever is configured: a stop, by what it is called, pauses what thinks and what keeps the books,
 * the last stage of the relief valve only what thinks. Undefined where neither is so.
 */
export const pauseNote = ({ stop, isCritical }: { readonly stop: string | undefined; readonly isCritical: boolean }): string | undefined =>
  stop !== undefined ? `emergency stop ${stop}` : isCritical ? criticalNote : undefined;

const isOwn = (note = '') => stopNoted.test(note) || [criticalNote, ...Object.values<string>(ownNotes)].includes(note);

/** Signs what a Schedule starts with the vessel's own key: what the started workflow may write rests on it. */
export type VouchForStart = (start: ScheduledStart) => string;

/** What a Schedule starts, with the vessel's word for it among the arguments. */
function vouched(vouch: VouchForStart, start: ScheduledStart) {
  const { workflowType, workflowId, args } = start;
  return { type: 'startWorkflow' as const, workflowType, workflowId, args: [{ ...args, voucher: vouch(start) }] };
}

type State = NonNullable<ScheduleOptions['state']>;

function stateFor(enabled: boolean, note: string, pause: string | undefined): State {
  if (pause !== undefined) return { paused: true, note: pause };
  return enabled ? { paused: false } : { paused: true, note };
}

interface Scheduling {
  readonly config: JanusConfig;
  readonly vouch: VouchForStart;
  /** As `pauseNote` says. */
  readonly pause: string | undefined;
}

function thinkingCycleSchedule({ config, vouch, pause }: Scheduling): ScheduleOptions {
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
    state: stateFor(thinking.enabled, ownNotes.thinking, pause),
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

function bookkeepingSchedule({ config, vouch, pause }: Scheduling): ScheduleOptions {
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
    state: stateFor(enabled, ownNotes.bookkeeping, pause === criticalNote ? undefined : pause),
  };
}

/** Of a vessel that is stopped too: nothing of it runs for that. */
function backupSchedule({ config, vouch }: Scheduling): ScheduleOptions {
  const { vesselId: vessel, backup } = config;
  const workflowId = scheduleIds.backup(vessel);
  const { enabled, hour, minute } = backup;
  return {
    scheduleId: workflowId,
    spec: { calendars: [{ hour, minute }] },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '12 hours' },
    action: {
      ...vouched(vouch, { workflowType: workflowTypes.backup, workflowId, args: { vessel } }),
      taskQueue: queues.brain(vessel),
      workflowExecutionTimeout: '23 hours',
      staticSummary: 'Makes a backup',
    },
    state: stateFor(enabled, ownNotes.backup, undefined),
  };
}

/** So long after the bookkeeping, which they do not wait for. */
const accountMinutesLater = 30;

/** When each account is given, and how long afterwards a vessel that was switched off gives it still. */
const accounts = [
  { type: 'dailySummary', on: {}, catchupWindow: '20 hours', staticSummary: 'The figures of yesterday' },
  { type: 'weeklyReview', on: { dayOfWeek: 'MONDAY' }, catchupWindow: '3 days', staticSummary: 'The figures of last week' },
  { type: 'constitutionalAudit', on: { dayOfMonth: 1 }, catchupWindow: '14 days', staticSummary: 'The figures of last month' },
  { type: 'yearlyReview', on: { month: 'JANUARY', dayOfMonth: 1 }, catchupWindow: '60 days', staticSummary: 'The figures of last year' },
] as const;

/** Of a vessel that is stopped too: they only read, and people want to hear of that most of all. */
function accountSchedules({ config, vouch }: Scheduling): ScheduleOptions[] {
  const { vesselId: vessel, audit } = config;
  const { enabled, hour, minute } = audit.bookkeeping;
  const at = (60 * hour + minute + accountMinutesLater) % (24 * 60);
  return accounts.map(({ type, on, catchupWindow, staticSummary }) => {
    const workflowId = scheduleIds[type](vessel);
    return {
      scheduleId: workflowId,
      spec: { calendars: [{ ...on, hour: Math.floor(at / 60), minute: at % 60 }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow },
      action: {
        ...vouched(vouch, { workflowType: workflowTypes[type], workflowId, args: { vessel } }),
        taskQueue: queues.brain(vessel),
        workflowExecutionTimeout: '23 hours',
        staticSummary,
      },
      state: stateFor(enabled, ownNotes.bookkeeping, undefined),
    };
  });
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

/** Thinking and bookkeeping, as configuration, stop and relief valve say now: at the start, and whenever one of these begins or ends. Never the escapement. */
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
  await ensureSchedule(client, backupSchedule(scheduling));
  for (const schedule of accountSchedules(scheduling)) await ensureSchedule(client, schedule);
  const escapement = escapementSchedule(scheduling.config);
  await ensureSchedule(client, escapement);
  await client.schedule.getHandle(escapement.scheduleId).trigger(ScheduleOverlapPolicy.BUFFER_ONE);
}
