import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Receipt } from '../../../../src/domain/trail/logs.js';
import { checkChain } from '../../../support/trail/check-chain.js';
import { errno, filesThat } from '../../../support/trail/faulty-files.js';
import { useFolders } from '../../../support/folders.js';
import { filesOf, readLog } from '../../../support/trail/trail-check.js';
import { anEntry, closeTrails, openTrail } from '../../../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);
const clock = () => new Date('2026-03-04T05:06:07.890Z');
/** The entries of a log that the verifier finds in order as well. */
const ids = async (file: string) => {
  expect(await checkChain(file)).toMatchObject({ ok: true });
  return readLog(file).entries.map(({ id }) => id);
};
const append = (trail: ReturnType<typeof openTrail>['trail'], id: string) => trail.append('proposals', anEntry(id));

describe('rotate (spec L4)', () => {
  it('closes the file under its first number and day, and goes on in a new one', async () => {
    const { trail, file } = openTrail(folder(), { clock });
    await append(trail, 'a');
    await append(trail, 'b');
    expect(await trail.rotate('proposals')).toEqual({ closed: 'proposals.000000000000.20260304.jsonl' });
    expect((await append(trail, 'c')).seq).toBe(4);
    expect(await trail.rotate('proposals')).toEqual({ closed: 'proposals.000000000003.20260304.jsonl' });
    const { records, files } = readLog(file);
    expect(files).toEqual(['proposals.000000000000.20260304.jsonl', 'proposals.000000000003.20260304.jsonl', 'proposals.jsonl']);
    expect(records.map(({ id }) => id)).toEqual([
      ...['a', 'b', 'segment/0/close', 'segment/3/open', 'c', 'segment/3/close', 'segment/6/open'],
    ]);
    expect(records[2]).toMatchObject({ event_type: 'segment_close', first_seq: 0, records: 3 });
    expect(records[3]).toMatchObject({ event_type: 'segment_open', prev_segment: files[0], prev_last_seq: 2 });
  });

  it('leaves a file that is as good as new, or not due', async () => {
    let now = Date.parse('2026-03-04T00:00:00Z');
    const { trail } = openTrail(folder(), { clock: () => new Date(now) });
    expect(await trail.rotate('proposals')).toEqual({ closed: undefined });
    await append(trail, 'a');
    const limits = { bytes: 1_000, milliseconds: 5_000 };
    now += 4_999;
    expect(await trail.rotate('proposals', limits)).toEqual({ closed: undefined });
    now += 1;
    expect((await trail.rotate('proposals', limits)).closed).toBeDefined();
    expect(await trail.rotate('proposals')).toEqual({ closed: undefined });
    await trail.append('proposals', anEntry('long', { text: 'x'.repeat(1_000) }));
    expect((await trail.rotate('proposals', limits)).closed).toBeDefined();
  });

  it('forgets no record: found, known and shown once, for whoever was there and whoever comes', async () => {
    const here = folder();
    const shown: string[][] = [[], []];
    const first = openTrail(here, { observe: ({ id }) => shown[0]!.push(id) });
    const receipts: Receipt[] = [];
    for (const id of ['a', 'b', 'c']) {
      receipts.push(await append(first.trail, id));
      await first.trail.rotate('proposals');
    }
    const late = openTrail(here, { observe: ({ id }) => shown[1]!.push(id) });
    for (const { trail } of [first, late, openTrail(here)]) {
      for (const [index, id] of ['a', 'b', 'c'].entries()) {
        expect(await append(trail, id)).toEqual(receipts[index]);
        expect(await trail.find('proposals', id)).toMatchObject({ id, seq: receipts[index]!.seq });
      }
    }
    expect(shown[1]).toEqual(shown[0]);
    expect(shown[0]!.filter((id) => !id.startsWith('segment/'))).toEqual(['a', 'b', 'c']);
  });

  it('is followed by a process that holds the old file open, over several files, and nothing between is missed', async () => {
    const here = folder();
    const shown: string[] = [];
    const watching = openTrail(here, { observe: ({ id }) => shown.push(id) });
    const other = openTrail(here);
    await append(watching.trail, 'a');
    for (const id of ['b', 'c', 'd']) {
      await append(other.trail, id);
      await other.trail.rotate('proposals');
    }
    await append(watching.trail, 'e');
    await append(other.trail, 'f');
    await watching.trail.decide('proposals', () => undefined);
    expect(await ids(watching.file)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(shown.filter((id) => !id.startsWith('segment/'))).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });
});

/** Everything that a rotation does to files, in this order. */
const steps = ['write', 'datasync', 'write', 'datasync', 'rename', 'rename', 'syncFolder'] as const;
const moments = steps.flatMap((step, index) => (['before', 'after'] as const).map((moment) => [moment, step, index] as const));

/** A trail with two records that rotates until it fails at one step. */
async function rotateUntil(here: string, moment: 'before' | 'after', index: number, stays: boolean) {
  let at = -1;
  let isArmed = false;
  const seam = filesThat((_, when) => {
    if (!isArmed) return;
    if (when === 'before') at += 1;
    if ((at === index && when === moment) || (stays && (at > index || (at === index && moment === 'before')))) {
      if (!stays) isArmed = false;
      throw errno('EIO');
    }
  });
  const { trail, file } = openTrail(here, { seam });
  await append(trail, 'a');
  const bystander = openTrail(here);
  await append(bystander.trail, 'b');
  isArmed = true;
  await expect(trail.rotate('proposals')).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
  return { trail, file, bystander: bystander.trail };
}

describe('a rotation that ends in between (spec L2, L4)', () => {
  it('has these steps', async () => {
    const seen: string[] = [];
    let isArmed = false;
    const seam = filesThat((operation, when) => void (isArmed && when === 'before' && seen.push(operation)));
    const { trail } = openTrail(folder(), { seam });
    await append(trail, 'a');
    isArmed = true;
    await trail.rotate('proposals');
    expect(seen).toEqual(steps);
  });

  it.each(moments)('with a crash %s the %s (step %i) is mended by whoever comes next', async (moment, _, index) => {
    for (const who of ['bystander', 'newcomer'] as const) {
      const here = folder();
      const { file, bystander } = await rotateUntil(here, moment, index, true);
      const next = who === 'bystander' ? bystander : openTrail(here).trail;
      await append(next, 'c');
      await next.rotate('proposals');
      await append(bystander, 'd');
      expect(await ids(file)).toEqual(['a', 'b', 'c', 'd']);
      for (const id of ['a', 'b', 'c', 'd']) expect(await openTrail(here).trail.find('proposals', id)).toMatchObject({ id });
    }
  });

  it.each(moments)('with an error %s the %s (step %i) is mended by the same process', async (moment, _, index) => {
    const here = folder();
    const { trail, file, bystander } = await rotateUntil(here, moment, index, false);
    await append(trail, 'c');
    await append(bystander, 'd');
    await append(trail, 'e');
    expect(await ids(file)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('with the active file renamed and the new one lost goes on behind what was closed', async () => {
    const here = folder();
    const { trail, file } = openTrail(here);
    await append(trail, 'a');
    await trail.rotate('proposals');
    rmSync(file);
    // Whoever died there had not yet told the others of it.
    rmSync(`${file}.lock`);
    await append(openTrail(here).trail, 'b');
    expect(await ids(file)).toEqual(['a', 'b']);
  });
});

describe('a file of a log that is gone (spec L2, Q4d)', () => {
  const three = async () => {
    const here = folder();
    const { trail, file } = openTrail(here);
    for (const id of ['a', 'b', 'c', 'd']) {
      await append(trail, id);
      if (id !== 'd') await trail.rotate('proposals');
    }
    await trail.close();
    return { here, file, files: filesOf(file) };
  };
  const refusal = (words: string) => ({ code: 'AUDIT_UNAVAILABLE', message: expect.stringContaining(words) });

  it.each([
    [0, 'nothing says what became'],
    [1, 'does not continue'],
    [2, 'does not continue'],
    [3, 'was not closed'],
  ])('is missed by whoever opens it next: file %i', async (index, words) => {
    const { here, files } = await three();
    if (index === 3) rmSync(files[2]!);
    rmSync(files[index]!, { force: true });
    if (index === 3) {
      // The newest that is left was closed, so the lock must say that there was more.
      await expect(append(openTrail(here).trail, 'e')).rejects.toMatchObject(refusal('records were removed'));
      return;
    }
    for (let attempt = 0; attempt < 2; attempt += 1) await expect(append(openTrail(here).trail, 'e')).rejects.toMatchObject(refusal(words));
  });

  it('is missed when it is the only one, and when the folder was emptied but for a head', async () => {
    const here = folder();
    const { trail, file } = openTrail(here);
    await append(trail, 'a');
    await trail.close();
    const { leaves } = readLog(file);
    rmSync(file);
    await expect(append(openTrail(here).trail, 'b')).rejects.toMatchObject(refusal('it was deleted'));
    rmSync(`${file}.lock`);
    mkdirSync(join(here, 'heads'));
    const head = `balaur/proposals\n1\n${'A'.repeat(43)}=\nleaf ${leaves.get(0)!}\ntime 2026-03-04T05:06:07Z\n\n— balaur/heads AAAA\n`;
    writeFileSync(join(here, 'heads', 'proposals.head'), head);
    await expect(append(openTrail(here).trail, 'b')).rejects.toMatchObject(refusal('it was deleted'));
    writeFileSync(join(here, 'heads', 'proposals.head'), 'something else');
    await expect(append(openTrail(here).trail, 'b')).rejects.toMatchObject(refusal('no head'));
  });

  it('is missed when an older state of it was put back, or another log', async () => {
    const here = folder();
    const { trail, file } = openTrail(here);
    await append(trail, 'a');
    copyFileSync(file, `${file}.backup`);
    await append(trail, 'b');
    await trail.close();
    renameSync(`${file}.backup`, file);
    await expect(append(openTrail(here).trail, 'c')).rejects.toMatchObject(refusal('is not here'));
    const elsewhere = openTrail(folder());
    for (const id of ['x', 'y', 'z']) await append(elsewhere.trail, id);
    copyFileSync(elsewhere.file, file);
    await expect(append(openTrail(here).trail, 'c')).rejects.toMatchObject(refusal('is another one here'));
  });
});

describe('a sync that fails (spec L2, Q4b)', () => {
  it('is never tried again on that file: what was not acknowledged comes again in a new one', async () => {
    const here = folder();
    const shown: string[] = [];
    let forgotten = 0;
    let isBroken = false;
    const synced: number[] = [];
    const broken: number[] = [];
    const files = filesThat((operation, moment) => {
      if (isBroken && operation === 'datasync' && moment === 'before') throw errno('EIO');
    });
    const seam = {
      ...files,
      datasync: async (handle: Parameters<typeof files.datasync>[0]) => {
        (isBroken ? broken : synced).push((await handle.stat()).ino);
        await files.datasync(handle);
      },
    };
    const { trail, file } = openTrail(here, { seam, observe: ({ id }) => shown.push(id), forget: () => (forgotten += 1) });
    const bystander = openTrail(here);
    await append(trail, 'a');
    await append(bystander.trail, 'acknowledged to another');
    isBroken = true;
    await expect(trail.append('proposals', anEntry('b'), anEntry('c'))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    const before = synced.length;
    isBroken = false;
    // 'c' never comes again: it was acknowledged to nobody.
    await append(trail, 'b');
    const { entries, records, abandoned } = readLog(file);
    expect(entries.map(({ id }) => id)).toEqual(['a', 'acknowledged to another', 'b']);
    expect(records.find(({ event_type: event }) => event === 'segment_open')).toMatchObject({
      prev_last_seq: 1,
      why: expect.stringContaining('sync'),
      abandoned: { from_seq: 2 },
    });
    expect(abandoned).toBe(2);
    expect(synced.slice(before)).not.toContain(broken[0]);
    expect(forgotten).toBe(1);
    expect(shown.slice(shown.lastIndexOf('a'))).toEqual(['a', 'acknowledged to another', 'segment/2/open', 'b']);
    await append(bystander.trail, 'c');
    expect(await ids(file)).toEqual(['a', 'acknowledged to another', 'b', 'c']);
  });

  it('is known to the others, whoever dies: they begin the new file', async () => {
    const here = folder();
    let isBroken = false;
    const seam = filesThat((operation) => {
      if (isBroken && operation === 'datasync') throw errno('EIO');
    });
    const dying = openTrail(here, { seam });
    const bystander = openTrail(here);
    await append(dying.trail, 'a');
    await append(bystander.trail, 'b');
    isBroken = true;
    await expect(append(dying.trail, 'c')).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    await append(bystander.trail, 'd');
    expect(await ids(dying.file)).toEqual(['a', 'b', 'd']);
    expect(readLog(dying.file).files).toHaveLength(2);
  });

  it('takes back what another process had read before it was durable: that one begins anew', async () => {
    const here = folder();
    let failing: 'write' | 'datasync' | undefined;
    let writes = 0;
    const seam = filesThat((operation, moment) => {
      if (moment === 'before' && operation === 'write') writes += 1;
      if (failing === 'write' && operation === 'write' && writes === 2) throw errno('ENOSPC');
      if (failing === 'datasync' && operation === 'datasync') throw errno('EIO');
    });
    const { trail, file } = openTrail(here, { seam });
    const shown: string[] = [];
    let forgotten = 0;
    const bystander = openTrail(here, { observe: ({ id }) => shown.push(id), forget: () => (forgotten += 1) });
    await append(trail, 'a');
    [failing, writes] = ['write', 0];
    await expect(trail.append('proposals', anEntry('b'), anEntry('c'))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    expect(await bystander.trail.find('proposals', 'b')).toBeDefined();
    failing = 'datasync';
    await expect(append(trail, 'd')).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    failing = undefined;
    await append(trail, 'e');
    await append(bystander.trail, 'f');
    expect(await ids(file)).toEqual(['a', 'e', 'f']);
    expect(forgotten).toBe(1);
    expect(shown.slice(shown.lastIndexOf('a'))).toEqual(['a', 'segment/1/open', 'e', 'f']);
    expect(await bystander.trail.find('proposals', 'b')).toBeUndefined();
  });

  it('again and again makes no pile of files, and nothing is acknowledged', async () => {
    const here = folder();
    let isBroken = false;
    const seam = filesThat((operation) => {
      if (isBroken && operation === 'datasync') throw errno('EIO');
    });
    const { trail, file } = openTrail(here, { seam });
    await append(trail, 'a');
    isBroken = true;
    for (let attempt = 0; attempt < 5; attempt += 1) await expect(append(trail, 'b')).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    expect(filesOf(file)).toHaveLength(1);
    isBroken = false;
    await append(trail, 'b');
    expect(await ids(file)).toEqual(['a', 'b']);
  });

  it('of the very first record begins the log anew, and its files can be told apart', async () => {
    let left = 1;
    const seam = filesThat((operation) => {
      if (operation === 'datasync' && left-- > 0) throw errno('EIO');
    });
    const { trail, file } = openTrail(folder(), { seam });
    await expect(append(trail, 'a')).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    await append(trail, 'a');
    await trail.rotate('proposals');
    await append(trail, 'b');
    expect(await ids(file)).toEqual(['a', 'b']);
    expect(readLog(file).files).toHaveLength(3);
  });
});
