import { afterEach, describe, expect, it } from '@jest/globals';
import { useFolders } from '../../../support/folders.js';
import { errno, filesThat } from '../../../support/trail/faulty-files.js';
import { soundIds } from '../../../support/trail/sound-log.js';
import { filesOf, readLog } from '../../../support/trail/trail-check.js';
import { anEntry, closeTrails, openTrail } from '../../../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);
const append = (trail: ReturnType<typeof openTrail>['trail'], id: string) => trail.append('proposals', anEntry(id));

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
    expect(await soundIds(file)).toEqual(['a', 'acknowledged to another', 'b', 'c']);
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
    expect(await soundIds(dying.file)).toEqual(['a', 'b', 'd']);
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
    expect(await soundIds(file)).toEqual(['a', 'e', 'f']);
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
    expect(await soundIds(file)).toEqual(['a', 'b']);
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
    expect(await soundIds(file)).toEqual(['a', 'b']);
    expect(readLog(file).files).toHaveLength(3);
  });
});
