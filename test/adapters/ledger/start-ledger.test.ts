import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createStartLedger } from '../../../src/adapters/ledger/create-start-ledger.js';
import { ownIdentity } from '../../../src/adapters/ledger/read/process-identity.js';
import { useFolders } from '../../support/folders.js';
import { aClaim, aFinish, aResult, goneIdentity, idOf } from '../../support/trail/ledgers.js';

const folder = useFolders();
const id = idOf(1);
/** A ledger in which a file of the proposal has this content. */
function prepared(content: Readonly<Record<string, string | Uint8Array>>, self = ownIdentity()) {
  const root = folder();
  mkdirSync(join(root, id));
  for (const [name, text] of Object.entries(content)) writeFileSync(join(root, id, name), text);
  return createStartLedger({ folder: root, self });
}
const claimOf = (by: unknown) => JSON.stringify({ digest: 'd', permit: 'p', by, at: '2026-01-02T03:04:05.000Z' });
const gone = goneIdentity();

describe('claim (spec X5)', () => {
  it('is granted to exactly one of twenty at once', async () => {
    const root = folder();
    const ledgers = Array.from({ length: 20 }, () => createStartLedger({ folder: root }));
    const granted = await Promise.all(ledgers.map((ledger) => ledger.claim(id, aClaim('d'))));
    expect(granted.filter(Boolean)).toHaveLength(1);
    expect(readdirSync(join(root, id))).toEqual(['claim.json']);
    expect(statSync(join(root, id, 'claim.json')).mode & 0o077).toBe(0);
  });

  it('keeps the digest that it was made with', async () => {
    const ledger = createStartLedger({ folder: folder() });
    expect(await ledger.claimOf(id)).toBeUndefined();
    await ledger.claim(id, aClaim('first'));
    await ledger.claim(id, aClaim('second'));
    expect(await ledger.claimOf(id)).toMatchObject(aClaim('first'));
  });

  it('is not refused because of what a crash left beside it', async () => {
    const root = folder();
    mkdirSync(join(root, id));
    for (let counter = 0; counter < 200; counter += 1) writeFileSync(join(root, id, `claim.json.${process.pid}.${counter}.tmp`), '{');
    expect(await createStartLedger({ folder: root }).claim(id, aClaim('d'))).toBe(true);
  });

  it.each(['..', '../x', 'janus-1', '', 'janus-00000000000g', 'JANUS-000000000001', `${id}/x`, `${id}\n`])(
    'of %j is a bug and touches nothing',
    async (hostile) => {
      const root = folder();
      const ledger = createStartLedger({ folder: root });
      const calls = [() => ledger.claim(hostile, aClaim('d')), () => ledger.read(hostile), () => ledger.claimRollback(hostile, 0)];
      for (const call of calls) await expect((async () => call())()).rejects.toThrow(TypeError);
      expect(readdirSync(root)).toEqual([]);
    },
  );

  it('throws where the folder cannot be written, and grants nothing', async () => {
    const root = folder();
    writeFileSync(join(root, 'file'), '');
    chmodSync(join(root, 'file'), 0o400);
    await expect(createStartLedger({ folder: join(root, 'file') }).claim(id, aClaim('d'))).rejects.toThrow();
  });
});

