import type { Client, ScheduleHandle } from '@temporalio/client';
import type { BookkeepingReport } from '../contract/bookkeeping.js';
import type { CycleReport } from '../contract/cycle.js';
import { scheduleIds } from '../contract/names.js';
import { JanusError } from '../domain/errors.js';

/** What a Schedule was asked to start. */
export interface TriggeredRun<Report> {
  /** What it came to; waits for its end. Throws TIMEOUT where none starts within a minute. */
  report(): Promise<Report>;
}

export type TriggeredCycle = TriggeredRun<CycleReport>;

interface Run {
  readonly workflowId: string;
  readonly runId: string;
}

/** Those that the Schedule remembers, the newest last; those that run now are among them. */
async function knownRuns(schedule: ScheduleHandle): Promise<{ readonly all: readonly Run[]; readonly running: Run | undefined }> {
  const { info } = await schedule.describe();
  const toRun = ({ workflow }: { workflow: { workflowId: string; firstExecutionRunId: string } }): Run => ({
    workflowId: workflow.workflowId,
    runId: workflow.firstExecutionRunId,
  });
  const running = info.runningActions.map(toRun);
  return { all: [...info.recentActions.map(({ action }) => toRun(action)), ...running], running: running[0] };
}

/** While one runs the trigger is skipped (overlap), and that one is the answer. */
async function trigger<Report>(client: Client, scheduleId: string, what: string): Promise<TriggeredRun<Report>> {
  const schedule = client.schedule.getHandle(scheduleId);
  const before = await knownRuns(schedule);
  const isOld = new Set(before.all.map(({ runId }) => runId));
  await schedule.trigger();
  return {
    async report() {
      for (const end = Date.now() + 60_000; Date.now() < end;) {
        const run = before.running ?? (await knownRuns(schedule)).all.find(({ runId }) => !isOld.has(runId));
        if (run !== undefined) return (await client.workflow.getHandle(run.workflowId, run.runId).result()) as Report;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new JanusError('TIMEOUT', `no ${what} was started within a minute`, { next: 'is a worker running? ubos status' });
    },
  };
}

/** Triggers the Schedule of cycles, or of those that start nothing. */
export const triggerCycle = (client: Client, vessel: string, { dryRun = false } = {}): Promise<TriggeredCycle> =>
  trigger(client, dryRun ? scheduleIds.rehearsal(vessel) : scheduleIds.thinkingCycle(vessel), 'thinking cycle');

/** Triggers the Schedule of backups, also where it is paused because none are configured. */
export const triggerBackup = (client: Client, vessel: string): Promise<TriggeredRun<BookkeepingReport>> =>
  trigger(client, scheduleIds.backup(vessel), 'backup');
