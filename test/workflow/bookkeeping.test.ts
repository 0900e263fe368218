import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { BookkeepingReport } from '../../src/contract/bookkeeping.js';
import { queues, scheduleIds, workflowTypes } from '../../src/contract/names.js';
import type { Bench } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { freshKnobs, vessel } from '../support/bench/knobs.js';
import { replayProblems } from '../support/replay/replay.js';
import { replayBundle } from '../support/replay/replay-bundle.js';

let bench: Bench;
let code: string;
let nights = 0;
beforeAll(async () => {
  code = await replayBundle();
  bench = await openBench();
});
beforeEach(() => void Object.assign(bench.knobs, freshKnobs()));
afterAll(() => bench.close());

const start = (args: readonly unknown[] = [bench.scheduled('bookkeeping')]): Promise<WorkflowHandle> =>
  bench.server.client.workflow.start(workflowTypes.bookkeeping, {
    workflowId: `${vessel}-bookkeeping-${(nights += 1)}`,
    taskQueue: queues.brain(vessel),
    args: [...args],
  });

async function night() {
  const handle = await start();
  const report = (await handle.result()) as BookkeepingReport;
  const { firstExecutionRunId: run } = handle as unknown as { firstExecutionRunId: string };
  const records = (await bench.missionLog()).filter(({ id }) => id.startsWith(`bookkeeping/${run}/`));
  return { handle, report, run, records };
}

describe('the nightly bookkeeping (spec L4)', () => {
  it('records each verdict in the mission log, in order, and alarms nobody when all are good', async () => {
    const { handle, report, run, records } = await night();
    expect(report.findings.map(({ check, ok }) => [check, ok])).toEqual([
      ['upkeep', true],
      ['verify', true],
      ['reconcile', true],
      ['report', true],
    ]);
    expect(records.map((record) => [record.id, record.event_type, record.ok, Object(record).looked])).toEqual(
      ['upkeep', 'verify', 'reconcile', 'report'].map((check) => [`bookkeeping/${run}/${check}`, `audit_${check}`, true, check]),
    );
    expect(bench.knobs.alarms).toEqual([]);
    expect(await replayProblems(code, [{ workflowId: handle.workflowId, history: await handle.fetchHistory() }])).toEqual([]);
  });

  it('a backup is a finding of its own, and a failed one an alarm (spec D3)', async () => {
    const run = async () => {
      const handle = await bench.server.client.workflow.start(workflowTypes.backup, {
        ...{ workflowId: `${vessel}-backup-${(nights += 1)}`, taskQueue: queues.brain(vessel) },
        args: [bench.scheduled('backup')],
      });
      return (await handle.result()) as BookkeepingReport;
    };
    expect(await run()).toMatchObject({ findings: [{ check: 'backup', ok: true, summary: 'backup is well' }] });
    expect(bench.knobs.alarms).toEqual([]);
    bench.knobs.books = { backup: { ok: false, summary: 'there is no repository' } };
    expect(await run()).toMatchObject({ findings: [{ check: 'backup', ok: false }] });
    expect(bench.knobs.alarms).toHaveLength(1);
    expect((await bench.missionLog()).at(-1)).toMatchObject({ event_type: 'backup_made', ok: false });
  });

  it.each([
    ['dailySummary', 'day', 'daily_summary'],
    ['weeklyReview', 'week', 'weekly_review'],
    ['constitutionalAudit', 'month', 'constitutional_audit'],
    ['yearlyReview', 'year', 'yearly_review'],
  ] as const)('%s is in the mission log once, and of a stranger never (spec L4)', async (type, check, event) => {
    const run = async (args: unknown) => {
      const handle = await bench.server.client.workflow.start(workflowTypes[type], {
        ...{ workflowId: `${scheduleIds[type](vessel)}-${(nights += 1)}`, taskQueue: queues.brain(vessel) },
        args: [args],
      });
      return (await handle.result()) as BookkeepingReport;
    };
    const before = (await bench.missionLog()).length;
    // Not even with the word of the vessel for something else.
    for (const args of [{ vessel }, bench.scheduled('bookkeeping')])
      expect(await run(args)).toEqual({ findings: [], unrecorded: 'no Schedule of this vessel started it' });
    expect(await run(bench.scheduled(type))).toEqual({ findings: [{ check, ok: true, summary: `${check} is well` }] });
    expect((await bench.missionLog()).slice(before).map(({ event_type }) => event_type)).toEqual([event]);
    bench.knobs.books = { [check]: { ok: false, summary: 'a file is gone' } };
    await run(bench.scheduled(type));
    expect(bench.knobs.alarms).toMatchObject([{ findings: [{ check, summary: 'a file is gone' }] }]);
  });

  it('of a stranger looks at nothing and writes nothing (spec L2)', async () => {
    const before = await bench.missionLog();
    for (const args of [[{ vessel: 'evil' }], [{ vessel }], [{ ...bench.scheduled('bookkeeping'), vessel: 'evil' }], [null]])
      expect(await (await start(args)).result()).toEqual({ findings: [], unrecorded: 'no Schedule of this vessel started it' });
    expect(await bench.missionLog()).toEqual(before);
    expect(bench.knobs.alarms).toEqual([]);
  });

  it('believes no finding that the vessel did not sign for this run: it says so, and alarms (spec L2)', async () => {
    bench.knobs.forgedBooks = ['verify'];
    const { records } = await night();
    expect(records.map(({ ok, summary }) => [ok, summary])[1]).toEqual([false, 'could not be done: no answer that this vessel signed']);
    expect(records[1]).not.toHaveProperty('looked');
    expect(bench.knobs.alarms).toHaveLength(1);
  });

  it('raises one alarm for all that is bad, and goes on to the end', async () => {
    bench.knobs.books = { verify: { ok: false, summary: 'a line was changed' }, reconcile: 'Temporal is not reachable' };
    const { report, run, records } = await night();
    expect(report.findings.filter(({ ok }) => !ok)).toEqual([
      { check: 'verify', ok: false, summary: 'a line was changed' },
      { check: 'reconcile', ok: false, summary: 'could not be done: no answer that this vessel signed' },
    ]);
    expect(records.map(({ ok }) => ok)).toEqual([true, false, false, true]);
    expect(bench.knobs.alarms).toHaveLength(1);
    expect(bench.knobs.alarms[0]).toMatchObject({ id: `bookkeeping/${run}`, findings: [{ check: 'verify' }, { check: 'reconcile' }] });
  });

  it('waits for a disk that is full, and records each verdict once', async () => {
    bench.knobs.diskFull = true;
    const handle = await start();
    await bench.trailRefused();
    bench.knobs.diskFull = false;
    await handle.result();
    const { firstExecutionRunId: run } = handle as unknown as { firstExecutionRunId: string };
    const ids = (await bench.missionLog()).map(({ id }) => id).filter((id) => id.startsWith(`bookkeeping/${run}/`));
    expect(ids).toEqual(['upkeep', 'verify', 'reconcile', 'report'].map((check) => `bookkeeping/${run}/${check}`));
    expect(bench.knobs.alarms).toEqual([]);
  });
});