describe('read (spec X5)', () => {
  const self = ownIdentity();
  it.each([
    ['nobody', undefined, 'unclaimed'],
    ['this process, which knows whether it still runs', self, 'interrupted'],
    ['a process that is gone', gone, 'interrupted'],
    ['another process that got our pid', { ...self, startTicks: '1' }, 'interrupted'],
    ['a process before the last reboot', { ...self, bootId: 'another' }, 'interrupted'],
    ['a live process', { pid: process.ppid, startTicks: ticksOf(process.ppid), bootId: self.bootId }, 'running'],
    ['nothing that has a start time', { pid: gone.pid, bootId: self.bootId }, 'interrupted'],
  ])('claimed by %s', async (_, by, kind) => {
    const ledger = prepared(by === undefined ? {} : { 'claim.json': claimOf(by) });
    expect((await ledger.read(id)).kind).toBe(kind);
  });

  it('counts the steps that were started and keeps the results of those that ended', async () => {
    const root = folder();
    const earlier = createStartLedger({ folder: root, self: gone });
    await earlier.claim(id, aClaim('d'));
    await earlier.startStep(id, 0);
    await earlier.finishStep(id, 0, aResult({ exitCode: 0 }));
    await earlier.startStep(id, 1);
    expect(await createStartLedger({ folder: root }).read(id)).toEqual({
      kind: 'interrupted',
      startedSteps: 2,
      steps: [aResult()],
      lostSince: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it('gives a rollback step free so often and no more, and takes no unreadable release for one', async () => {
    const root = folder();
    const ledger = createStartLedger({ folder: root });
    await ledger.claim(id, aClaim('d'));
    const release = { why: 'no sandbox', max: 2 };
    for (const expected of [1, 2, undefined]) {
      expect(await ledger.claimRollback(id, 0)).toBe(true);
      expect(await ledger.claimRollback(id, 0)).toBe(false);
      expect(await ledger.releaseRollback(id, 0, release)).toBe(expected);
    }
    expect(await ledger.claimRollback(id, 0)).toBe(false);
    expect(await ledger.claimRollback(id, 1)).toBe(true);
    writeFileSync(join(root, id, 'rollback-1.released-0.json'), '{"at":');
    expect(await ledger.claimRollback(id, 1)).toBe(false);
  });

  it('says done with the first result, whoever finishes again', async () => {
    const root = folder();
    const ledger = createStartLedger({ folder: root });
    await ledger.claim(id, aClaim('d'));
    const finished = await Promise.all(['a', 'b', 'c'].map((host) => createStartLedger({ folder: root }).finish(id, aFinish({ host }))));
    const entry = await ledger.read(id);
    expect(entry.kind).toBe('done');
    for (const result of finished) expect({ kind: 'done', result }).toEqual(entry);
  });

  it('takes whatever is in the files for a start: never unclaimed, never claimed again, never thrown', async () => {
    const content = fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.json(), fc.constantFrom('', 'null', '{', '5', '{"digest":"d"}'));
    await fc.assert(
      fc.asyncProperty(content, fc.option(content, { nil: undefined }), content, async (claim, result, step) => {
        const files = { 'claim.json': claim, 'step-0.started.json': step, 'step-0.result.json': step };
        const ledger = prepared({ ...files, ...(result !== undefined && { 'result.json': result }) });
        const entry = await ledger.read(id);
        expect(entry).toMatchObject({ kind: 'interrupted', startedSteps: 1 });
        expect(await ledger.claim(id, aClaim('d'))).toBe(false);
        for (const each of 'steps' in entry ? entry.steps : []) expect(typeof each.reason).toBe('string');
      }),
      { numRuns: 60 },
    );
  });
});

describe('rollback steps (spec X8)', () => {
  it('are claimed once each, and finished once', async () => {
    const ledger = createStartLedger({ folder: folder() });
    await ledger.claim(id, aClaim('d'));
    const claims = await Promise.all([0, 0, 0, 1, 1].map((index) => ledger.claimRollback(id, index)));
    expect(claims.filter(Boolean)).toHaveLength(2);
    const result = { state: 'finished', ok: true, result: aResult(), problems: [] } as const;
    expect(await ledger.finishRollback(id, 0, result)).toEqual(result);
    expect(await ledger.finishRollback(id, 0, { state: 'interrupted' })).toEqual(result);
    expect(await ledger.readRollback(id, 0)).toEqual({ kind: 'done', result });
    expect(await ledger.readRollback(id, 2)).toEqual({ kind: 'unclaimed' });
  });

  it.each([
    ['gone', claimOf(gone), undefined, 'interrupted'],
    ['gone, with half a result', claimOf(gone), '{"state"', 'interrupted'],
    ['gone, with a result of another kind', claimOf(gone), 'null', 'interrupted'],
    ['alive', claimOf({ pid: process.ppid, startTicks: ticksOf(process.ppid), bootId: ownIdentity().bootId }), undefined, 'running'],
    ['nobody that can be read', '{', undefined, 'interrupted'],
  ])('of a claimant that is %s', async (_, claim, result, kind) => {
    const ledger = prepared({ 'rollback-0.claim-0.json': claim, ...(result !== undefined && { 'rollback-0.result.json': result }) });
    expect(await ledger.readRollback(id, 0)).toEqual({ kind });
    expect(await ledger.claimRollback(id, 0)).toBe(false);
  });
});

function ticksOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!;
}
