import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import type { ReconcileVerdict } from '../../src/domain/reconcile/totals.js';
import { aFolder } from '../support/folders.js';
import type { Fields, Life, World } from '../support/trail/reconciled.js';
import { buildWorld, chained, historiesOf, idOf, lives, reconcileFile, writeLog } from '../support/trail/reconciled.js';

const folder = aFolder();
let count = 0;

const play = (world: World, records: readonly Fields[] = world.records, runs = world.runs): Promise<ReconcileVerdict> =>
  reconcileFile(writeLog(join(folder, String((count += 1))), chained(records)), historiesOf(runs));
const kinds = ({ alarms }: ReconcileVerdict) => [...new Set(alarms.map(({ kind }) => kind))].sort();
const index = ({ records }: World, id: string) => records.findIndex((record) => record['id'] === id);

const worlds = fc
  .tuple(fc.array(fc.constantFrom<Life>(...lives), { minLength: 1, maxLength: 8 }), fc.array(fc.nat(100), { maxLength: 20 }))
  .map(([plan, order]) => buildWorld(plan, order));

describe('log and histories that agree (spec L3)', () => {
  it('any proposals in any order: no alarm, no notice', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const verdict = await play(world);
        expect([verdict.ok, verdict.alarms, verdict.notices]).toEqual([true, [], []]);
        expect([verdict.runs, verdict.lines]).toEqual([world.runs.length, world.records.length]);
      }),
      { numRuns: 200 },
    );
  });

  it('in parts, when memory holds fewer proposals than there are', async () => {
    const world = buildWorld([...lives, ...lives, ...lives]);
    const file = writeLog(join(folder, 'parts'), chained(world.records));
    const verdict = await reconcileFile(file, historiesOf(world.runs), { proposalsMax: 5 });
    expect([verdict.ok, verdict.proposals, verdict.lines]).toEqual([true, 24, world.records.length]);
  });
});

