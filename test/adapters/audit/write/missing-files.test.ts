import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { useFolders } from '../../../support/folders.js';
import { filesOf, readLog } from '../../../support/trail/trail-check.js';
import { anEntry, closeTrails, openTrail } from '../../../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);
const append = (trail: ReturnType<typeof openTrail>['trail'], id: string) => trail.append('proposals', anEntry(id));

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

  it('is missed and named where somebody has packed it', async () => {
    const { here, files } = await three();
    renameSync(files[1]!, `${files[1]!}.gz`);
    await expect(append(openTrail(here).trail, 'e')).rejects.toMatchObject(refusal(`.jsonl.gz is there: gunzip -k ${files[1]!}.gz`));
    renameSync(`${files[1]!}.gz`, files[1]!);
    expect(await append(openTrail(here).trail, 'e')).toMatchObject({ seq: 10 });
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
