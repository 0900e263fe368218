import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { useFolders } from '../../../support/folders.js';
import { errno, filesThat } from '../../../support/trail/faulty-files.js';
import { soundIds } from '../../../support/trail/sound-log.js';
import { readLog } from '../../../support/trail/trail-check.js';
import { anEntry, closeTrails, openTrail } from '../../../support/trail/trails.js';
import type { Receipt } from '../../../../src/domain/trail/logs.js';

const folder = useFolders();
afterEach(closeTrails);
const clock = () => new Date('2026-03-04T05:06:07.890Z');
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
    expect(await soundIds(watching.file)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
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
      expect(await soundIds(file)).toEqual(['a', 'b', 'c', 'd']);
      for (const id of ['a', 'b', 'c', 'd']) expect(await openTrail(here).trail.find('proposals', id)).toMatchObject({ id });
    }
  });

  it.each(moments)('with an error %s the %s (step %i) is mended by the same process', async (moment, _, index) => {
    const here = folder();
    const { trail, file, bystander } = await rotateUntil(here, moment, index, false);
    await append(trail, 'c');
    await append(bystander, 'd');
    await append(trail, 'e');
    expect(await soundIds(file)).toEqual(['a', 'b', 'c', 'd', 'e']);
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
    expect(await soundIds(file)).toEqual(['a', 'b']);
  });
});
