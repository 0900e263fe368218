import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, constants, fstatSync, lstatSync, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { setImmediate as otherWork } from 'node:timers/promises';
import { killGroup } from '../usage/kill-group.js';
import { asReader, quickTree } from '../usage/workspace-usage.js';
import type { HeldFolder } from './held-folder.js';
import { codeOf, holdFolder } from './held-folder.js';

/** O_PATH, as for folders: opens nothing. */
const pathOnly = 0o10_000_000;
const setIdBits = 0o6000;
/** Of names: what parts them, and how find marks a file. */
const [slash, file] = [0x2f, 0x66];
/** Times of files come from a clock that is up to some milliseconds behind. */
const slackMilliseconds = 1_000;
/** Another process may move folders about while they are looked through: what one look misses the next one finds. */
const looksMax = 5;
/** For all paths of an action together; less than its workflow waits after the wall clock. */
const millisecondsMax = 20_000;
/** Between two turns of the event loop; one takes some microseconds. */
const stepsAtOnce = 16;
/** A path has no greatest length, only the names in it have. */
const pathBytesMax = 1_048_576;

export interface Left {
  /** What the action could write to: folders, or single files. */
  readonly paths: readonly string[];
  /** The account that it ran under, outside. */
  readonly uid: number;
  /** Milliseconds since 1970: what was changed before is none of its doing. */
  readonly since: number;
  readonly bwrap: string;
}

interface Facts {
  readonly uid: number;
  readonly mode: number;
  readonly ctimeMs: number;
  isFile(): boolean;
}

/**
 * A regular file with such a bit that the action made or changed: it may change the bits of its own files only, and the content of those that others
 * may write; a write through a map leaves the bits on. The time is the kernel's, which no action can set.
 */
const isMeant = ({ uid, since }: Left, facts: Facts) =>
  facts.isFile() &&
  (facts.mode & setIdBits) !== 0 &&
  facts.ctimeMs >= since - slackMilliseconds &&
  (facts.uid === uid || (facts.mode & 0o022) !== 0);

/** The same in the words of find; the reader of an ordinary user sees its own files as those of 0. */
function findArgs(path: string, inode: number, { uid, since }: Left): string[] {
  const owner = process.getuid?.() === 0 ? uid : 0;
  const isItself = ['-type', 'd', '-inum', String(inode), '-printf', String.raw`d\0`];
  const changed = `@${((since - slackMilliseconds) / 1_000).toFixed(3)}`;
  const mine = ['(', '-uid', String(owner), '-o', '-perm', '/022', ')'];
  const isWanted = ['-type', 'f', '-perm', '/6000', '-newerct', changed, ...mine, '-printf', String.raw`f%P\0`];
  return ['/usr/bin/find', '-P', path, '-ignore_readdir_race', '(', ...isItself, ')', '-o', '(', ...isWanted, ')'];
}

function split(bytes: Buffer, separator: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0, end = bytes.indexOf(separator); ; at = end + 1, end = bytes.indexOf(separator, at)) {
    parts.push(bytes.subarray(at, end < 0 ? bytes.length : end));
    if (end < 0) return parts;
  }
}

/** What find prints, one after the other, however much that is: an action decides how many files there are, and how long their paths. */
async function* records(output: Readable): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of output) {
    const parts = split(Buffer.concat([rest, chunk as Buffer]), 0);
    rest = parts.pop() ?? Buffer.alloc(0);
    if (rest.length > pathBytesMax) throw new Error(`the path of a file in it is longer than ${pathBytesMax} bytes`);
    yield* parts;
  }
}

