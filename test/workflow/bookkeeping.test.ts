import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { BookkeepingReport } from '../../src/contract/bookkeeping.js';
import { queues, workflowTypes } from '../../src/contract/names.js';
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
