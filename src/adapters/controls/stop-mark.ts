import { randomBytes } from 'node:crypto';
import { constants, lstat as lstatCallback } from 'node:fs';
import { open, rmdir, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { StandingStop, StopMark, StopMode } from '../../domain/controls/stop.js';
import { parseMark } from '../../domain/controls/stop.js';
import { createFile, makeFolder, replaceFile, syncFolder } from '../files/durable.js';
import { sha256 } from '../files/sha256.js';
import { areAbsent, lookInTime } from './look.js';

/** The switch that anybody can throw, and the mark that outlasts it. */
export interface StopFiles {
  readonly file: string;
  readonly mark: string;
}

export const stopFilesOf = ({ emergencyStop, controls }: { readonly emergencyStop: string; readonly controls: string }): StopFiles => ({
  file: emergencyStop,
  mark: join(controls, 'stop.json'),
});

/** What a pull of the switch says; kept in the mark. */
export interface Notice {
  readonly by: string;
  readonly reason: string;
  readonly mode?: StopMode;
}

const bytesMax = 4_096;
const lstat = promisify(lstatCallback);
const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error);
const resume = 'when all is well again: ubos resume --reason WHY';
/** Whoever looked there by hand would wait as long. */
const lookAt = (file: string, error: unknown) => (codeOf(error) === 'no answer' ? 'findmnt' : `ls -ld ${file} ${dirname(file)}`);

interface Unseen {
  readonly why: string;
  readonly next: string;
}

type Seen = { readonly isThere: boolean } | Unseen;

/** Any kind of file counts, a link to nowhere too; where nobody can tell, it is there. */
async function seeFile(file: string): Promise<Seen> {
  try {
    await lookInTime(file, () => lstat(file));
    return { isThere: true };
  } catch (error) {
    return codeOf(error) === 'ENOENT'
      ? { isThere: false }
      : { why: `${file} cannot be looked at (${codeOf(error)})`, next: lookAt(file, error) };
  }
}

async function read(file: string): Promise<string> {
  await lstat(file);
  // What was put there in its place, such as a pipe, must not hold us up.
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytesMax), 0, bytesMax, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** What somebody else wrote there stops as well, and gets a name that stays: so that it can be lifted. */
const foreign = (content: string): Partial<StopMark> => ({ id: `stop-${sha256(content).slice(0, 12)}`, mode: 'now' });

async function seeMark(mark: string): Promise<Partial<StopMark> | Unseen | undefined> {
  try {
    const content = await lookInTime(mark, () => read(mark));
    return parseMark(content) ?? foreign(content);
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? undefined : { why: `${mark} cannot be read (${codeOf(error)})`, next: lookAt(mark, error) };
  }
}

/** Both at once: each look wakes the process up. */
async function look({ file, mark }: StopFiles) {
  const [seen, marked] = await Promise.all([seeFile(file), seeMark(mark)]);
  return { seen, marked };
}

/**
 * Whether nothing may start (spec K1): asked of the disk each time. Fail closed: what cannot be looked at, or does not answer within five seconds, stops.
 * The file alone ends what runs, whatever the mark says. Undefined where nothing stops. Never rejects.
 */
export async function readStop(files: StopFiles): Promise<StandingStop | undefined> {
  const { file, mark } = files;
  if (await areAbsent([file, mark])) return undefined;
  const first = await look(files);
  // A resume takes the file away, then the mark: who looked in between must not take it for a new stop, and give it a mark.
  const isNew = first.marked === undefined && 'isThere' in first.seen && first.seen.isThere;
  const { seen, marked } = isNew ? await look(files) : first;
  const isFileThere = 'why' in seen || seen.isThere;
  if (!isFileThere && marked === undefined) return undefined;
  const { id, at, reason, by, mode } = marked === undefined || 'why' in marked ? ({} as Partial<StopMark>) : marked;
  const known = {
    ...(id !== undefined && { id }),
    ...(mode !== undefined && { markedMode: mode }),
    ...(at !== undefined && { at, reason: reason ?? '', by: by ?? '' }),
  };
  if ('why' in seen) return { ...known, mode: 'now', isFileThere, found: seen.why, next: seen.next };
  if (marked !== undefined && 'why' in marked) return { mode: 'now', isFileThere, found: marked.why, next: marked.next };
  if (isFileThere) return { ...known, mode: 'now', isFileThere, found: `${file} exists`, next: resume };
  const found = mode === 'drain' ? `${id} lets what runs end by itself` : `${id} stands, although ${file} was taken away`;
  return { ...known, mode: mode ?? 'now', isFileThere, found, next: resume };
}

