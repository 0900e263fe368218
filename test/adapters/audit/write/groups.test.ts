import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { checkChain } from '../../../support/trail/check-chain.js';
import { createFileLock } from '../../../../src/adapters/audit/write/file-lock.js';
import { inGroups } from '../../../../src/adapters/audit/write/in-groups.js';
import type { FileSeam } from '../../../../src/adapters/audit/write/log-file.js';
import { realFiles } from '../../../../src/adapters/audit/write/log-file.js';
import { useFolders } from '../../../support/folders.js';
import { readLog } from '../../../support/trail/trail-check.js';
import { anEntry, closeTrails, openTrail, recordsIn } from '../../../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);

/** Counts; a sync fails while `broken` says so. */
function countingFiles() {
  const state = { writes: 0, syncs: 0, broken: false };
  const seam: FileSeam = {
    ...realFiles,
    write: (handle, bytes) => ((state.writes += 1), realFiles.write(handle, bytes)),
    datasync: async (handle) => {
      state.syncs += 1;
      if (state.broken) throw Object.assign(new Error('EIO: injected'), { code: 'EIO' });
      await realFiles.datasync(handle);
    },
  };
  return { state, seam };
}

describe('what is asked at the same moment (spec L2)', () => {
  it('is written line by line in the order of the calls, and synced together', async () => {
    const { state, seam } = countingFiles();
    const { trail, file } = openTrail(folder(), { seam });
    const ids = Array.from({ length: 50 }, (_, index) => `id ${index}`);
    const receipts = await Promise.all(ids.map((id) => trail.append('proposals', anEntry(id))));
    expect(receipts.map(({ seq }) => seq)).toEqual(ids.map((_, index) => index));
    expect(recordsIn(file).map(({ id }) => id)).toEqual(ids);
    expect(await checkChain(file)).toEqual({ ok: true, entries: 50 });
    expect(state.writes).toBe(50);
    expect(state.syncs).toBeLessThanOrEqual(3);
  });

  it('is acknowledged to nobody when the sync fails, and to everybody when it is asked again (spec Q4b)', async () => {
    const { state, seam } = countingFiles();
    const { trail, file } = openTrail(folder(), { seam });
    state.broken = true;
    const ask = () => Promise.allSettled(['a', 'b', 'c'].map((id) => trail.append('proposals', anEntry(id))));
    expect((await ask()).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    state.broken = false;
    expect((await ask()).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    expect(readLog(file).entries.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('fails alone where only the entry is wrong', async () => {
    const { trail, file } = openTrail(folder());
    const entries = [anEntry('a'), { ...anEntry('long'), summary: 'x'.repeat(70_000) }, anEntry('forged', { seq: 7 }), anEntry('b')];
    const answers = await Promise.allSettled(entries.map((entry) => trail.append('proposals', entry)));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(recordsIn(file).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('sees in its decision what was decided right before it', async () => {
    let seen = 0;
    const { trail } = openTrail(folder(), { observe: () => (seen += 1) });
    const once = () => trail.decide('proposals', () => (seen === 0 ? anEntry('the only one') : undefined));
    expect((await Promise.all([once(), once(), once()])).filter((receipt) => receipt !== undefined)).toHaveLength(1);
  });
});

it('appends several entries behind one another, with one sync and the receipt of the last (spec L2)', async () => {
  const { state, seam } = countingFiles();
  const { trail } = openTrail(folder(), { seam });
  const receipt = await trail.append('proposals', anEntry('approved'), anEntry('start'));
  expect(receipt.seq).toBe(1);
  expect(state).toMatchObject({ writes: 2, syncs: 1 });
  expect(await trail.append('proposals', anEntry('approved'), anEntry('start'))).toEqual(receipt);
  expect(state.writes).toBe(2);
});

it.each([
  ['removed', (path: string) => rmSync(path)],
  ['replaced', (path: string) => (renameSync(path, `${path}.old`), writeFileSync(path, ''))],
])('notices a lock file that was %s, so that two holders exclude each other again', async (_, change) => {
  const path = `${folder()}/log.lock`;
  const [first, second] = [createFileLock(path), createFileLock(path)];
  await first.run(async () => undefined);
  change(path);
  let inside = 0;
  let most = 0;
  const enter = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setTimeout(resolve, 20));
    inside -= 1;
  };
  await Promise.all([second.run(enter), first.run(enter)]);
  expect(most).toBe(1);
  await Promise.all([first.close(), second.close()]);
});

it('leaves nobody without an answer', async () => {
  const { ask, idle } = inGroups<number, number>(async (items) => items.slice(1).map((value) => ({ status: 'fulfilled', value })));
  await expect(ask(1)).rejects.toThrow('without a result');
  await idle();
});