/** The same for what is too much for a quick look, by a program, which goes to any depth. */
async function* searchByProgram(path: string, inode: number, left: Left, milliseconds: number): AsyncGenerator<Buffer> {
  const [program = '', ...args] = [...asReader(left.bwrap), ...findArgs(path, inode, left)];
  const child = spawn(program, args, { cwd: '/', env: {}, stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  const ended = once(child, 'close') as Promise<[number | null]>;
  // Heard of below; where what was found cannot be used nobody asks any more.
  ended.catch(() => undefined);
  const timer = setTimeout(() => killGroup(child), milliseconds);
  let sawFolder = false;
  try {
    for await (const record of records(child.stdout)) {
      if (record[0] === file) yield record.subarray(1);
      else sawFolder = true;
    }
    const [code] = await ended;
    // bwrap reports a signal as 128 + its number.
    if (code === null || code >= 128) throw new Error(`${path} could not be looked through in time`);
  } finally {
    clearTimeout(timer);
    killGroup(child);
  }
  // Some folder may be closed, to the action as well; but that it saw nothing at all proves nothing.
  if (!sawFolder) throw new Error(`${path} cannot be looked through`);
}

/** Names below the path, as bytes; an empty one is the path itself. Mounts below a grant are looked through, as the action saw them. */
async function* search(path: string, left: Left, milliseconds: number): AsyncGenerator<Buffer> {
  const stats = lstatSync(path);
  const few = stats.isDirectory() ? quickTree(path) : [{ name: Buffer.alloc(0), stats }];
  if (few === undefined) yield* searchByProgram(path, stats.ino, left, milliseconds);
  else for (const { name, stats: facts } of few) if (isMeant(left, facts)) yield name;
}

/** By descriptor, and looked at again: what was found may be a link by now, and another file's bits are not ours to take. */
function takeOff(folder: HeldFolder, name: Buffer | string, left: Left): void {
  const descriptor = openSync(folder.at(name), pathOnly | constants.O_NOFOLLOW);
  try {
    const stats = fstatSync(descriptor);
    if (isMeant(left, stats)) chmodSync(`/proc/self/fd/${descriptor}`, stats.mode & 0o7777 & ~setIdBits);
  } finally {
    closeSync(descriptor);
  }
}

/** An action may have closed its folders; only root gets through all the same. They are closed again. */
function throughClosed<T>(folder: HeldFolder, work: () => T): T {
  const isOpen = process.getuid?.() === 0 || (folder.stats.mode & 0o100) !== 0;
  if (!isOpen) chmodSync(folder.self, (folder.stats.mode & 0o7777) | 0o100);
  try {
    return work();
  } finally {
    if (!isOpen) chmodSync(folder.self, folder.stats.mode & 0o7777);
  }
}

/** Lets others have their turn now and then: an action decides how many steps there are. */
function createSteps(): () => Promise<void> {
  let steps = 0;
  return async () => {
    steps += 1;
    if (steps % stepsAtOnce === 0) await otherWork();
  };
}

/** From folder to folder, and never more than two of them open: an action decides how deep that goes. */
async function takeOffAt(path: string, name: Buffer, left: Left, step: () => Promise<void>): Promise<void> {
  const names = name.length === 0 ? [Buffer.from(basename(path))] : split(name, slash);
  let folder = holdFolder(name.length === 0 ? dirname(path) : path);
  try {
    for (const each of names.slice(0, -1)) {
      const outer = folder;
      folder = throughClosed(outer, () => holdFolder(outer.at(each)));
      outer.close();
      await step();
    }
    for (const each of names.slice(-1)) throughClosed(folder, () => takeOff(folder, each, left));
    await step();
  } catch (error) {
    // Gone, or something else by now: the next look tells.
    if (!['ENOENT', 'ENOTDIR', 'ELOOP'].includes(codeOf(error))) throw error;
  } finally {
    folder.close();
  }
}

/**
 * Takes the set-uid and set-gid bits off every file that an action made or changed in its workspace and its writable grants, so that nobody on the
 * host who starts one becomes its account (spec X2). Folders keep theirs: there the bit only says whose group new files get. Call it when no
 * process of the action is left. Throws where a bit stays, and where there is more to do than can be done in `milliseconds`.
 */
export async function takeSetIdBits(left: Left, milliseconds = millisecondsMax): Promise<void> {
  const [step, end] = [createSteps(), performance.now() + milliseconds];
  for (const path of left.paths) {
    for (let looks = 0, found = true; found; looks += 1) {
      if (looks > looksMax) throw new Error(`${path}: files with set-id bits come again as fast as they are taken off`);
      found = false;
      for await (const name of search(path, left, Math.max(1, end - performance.now()))) {
        if (performance.now() > end) throw new Error(`${path}: more files with set-id bits, or deeper ones, than can be reached in time`);
        found = true;
        await takeOffAt(path, name, left, step);
      }
    }
  }
}