async function makeMark({ mark }: StopFiles, { by, reason, mode = 'now' }: Notice): Promise<void> {
  const made: StopMark = {
    id: `stop-${randomBytes(6).toString('hex')}`,
    at: new Date().toISOString(),
    reason: reason.slice(0, 400),
    by,
    mode,
  };
  await makeFolder(dirname(mark), 0o700);
  await createFile(mark, `${JSON.stringify(made)}\n`, { mode: 0o640 });
}

/** A stop that began as a drain, and now ends what runs: it stays the same stop. */
async function harden({ mark }: StopFiles, notice: Notice): Promise<void> {
  const marked = await seeMark(mark);
  if (marked === undefined || 'why' in marked || marked.mode !== 'drain') return;
  const { by, reason } = notice;
  const words = [marked.reason, `${by}: now${reason === '' ? '' : `, ${reason}`}`].filter(Boolean).join('; ');
  await replaceFile(mark, `${JSON.stringify({ ...marked, mode: 'now', reason: words.slice(0, 400) })}\n`, { mode: 0o640 });
}

/**
 * Makes the mark, exactly once for each stop: call it where a stop was found. Where one stands already it stays, but that it no longer only drains
 * if this one does not. Rejects where the disk takes nothing; the stop stands all the same as long as the file is there.
 */
export async function noticeStop(files: StopFiles, notice: Notice): Promise<StandingStop> {
  await makeMark(files, notice);
  if (notice.mode !== 'drain') await harden(files, notice);
  // Lifted by somebody in this very moment: it had been a stop nevertheless.
  return (await readStop(files)) ?? { mode: notice.mode ?? 'now', isFileThere: false, found: 'it has just been lifted', next: resume };
}

/**
 * Pulls the switch: the mark, so that the reason stands in it, then the file, unless what runs may end by itself. Works without a worker and
 * without a server. Rejects where nothing could be written that stops.
 */
export async function pullStop(files: StopFiles, notice: Notice): Promise<StandingStop> {
  if (notice.mode === 'drain') return noticeStop(files, notice);
  const [marked, filed] = [await outcome(() => noticeStop(files, notice)), await outcome(() => makeSwitch(files, notice))];
  if ('error' in marked && 'error' in filed) throw filed.error;
  return (await readStop(files)) ?? noticeStop(files, notice);
}

const outcome = (work: () => Promise<unknown>): Promise<{ readonly error?: unknown }> =>
  work().then(
    () => ({}),
    (error: unknown) => ({ error }),
  );

async function makeSwitch({ file }: StopFiles, { by, reason }: Notice): Promise<void> {
  try {
    await lookInTime(file, () => writeFile(file, `stopped by ${by}${reason === '' ? '' : `: ${reason}`}\n`, { flag: 'wx', mode: 0o644 }));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  await lookInTime(file, () => syncFolder(dirname(file)));
}

export type Cleared =
  | { readonly state: 'cleared' }
  /** No stop stands. */
  | { readonly state: 'none' }
  /** It stands under another name, or nobody has given it one yet. */
  | { readonly state: 'other'; readonly stop: StandingStop }
  | { readonly state: 'kept'; readonly why: string; readonly next: string };

async function remove(path: string): Promise<{ readonly why: string; readonly next: string } | undefined> {
  let isFolder: boolean | undefined;
  try {
    isFolder = (await lookInTime(path, () => lstat(path))).isDirectory();
    await (isFolder ? rmdir(path) : unlink(path));
    await syncFolder(dirname(path));
    return undefined;
  } catch (error) {
    const next = isFolder === undefined ? lookAt(path, error) : isFolder ? `ls -la ${path}` : `sudo rm ${path}`;
    return codeOf(error) === 'ENOENT' ? undefined : { why: `${path} cannot be removed (${codeOf(error)})`, next };
  }
}

/** Lifts the stop of this name, and no other: the file first, then the mark. Whoever may lift it has been asked before. */
export async function clearStop(files: StopFiles, id: string): Promise<Cleared> {
  const stop = await readStop(files);
  if (stop === undefined) return { state: 'none' };
  if (stop.id !== id) return { state: 'other', stop };
  const kept = (await remove(files.file)) ?? (await remove(files.mark));
  return kept === undefined ? { state: 'cleared' } : { state: 'kept', ...kept };
}

/**
 * Takes the file of this stop away and leaves the mark, which goes on stopping until hands have taken it away too: for whoever may write where the file
 * lies, which hands need not. What fails is said by the hands, who find the file still there.
 */
export async function takeSwitchAway(files: StopFiles, id: string): Promise<void> {
  const stop = await readStop(files);
  if (stop?.id === id && stop.isFileThere) await remove(files.file);
}
