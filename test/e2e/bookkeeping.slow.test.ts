import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { aScript } from '../support/sandbox/actions.js';
import type { DevServer } from '../support/vessel/dev-server.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import type { Fields } from '../support/trail/reconciled.js';
import { chained } from '../support/trail/reconciled.js';
import { until } from '../support/until.js';
import type { Vessel } from '../support/vessel/vessel.js';
import { openVessel } from '../support/vessel/vessel.js';

interface Verdict {
  readonly ok: boolean;
  readonly proposals: number;
  readonly counts: Fields;
  readonly alarms: readonly {
    readonly kind: string;
    readonly workflow_id: string;
    readonly run_id: string | null;
    readonly line: number | null;
  }[];
}

describe('the log against the histories of a real server, and the nightly bookkeeping (spec L3, L4)', () => {
  let server: DevServer;
  let vessel: Vessel;
  let worker: Awaited<ReturnType<Vessel['startWorker']>>;
  let ran: string;
  let rejected: string;
  let waits: string;
  beforeAll(async () => {
    server = await openDevServer();
    vessel = await openVessel(server);
    worker = await vessel.startWorker();
    ran = await vessel.propose(aScript('echo hello'));
    await vessel.approve(ran, '--wait', '--by', 'alice');
    const failed = await vessel.propose(aScript('echo done >> trace && exit 3'));
    await vessel.approve(failed, '--wait', '--by', 'alice');
    rejected = await vessel.propose(aScript('echo other'));
    await vessel.ubos(['reject', rejected, '--reason', 'not today', '--by', 'alice']);
    await vessel.reaches(rejected, 'rejected');
    waits = await vessel.propose(aScript('echo waits'));
    // The same again is refused: its cooldown is not over.
    await vessel.ubos(['propose', '--from', ran]);
  });

  const log = () => join(vessel.home, 'proposals.jsonl');
  const reconcile = async (...flags: readonly string[]) => {
    const { exitCode, stdout, stderr } = await vessel.ubos(['audit', 'reconcile', '--json', ...flags]);
    if (stdout === '') throw new Error(stderr);
    return { exitCode, verdict: JSON.parse(stdout) as Verdict };
  };
  const schedule = (verb: string, ...flags: readonly string[]) =>
    vessel.temporal(['schedule', verb, '--schedule-id', `${vessel.id}-bookkeeping`, ...flags]);

  it('agrees', async () => {
    const { exitCode, verdict } = await reconcile();
    expect([exitCode, verdict.alarms, verdict.proposals]).toEqual([0, [], 5]);
    expect((await reconcile('--since', '1h')).exitCode).toBe(0);
    expect((await vessel.ubos(['audit', 'reconcile'])).stdout).toMatch(
      /^✓ log and histories agree: 5 proposals, 5 histories, 2 entries of the\s+start ledger/,
    );
  });

  it('each night: verdicts in the mission log, last month’s report in a file', async () => {
    expect((await schedule('trigger')).exitCode).toBe(0);
    const found = await until('the bookkeeping is done', async () => {
      const all = (await vessel.records('mission_log')).filter(({ id }) => id.startsWith('bookkeeping/'));
      return all.length === 4 ? all : undefined;
    });
    expect(found.map(({ event_type: event, ok }) => [event, ok])).toEqual([
      ['audit_upkeep', true],
      ['audit_verify', true],
      ['audit_reconcile', true],
      ['audit_report', true],
    ]);
    expect(found[2]).toMatchObject({ proposals: 5, alarms: [] });
    const { month } = found[3] as unknown as { month: string };
    const report = JSON.parse(await readFile(join(vessel.home, 'reports', `audit-${month}.json`), 'utf8')) as Fields;
    expect(report).toMatchObject({ schema: 'ubos.audit-report/v1', month, records: 0 });
  });

  it('a pause of its schedule survives the start of a worker, and a new time is taken over', async () => {
    await schedule('toggle', '--pause', '--reason', 'quiet');
    await worker.stop();
    const agent = join(vessel.home, 'agent.yaml');
    await writeFile(agent, `${await readFile(agent, 'utf8')}\naudit:\n  bookkeeping:\n    time: '04:42'\n`);
    worker = await vessel.startWorker();
    const { stdout } = await schedule('describe', '-o', 'json');
    const described = JSON.parse(stdout) as { schedule: { spec: unknown; state: unknown } };
    expect(described.schedule.state).toMatchObject({ paused: true, notes: 'quiet' });
    expect(JSON.stringify(described.schedule.spec)).toMatch(
      /"hour":\[\{"start":4[^\]]*\].*"minute":\[\{"start":42|"minute":\[\{"start":42[^\]]*\].*"hour":\[\{"start":4/,
    );
  });

  it.each<[string, (records: readonly Fields[]) => Fields[], string]>([
    ['a line that was removed', (all) => all.filter(({ id }) => id !== `${ran}/approved`), 'missing_in_log'],
    [
      'a line that was altered',
      (all) => all.map((each) => (each['id'] === `${rejected}/end` ? { ...each, decided_by: 'bob' } : each)),
      'altered',
    ],
    [
      'a line that was put in',
      (all) => [...all, { ...all[0], id: `${rejected}/start/1`, action_id: rejected, event_type: 'start_authorised' }],
      'unexplained_in_log',
    ],
    ['a line that stands there twice', (all) => [...all, all[0] as Fields], 'duplicate'],
    [
      'an approval that came later',
      (all) => [...all.filter(({ id }) => id !== `${ran}/approved`), ...all.filter(({ id }) => id === `${ran}/approved`)],
      'executed_without_approval',
    ],
  ])('%s, the chain made anew, is found', async (_, doctor, kind) => {
    await worker.stop();
    const honest = await readFile(log(), 'utf8');
    const records = honest
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Fields);
    expect(chained(records).join('\n')).toBe(honest.trimEnd());
    try {
      await writeFile(
        log(),
        chained(doctor(records))
          .map((line) => `${line}\n`)
          .join(''),
      );
      const { exitCode, verdict } = await reconcile();
      expect([exitCode, verdict.ok]).toEqual([1, false]);
      expect(verdict.alarms.map((alarm) => alarm.kind)).toContain(kind);
      expect(verdict.alarms.every(({ run_id: run }) => run !== null)).toBe(true);
    } finally {
      await writeFile(log(), honest);
    }
    expect((await reconcile()).exitCode).toBe(0);
  });

  it('a history that was deleted, and a proposal that somebody ended from outside', async () => {
    expect(await vessel.temporal(['workflow', 'delete', '--query', `WorkflowId = '${rejected}'`, '--yes'])).toMatchObject({ exitCode: 0 });
    const found = await until('the history is gone', async () => {
      const { verdict } = await reconcile();
      return verdict.alarms.length > 0 ? verdict : undefined;
    });
    expect(found.alarms).toEqual([expect.objectContaining({ kind: 'unexplained_in_log', workflow_id: rejected, run_id: null })]);
    await vessel.temporal(['workflow', 'terminate', '-w', waits, '--reason', 'a test']);
    expect((await reconcile()).verdict.counts).toMatchObject({ ended_outside: 1, unexplained_in_log: 1 });
  });
});
