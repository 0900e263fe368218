import {
  appendFileSync,
  closeSync,
  copyFileSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { encodeRecord, leafOf } from '../../../../src/adapters/audit/format/record.js';
import type { FileSeam } from '../../../../src/adapters/audit/write/log-file.js';
import { realFiles } from '../../../../src/adapters/audit/write/log-file.js';
import { useFolders } from '../../../support/folders.js';
import { checkChain } from '../../../support/trail/check-chain.js';
import { anEntry, closeTrails, openTrail } from '../../../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);
const refused = { code: 'AUDIT_UNAVAILABLE' };

/** What somebody who knows the format, and may write to the file, would append: number and hash are right. */
function forged(file: string, id: string): Buffer {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const place = { log: 'proposals', seq: lines.length, prev: leafOf(Buffer.from(lines.at(-1)!)), vesselName: 'balaur' } as const;
  return encodeRecord(anEntry(id), { ...place, timestamp: new Date() });
}

/** Bytes in the place of others: neither the size nor anything else tells. */
function overwrite(file: string, from: string, to: string): void {
  const at = readFileSync(file).indexOf(from);
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, to, at);
  closeSync(descriptor);
}

const touches: Readonly<Record<string, (file: string) => void>> = {
  'a line of text': (file) => appendFileSync(file, 'by hand\n'),
  'an empty line': (file) => appendFileSync(file, '\n'),
  'a beginning of a line': (file) => appendFileSync(file, '{"timestamp"'),
  'a forged record': (file) => appendFileSync(file, forged(file, 'forged')),
  'a forged record without its newline': (file) => appendFileSync(file, forged(file, 'forged').subarray(0, -1)),
  'its last line, once more': (file) => appendFileSync(file, `${readFileSync(file, 'utf8').trimEnd().split('\n').at(-1)}\n`),
  'a cut': (file) => truncateSync(file, readFileSync(file).length - 1),
  'a whole line less': (file) => truncateSync(file, readFileSync(file, 'utf8').trimEnd().lastIndexOf('\n') + 1),
  'a last line that was changed': (file) => overwrite(file, 'about b', 'about x'),
  'a copy in its place': (file) => (copyFileSync(file, `${file}.copy`), renameSync(`${file}.copy`, file)),
  'a copy in its place, with a forged record': (file) => {
    const bytes = Buffer.concat([readFileSync(file), forged(file, 'forged')]);
    rmSync(file);
    writeFileSync(file, bytes);
  },
};

