import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { clearStop, noticeStop, pullStop, readStop, takeSwitchAway, stopFilesOf } from '../../../src/adapters/controls/stop-mark.js';
import { createStopView, stopReason } from '../../../src/adapters/controls/stop-reason.js';
import { parseMark } from '../../../src/domain/controls/stop.js';
import { endOf, useChild } from '../../support/children.js';
import { useFolders } from '../../support/folders.js';
import { soon } from '../../support/soon.js';
import { itAsRoot } from '../../support/root.js';

const folder = useFolders();
const looker = useChild('stop-mark');
const notice = { by: 'guard', reason: 'a file was touched' };

/** Of a vessel whose stop file lies in a folder of its own. */
function aVessel() {
  const home = folder();
  const paths = { emergencyStop: join(home, 'switch', 'EMERGENCY_STOP'), controls: join(home, 'controls') };
  mkdirSync(dirname(paths.emergencyStop));
  return { paths, files: stopFilesOf(paths) };
}

const markIn = ({ files: { mark } }: ReturnType<typeof aVessel>) => parseMark(readFileSync(mark, 'utf8'));

describe('the emergency stop (spec K1)', () => {
  it.each([
    ['no file', () => undefined, false],
    ['no folder', (path: string) => rmdirSync(dirname(path)), false],
    ['an empty file', (path: string) => writeFileSync(path, ''), true],
    ['a folder', (path: string) => mkdirSync(path), true],
    ['a link to nowhere', (path: string) => symlinkSync('/no/such/file', path), true],
    [
      'a file where the folder should be: nobody can tell',
      (path: string) => {
        rmdirSync(dirname(path));
        writeFileSync(dirname(path), '');
      },
      true,
    ],
  ])('%s', async (_, make, isStopped) => {
    const { paths, files } = aVessel();
    make(paths.emergencyStop);
    expect((await readStop(files)) !== undefined).toBe(isStopped);
    expect(await stopReason(paths)).toEqual(isStopped ? expect.stringContaining('emergency stop: ') : undefined);
    const view = createStopView(paths);
    view.standing();
    // Where something is there it looks twice, each time in its turn.
    await readStop(files);
    await readStop(files);
    await new Promise(setImmediate);
    expect(view.standing() !== undefined).toBe(isStopped);
    view.close();
  });

  it('is seen at the next call where the kernel tells of it, and a mark alone a little later (spec K1, G1)', async () => {
    const { paths, files } = aVessel();
    let now = 0;
    const view = createStopView(paths, () => now);
    // From the start of its watch on nothing is asked of the disk for a while.
    await soon(() => {
      view.standing();
      return view.isTold;
    });
    await readStop(files);
    writeFileSync(files.file, '');
    expect(await soon(() => view.standing())).toMatchObject({ isFileThere: true });
    rmSync(files.file);
    await soon(() => view.standing() === undefined);
    mkdirSync(paths.controls, { recursive: true });
    writeFileSync(files.mark, '{}');
    now += 1_400;
    expect(await soon(() => view.standing())).toMatchObject({ isFileThere: false });
    view.close();
  });

  it.each([
    ['a mark that was torn', '{"id":"stop-0123', 'exists'],
    ['an empty mark', '', 'exists'],
    ['a mark that is a folder', undefined, 'cannot be read (EISDIR)'],
  ])('%s, without a file: stopped', async (_, content, found) => {
    const { paths, files } = aVessel();
    mkdirSync(paths.controls);
    if (content === undefined) mkdirSync(files.mark);
    else writeFileSync(files.mark, content);
    const stop = await readStop(files);
    expect(stop).toMatchObject({ isFileThere: false, mode: 'now' });
    // What can be read has a name, so that it can be lifted.
    if (content === undefined) expect(stop?.found).toContain(found);
    else expect(await clearStop(files, stop?.id ?? '')).toEqual({ state: 'cleared' });
  });

  itAsRoot('holds for an account that may not look into its folder', async () => {
    const { paths, files } = aVessel();
    chmodSync(dirname(paths.controls), 0o755);
    chmodSync(dirname(files.file), 0o700);
    const { messages } = await endOf(looker.startAs(61_999, files.file, files.mark));
    const found = `${files.file} cannot be looked at (EACCES)`;
    expect(messages).toEqual([{ mode: 'now', isFileThere: true, found, next: `ls -ld ${files.file} ${dirname(files.file)}` }]);
  });
});

