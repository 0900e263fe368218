import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect } from '@jest/globals';
import { checkChain } from '../../../support/trail/check-chain.js';
import { itOnSmallDisk } from '../../../support/sandbox/full-disk.js';
import { anEntry, closeTrails, openTrail, recordsIn } from '../../../support/trail/trails.js';

afterEach(closeTrails);

itOnSmallDisk(
  'a disk that is really full blocks, loses nothing, and works again when there is room (spec L2, Q4a)',
  256,
  async (folder) => {
    const { trail, file } = openTrail(folder);
    const ballast = join(folder, 'ballast');
    writeFileSync(ballast, Buffer.alloc(65_536));
    const acknowledged: string[] = [];
    const fill = async () => {
      for (let index = 0; ; index += 1) {
        const id = `${acknowledged.length}/${index}`;
        try {
          await trail.append('proposals', anEntry(id, { padding: 'x'.repeat(5_000) }));
          acknowledged.push(id);
        } catch (error) {
          return error;
        }
      }
    };
    expect(await fill()).toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    expect(acknowledged.length).toBeGreaterThan(20);
    // The seal has no room either.
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(trail.append('proposals', anEntry('blocked'))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    }
    const before = readFileSync(file);
    rmSync(ballast);
    await trail.append('proposals', anEntry('after'));
    expect(readFileSync(file).subarray(0, before.length)).toEqual(before);
    expect(await checkChain(file)).toMatchObject({ ok: true });
    expect(recordsIn(file).map(({ id }) => id)).toEqual(expect.arrayContaining([...acknowledged, 'after']));
    expect(await fill()).toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
  },
);

itOnSmallDisk('a disk that was made read-only blocks, and works again when it can be written (spec L2, Q4c)', 256, async (folder) => {
  const remount = (mode: 'ro' | 'rw') => execFileSync('mount', ['-o', `remount,${mode}`, folder]);
  const { trail, file } = openTrail(folder);
  await trail.append('proposals', anEntry('a'));
  // No file may be open for writing while it is remounted; the kernel itself, behind an error, does not ask.
  await trail.close();
  remount('ro');
  try {
    for (const each of [trail, openTrail(folder).trail])
      await expect(each.append('proposals', anEntry('b'))).rejects.toMatchObject({
        code: 'AUDIT_UNAVAILABLE',
        message: expect.stringContaining('EROFS'),
      });
  } finally {
    remount('rw');
  }
  await trail.append('proposals', anEntry('b'));
  expect(await checkChain(file)).toMatchObject({ ok: true });
  expect(recordsIn(file).map(({ id }) => id)).toEqual(['a', 'b']);
});