describe('a log that somebody else wrote to while it was in use (spec L2, Q4d, Q4e)', () => {
  const lived = async () => {
    const here = folder();
    const outages: string[] = [];
    const onOutage = { unavailable: (_: string, why: string) => void outages.push(why), recovered: () => undefined };
    const one = openTrail(here, { onOutage });
    const other = openTrail(here);
    await one.trail.append('proposals', anEntry('a'));
    await other.trail.append('proposals', anEntry('b'));
    return { here, outages, one, other, file: one.file };
  };

  it.each(Object.entries(touches))('takes nothing behind %s: not this process, not another, not one that comes', async (_, touch) => {
    const { here, outages, one, other, file } = await lived();
    touch(file);
    const bytes = readFileSync(file);
    const shown: string[] = [];
    const later = openTrail(here, { observe: ({ id }) => shown.push(id), forget: () => void shown.splice(0) });
    for (const { trail } of [one, other, later, one]) {
      await expect(trail.append('proposals', anEntry('c'))).rejects.toMatchObject(refused);
      // What somebody wrote under this id does not count as written.
      await expect(trail.append('proposals', anEntry('forged'))).rejects.toMatchObject(refused);
      await expect(trail.find('proposals', 'forged')).rejects.toMatchObject(refused);
      await expect(trail.decide('proposals', () => anEntry('d'))).rejects.toMatchObject(refused);
    }
    expect(readFileSync(file)).toEqual(bytes);
    expect(shown).not.toContain('forged');
    expect(outages).toHaveLength(1);
  });

  it('says what to do about appended bytes, and goes on when that was done', async () => {
    const { here, one, other, file } = await lived();
    const { length } = readFileSync(file);
    appendFileSync(file, forged(file, 'forged'));
    await expect(one.trail.append('proposals', anEntry('c'))).rejects.toMatchObject({
      message: expect.stringMatching(/\d+ bytes behind byte \d+ were not written by Janus/),
      next: expect.stringContaining(`truncate -s ${length} ${file}`),
    });
    truncateSync(file, length);
    expect(await one.trail.append('proposals', anEntry('c'))).toMatchObject({ seq: 2 });
    expect(await other.trail.append('proposals', anEntry('forged'))).toMatchObject({ seq: 3 });
    expect(await openTrail(here).trail.append('proposals', anEntry('d'))).toMatchObject({ seq: 4 });
    expect(await checkChain(file)).toEqual({ ok: true, entries: 5 });
  });

  it('acknowledges nothing that lies behind what came in the very moment of a write', async () => {
    const here = folder();
    let isRacing = false;
    const seam: FileSeam = {
      ...realFiles,
      write: async (handle, bytes) => {
        if (isRacing) appendFileSync(file, 'by hand\n');
        return realFiles.write(handle, bytes);
      },
    };
    const { trail, file } = openTrail(here, { seam });
    await trail.append('proposals', anEntry('a'));
    isRacing = true;
    await expect(trail.append('proposals', anEntry('b'))).rejects.toMatchObject(refused);
    isRacing = false;
    for (const each of [trail, openTrail(here).trail])
      await expect(each.append('proposals', anEntry('b'))).rejects.toMatchObject({ next: expect.stringContaining('truncate') });
  });

  it('notices without the lock file what this process has not written', async () => {
    const { one, file } = await lived();
    await one.trail.append('proposals', anEntry('c'));
    rmSync(`${file}.lock`);
    appendFileSync(file, forged(file, 'forged'));
    await expect(one.trail.append('proposals', anEntry('forged'))).rejects.toMatchObject(refused);
  });
});

describe('a log that was changed while nobody had it open (spec L2, L3)', () => {
  const atRest = async () => {
    const here = folder();
    const { trail, file } = openTrail(here);
    for (const id of ['a', 'b', 'c']) await trail.append('proposals', anEntry(id));
    await trail.close();
    // As after a power cut: nobody has left word, and only the chain says what counts.
    rmSync(`${file}.lock`);
    return { here, file };
  };

  it.each<[string, (file: string) => void, string]>([
    ['a changed line', (file) => overwrite(file, 'about b', 'about x'), 'hash of the line before'],
    [
      'a line less',
      (file) => writeFileSync(file, readFileSync(file, 'utf8').split('\n').toSpliced(1, 1).join('\n')),
      'hash of the line before',
    ],
    [
      'a line of text between',
      (file) => writeFileSync(file, readFileSync(file, 'utf8').split('\n').toSpliced(1, 0, 'x').join('\n')),
      'hash of the line',
    ],
    ['lines of text at its end', (file) => appendFileSync(file, 'by\nhand\n'), 'was not written by Janus'],
  ])('is not continued behind %s', async (_, touch, words) => {
    const { here, file } = await atRest();
    touch(file);
    const bytes = readFileSync(file);
    await expect(openTrail(here).trail.append('proposals', anEntry('d'))).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining(words),
    });
    expect(readFileSync(file)).toEqual(bytes);
  });

  it('goes on behind the records of somebody whose power went before he could say so', async () => {
    const { here, file } = await atRest();
    expect(await openTrail(here).trail.append('proposals', anEntry('d'))).toMatchObject({ seq: 3 });
    expect(await checkChain(file)).toEqual({ ok: true, entries: 4 });
  });
});