describe('the mark of a stop (spec K1)', () => {
  it('is made once, whoever notices it, and outlasts the file', async () => {
    const vessel = aVessel();
    writeFileSync(vessel.files.file, '');
    const seen = await Promise.all([1, 2, 3].map(() => noticeStop(vessel.files, notice)));
    expect(new Set(seen.map(({ id }) => id))).toEqual(new Set([markIn(vessel)?.id]));
    rmSync(vessel.files.file);
    const stop = await readStop(vessel.files);
    expect(stop).toMatchObject({ id: seen[0]?.id, isFileThere: false, mode: 'now', next: expect.stringContaining('ubos resume') });
    expect(await stopReason(vessel.paths)).toContain('was taken away');
  });

  it('is lifted by its own name, and by no other', async () => {
    const { files } = aVessel();
    expect(await clearStop(files, 'stop-000000000000')).toEqual({ state: 'none' });
    writeFileSync(files.file, '');
    expect(await clearStop(files, 'stop-000000000000')).toMatchObject({ state: 'other', stop: { isFileThere: true } });
    const { id = '' } = await noticeStop(files, notice);
    expect(await clearStop(files, 'stop-000000000000')).toMatchObject({ state: 'other', stop: { id } });
    expect(await clearStop(files, id)).toEqual({ state: 'cleared' });
    expect([existsSync(files.file), existsSync(files.mark), await readStop(files)]).toEqual([false, false, undefined]);
    // The next one is another stop.
    writeFileSync(files.file, '');
    expect((await noticeStop(files, notice)).id).not.toBe(id);
    expect(await clearStop(files, id)).toMatchObject({ state: 'other' });
  });

  it.each([
    ['an empty folder', (file: string) => mkdirSync(file), 'cleared'],
    ['a link to nowhere', (file: string) => symlinkSync('/no/such/file', file), 'cleared'],
    ['a folder with something in it', (file: string) => mkdirSync(join(file, 'x'), { recursive: true }), 'kept'],
  ])('takes the file away as well: %s', async (_, make, state) => {
    const { files } = aVessel();
    make(files.file);
    const { id = '' } = await noticeStop(files, notice);
    expect(await clearStop(files, id)).toMatchObject({ state });
    expect((await readStop(files))?.id).toBe(state === 'cleared' ? undefined : id);
  });
});

describe('the file alone (spec K1)', () => {
  it('is taken away for the stop that stands and for no other, and the mark goes on stopping', async () => {
    const { files } = aVessel();
    writeFileSync(files.file, '');
    const { id = '' } = await noticeStop(files, notice);
    await takeSwitchAway(files, 'stop-000000000000');
    expect(existsSync(files.file)).toBe(true);
    await takeSwitchAway(files, id);
    expect([existsSync(files.file), (await readStop(files))?.id]).toEqual([false, id]);
    // Nothing is left to take away.
    await takeSwitchAway(files, id);
    expect(await clearStop(files, id)).toEqual({ state: 'cleared' });
  });

  it('that cannot be removed is named with what to type', async () => {
    const { files } = aVessel();
    mkdirSync(join(files.file, 'x'), { recursive: true });
    const { id = '' } = await noticeStop(files, notice);
    await takeSwitchAway(files, id);
    expect(await clearStop(files, id)).toMatchObject({ state: 'kept', next: `ls -la ${files.file}` });
  });
});

describe('pulling the switch (spec K1)', () => {
  it('says who and why, in the file too', async () => {
    const vessel = aVessel();
    const stop = await pullStop(vessel.files, { by: 'anna', reason: 'smoke' });
    expect(stop).toMatchObject({ by: 'anna', reason: 'smoke', mode: 'now', isFileThere: true, id: markIn(vessel)?.id });
    expect(readFileSync(vessel.files.file, 'utf8')).toBe('stopped by anna: smoke\n');
  });

  it('may let what runs end; a touched file ends it all the same, and it stays the same stop', async () => {
    const vessel = aVessel();
    const { id } = await pullStop(vessel.files, { by: 'anna', reason: 'later', mode: 'drain' });
    expect([(await readStop(vessel.files))?.mode, existsSync(vessel.files.file)]).toEqual(['drain', false]);
    writeFileSync(vessel.files.file, '');
    expect(await readStop(vessel.files)).toMatchObject({ id, mode: 'now' });
    await noticeStop(vessel.files, notice);
    rmSync(vessel.files.file);
    expect(await readStop(vessel.files)).toMatchObject({ id, mode: 'now', reason: 'later; guard: now, a file was touched' });
  });

  it('never turns a stop into a drain', async () => {
    const { files } = aVessel();
    await pullStop(files, { by: 'anna', reason: '' });
    expect(await pullStop(files, { by: 'bert', reason: '', mode: 'drain' })).toMatchObject({ by: 'anna', mode: 'now' });
    expect(lstatSync(files.file).isFile()).toBe(true);
  });

  it('stops by the file alone where no mark can be made', async () => {
    const { paths, files } = aVessel();
    writeFileSync(paths.controls, '');
    await expect(noticeStop(files, notice)).rejects.toThrow(files.mark.slice(0, -10));
    const stop = await pullStop(files, { by: 'anna', reason: 'smoke' });
    expect(stop).toMatchObject({ mode: 'now', isFileThere: true });
    await expect(pullStop(files, { by: 'anna', reason: '', mode: 'drain' })).rejects.toThrow();
  });
});