describe('a log that was changed, its chain made anew (spec L3)', () => {
  it('any line that was removed is found', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, fc.nat(1_000), async (world, pick) => {
        const at = pick % world.records.length;
        const verdict = await play(world, world.records.toSpliced(at, 1));
        expect(verdict.ok).toBe(false);
        expect(kinds(verdict)).toContain('missing_in_log');
      }),
      { numRuns: 200 },
    );
  });

  it('any line that was put in is found', async () => {
    const forged = (world: World, at: number): Fields => ({ ...world.records[at], summary: 'forged', event_type: 'action_approved' });
    await fc.assert(
      fc.asyncProperty(
        worlds,
        fc.nat(1_000),
        fc.constantFrom('end', 'approved/7', 'refused/9', 'start/3', 'glass', 'other'),
        async (world, pick, name) => {
          const at = pick % world.records.length;
          const line = { ...forged(world, at), id: `${String(world.records[at]?.['action_id'])}/${name}` };
          expect((await play(world, world.records.toSpliced(at + 1, 0, line))).ok).toBe(false);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('two lines that changed places are found, where a history holds a receipt behind the first', async () => {
    const world = buildWorld(['rejected', 'noted']);
    const moved = [...world.records];
    [moved[0], moved[1]] = [moved[1] as Fields, moved[0] as Fields];
    expect(kinds(await play(world, moved))).toEqual(['altered']);
  });

  it.each<[string, Life, string, Fields, readonly string[]]>([
    ['another digest was proposed', 'waiting', 'review', { digest: 'f'.repeat(64) }, ['altered']],
    ['another proposal', 'waiting', 'review', { proposal: { tool_args: ['rm -rf /'] } }, ['altered']],
    ['a refusal made a proposal', 'refused', 'review', { event_type: 'action_proposed' }, ['altered']],
    ['other terms', 'waiting', 'review', { approval: { requirement: { group: '*', approve: 1 } } }, ['altered']],
    ['somebody else approved', 'completed', 'approved', { approved_by: ['bo'] }, ['altered']],
    ['another digest was approved', 'completed', 'approved', { digest: 'f'.repeat(64) }, ['altered', 'executed_without_approval']],
    ['nobody approved', 'completed', 'approved', { approved_by: [] }, ['altered', 'executed_without_approval']],
    ['a failure made a success', 'rolled_back', 'result', { event_type: 'action_completed' }, ['altered']],
    ['another end', 'rejected', 'end', { status: 'cancelled', event_type: 'action_cancelled' }, ['altered']],
    ['another reason', 'rejected', 'end', { summary: 'yes' }, ['altered']],
    ['another decider', 'rejected', 'end', { decided_by: 'bo' }, ['altered']],
    ['a line given to another proposal', 'rejected', 'end', { action_id: idOf(77) }, ['missing_in_log', 'unexplained_in_log']],
  ])('%s', async (_, life, name, change, found) => {
    const world = buildWorld([life]);
    const at = index(world, `${idOf(0)}/${name}`);
    const verdict = await play(world, world.records.with(at, { ...world.records[at], ...change }));
    expect(kinds(verdict)).toEqual(found);
    expect(verdict.alarms).toContainEqual(expect.objectContaining({ file: 'proposals.jsonl', line: at + 1 }));
  });

  it('says between which records, and counts what follows as one', async () => {
    const world = buildWorld(['rejected', 'rejected', 'rejected', 'rejected'], [0]);
    const at = index(world, `${idOf(1)}/review`);
    const verdict = await play(world, world.records.with(at, { ...world.records[at], deadline: 'tomorrow' }));
    expect(verdict.alarms).toHaveLength(1);
    expect(verdict.alarms[0]).toMatchObject({ kind: 'altered', workflowId: idOf(1), runId: `run-${idOf(1)}`, seq: 3, line: 4 });
    expect(verdict.alarms[0]?.reason).toMatch(/nor are 2 after it; record 1 before it still is/);
  });

  it('a line that stands there twice', async () => {
    const world = buildWorld(['completed']);
    expect(kinds(await play(world, [...world.records, world.records[0] as Fields]))).toEqual(['duplicate']);
  });
});

describe('executed without approval (spec L3)', () => {
  const unapproved = async (world: World, records = world.records) =>
    (await play(world, records)).alarms.filter(({ kind }) => kind === 'executed_without_approval').map(({ reason }) => reason);
  const change = (world: World, name: string, fields: Fields) => {
    const at = index(world, `${idOf(0)}/${name}`);
    return world.records.with(at, { ...world.records[at], ...fields });
  };

  it('a signed approval is one', async () => {
    expect(await unapproved(buildWorld(['signed']))).toEqual([]);
  });

  it.each<[string, Fields, RegExp]>([
    ['no signature where the terms ask for one', { signatures: [], assurance: 'unsigned' }, /ana did not sign it/],
    ['a statement about another proposal', { signatures: [{ by: 'ana', key: 'SHA256:ana', statement: '{}' }] }, /signed no statement/],
  ])('%s', async (_, fields, reason) => {
    const world = buildWorld(['signed']);
    expect((await unapproved(world, change(world, 'approved', fields)))[0]).toMatch(reason);
  });

  it('a signature that no history says was verified', async () => {
    const world = buildWorld(['signed']);
    const forged = { ...world, runs: world.runs.map((run) => ({ ...run, verifiedKeys: [] })) };
    expect((await unapproved(forged))[0]).toMatch(/no history says that the signature of ana was verified/);
  });

  it('an approval of a person who is in no group that was asked', async () => {
    const world = buildWorld(['signed']);
    const terms = { ...world.runs[0]?.review?.terms, groups: { first_citizen: ['bo'] } } as never;
    const other = { ...world, runs: world.runs.map((run) => ({ ...run, review: { passed: true, terms } })) };
    expect((await unapproved(other))[0]).toMatch(/ana is not enough/);
  });

  it('a start before its approval, and a permit that the history does not hold', async () => {
    const world = buildWorld(['completed']);
    const [review, approved, permit, ...rest] = world.records as [Fields, Fields, Fields];
    expect((await unapproved(world, [review, permit, approved, ...rest]))[0]).toMatch(/no line before approves it/);
    const run = { ...(world.runs[0] as World['runs'][number]), handedOver: [{ activity: 'executeAction', ran: true }] };
    expect((await unapproved({ ...world, runs: [run] }))[0]).toMatch(/handed to hands with a permit that the history does not hold/);
  });
});

describe('what is no alarm (spec L3)', () => {
  it('what was recorded and what ended while histories were read', async () => {
    const world = buildWorld(['rejected', 'rejected', 'waiting'], [0, 0]);
    const lines = chained(world.records);
    // The log ends in the middle; the rest is written when the first history is asked for.
    const file = writeLog(join(folder, 'race'), lines.slice(0, 2));
    let late = lines.slice(2);
    const histories = historiesOf(world.runs, () => {
      for (const line of late) appendFileSync(file, `${line}\n`);
      late = [];
    });
    expect(await reconcileFile(file, histories)).toMatchObject({ ok: true, headSeq: 1, notices: [] });
  });

  it('a line whose workflow task has not ended: a notice; ended without it: an alarm', async () => {
    const world = buildWorld(['waiting']);
    const { review: _, ...bare } = world.runs[0] as World['runs'][number];
    const open = await play(world, world.records, [{ ...bare, isUnfinished: true }]);
    expect([open.ok, open.notices.map(({ kind }) => kind)]).toEqual([true, ['in_flight']]);
    expect(kinds(await play(world, world.records, [bare]))).toEqual(['unexplained_in_log']);
  });

  it('a history that the server no longer keeps; a younger one that is gone is an alarm', async () => {
    const world = buildWorld(['completed']);
    const file = writeLog(join(folder, 'expired'), chained(world.records));
    const old = await reconcileFile(file, historiesOf([]), { now: new Date('2026-02-01T00:00:00Z') });
    expect([old.ok, old.notices.map(({ kind }) => kind)]).toEqual([true, ['history_expired']]);
    expect(kinds(await reconcileFile(file, historiesOf([])))).toEqual(['unexplained_in_log']);
  });

  it('a run that the list does not name yet', async () => {
    const world = buildWorld(['completed', 'rejected']);
    const file = writeLog(join(folder, 'lag'), chained(world.records));
    const histories = historiesOf(world.runs, undefined, new Set([`run-${idOf(0)}`]));
    expect(await reconcileFile(file, histories)).toMatchObject({ ok: true, runs: 2 });
  });

  it('an earlier run of the same id, older than what was asked about', async () => {
    const world = buildWorld(['rejected']);
    const [first] = world.runs as [World['runs'][number]];
    const second = { ...first, runId: 'run-again', startedAt: first.startedAt + 1, review: { passed: false } };
    const { end: _, outcome: __, ...again } = second;
    const records = [...world.records, { ...world.records[0], event_type: 'action_refused', id: `${idOf(0)}/review/again` }];
    const file = writeLog(join(folder, 'again'), chained(records));
    const histories = historiesOf([first, again], undefined, new Set([first.runId]));
    expect(await reconcileFile(file, histories, { since: '2026-01-01T00:00:00.000Z' })).toMatchObject({ ok: true, alarms: [], runs: 2 });
  });

  it('what a workflow task recorded that failed, and went another way when it was tried again', async () => {
    const world = buildWorld(['rejected']);
    const run = { ...(world.runs[0] as World['runs'][number]), outcome: { status: 'rejected', reason: 'more messages', decidedBy: 'ana' } };
    const at = Date.parse(String(world.records[1]?.['timestamp']));
    const verdict = await play(world, world.records, [{ ...run, retries: [{ from: at - 1_000, to: at + 10_000 }] }]);
    expect([verdict.ok, verdict.notices.map(({ kind }) => kind)]).toEqual([true, ['retried_task']]);
    expect(kinds(await play(world, world.records, [{ ...run, retries: [{ from: at + 100_000, to: at + 200_000 }] }]))).toEqual(['altered']);
  });

  it('what somebody terminated', async () => {
    const world = buildWorld(['waiting']);
    const verdict = await play(world, world.records, [{ ...(world.runs[0] as World['runs'][number]), state: 'outside' }]);
    expect([verdict.ok, verdict.notices.map(({ kind }) => kind)]).toEqual([true, ['ended_outside']]);
    const { runId } = world.runs[0]!;
    expect(verdict.unsettled).toEqual([{ proposalId: idOf(0), runId, why: 'its workflow was ended from outside' }]);
    // Once it stands there, nobody has to say it again.
    const line = { ...world.records[0], event_type: 'action_ended_outside', id: `${idOf(0)}/ended_outside` };
    const settled = await play(world, [...world.records, line], [{ ...world.runs[0]!, state: 'outside' }]);
    expect([settled.ok, settled.notices, settled.unsettled]).toEqual([true, [], []]);
  });

  it('what came under its id later and was refused, whether or not the server still knows the first run', async () => {
    const world = buildWorld(['rejected']);
    const first = world.runs[0]!;
    const { end: _, outcome: __, ...again } = { ...first, runId: 'run-again', startedAt: first.startedAt + 1, review: { passed: false } };
    const line = { ...world.records[0], event_type: 'id_reused', id: `${idOf(0)}/reused/run-again` };
    const both = await play(world, [...world.records, line], [first, again]);
    expect([both.ok, both.notices]).toEqual([true, []]);
    expect(kinds(await play(world, [...world.records, line], [again]))).toEqual(['unexplained_in_log']);
    // A line that no run explains is none of ours.
    expect(kinds(await play(world, [...world.records, line], [first]))).toEqual(['unexplained_in_log']);
  });

  it.each<[string, Partial<World['runs'][number]>, number]>([
    ['goes on in another run, after a reset', { state: 'running' }, 0],
    ['was ended there, too', { state: 'outside' }, 1],
    ['was refused there, under the same id', { state: 'completed', review: { passed: false } }, 1],
  ])('what somebody terminated and %s', async (_, change, settled) => {
    const world = buildWorld(['waiting']);
    const first = { ...world.runs[0]!, state: 'outside' as const };
    const verdict = await play(world, world.records, [first, { ...first, runId: 'another', startedAt: first.startedAt + 1, ...change }]);
    expect(verdict.unsettled).toHaveLength(settled);
  });
});
