import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, constants, fstatSync, lstatSync, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { buffer } from 'node:stream/consumers';
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

/** Names below the path, as bytes; an empty one is the path itself. Mounts below a grant are looked through, as the action saw them. */
async function search(path: string, left: Left): Promise<readonly Buffer[]> {
  const stats = lstatSync(path);
  if (!stats.isDirectory()) return isMeant(left, stats) ? [Buffer.alloc(0)] : [];
  const few = quickTree(path);
  if (few !== undefined)
    return few.filter((each) => isMeant(left, each.stats)).map((each) => Buffer.from(each.path.slice(path.length + 1)));
  const [program = '', ...args] = [...asReader(left.bwrap), ...findArgs(path, stats.ino, left)];
  const child = spawn(program, args, { cwd: '/', env: {}, stdio: ['ignore', 'pipe', 'ignore'] });
  const failed = once(child, 'error').then(([error]) => Promise.reject(error as Error));
  const seen = split(await Promise.race([buffer(child.stdout), failed]), 0);
  // Some folder may be closed, to the action as well; but that it saw nothing at all proves nothing.
  if (!seen.some((each) => each.toString('latin1') === 'd')) throw new Error(`${path} cannot be looked through`);
  return seen.filter((each) => each[0] === file).map((each) => each.subarray(1));
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
function throughClosed(folder: HeldFolder, work: () => void): void {
  const isOpen = process.getuid?.() === 0 || (folder.stats.mode & 0o100) !== 0;
  if (!isOpen) chmodSync(folder.self, (folder.stats.mode & 0o7777) | 0o100);
  try {
    work();
  } finally {
    if (!isOpen) chmodSync(folder.self, folder.stats.mode & 0o7777);
  }
}

function takeOffBelow(folder: HeldFolder, [name, ...rest]: readonly Buffer[], left: Left): void {
  if (name === undefined) return;
  throughClosed(folder, () => {
    if (rest.length === 0) {
      takeOff(folder, name, left);
      return;
    }
    const inner = holdFolder(folder.at(name));
    try {
      takeOffBelow(inner, rest, left);
    } finally {
      inner.close();
    }
  });
}

function takeOffAt(path: string, name: Buffer, left: Left): void {
  const folder = holdFolder(name.length === 0 ? dirname(path) : path);
  try {
    takeOffBelow(folder, name.length === 0 ? [Buffer.from(basename(path))] : split(name, slash), left);
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
 * process of the action is left. Throws where a bit stays.
 */
export async function takeSetIdBits(left: Left): Promise<void> {
  for (const path of left.paths) {
    let looks = 0;
    for (let found = await search(path, left); found.length > 0; found = await search(path, left)) {
      looks += 1;
      if (looks > looksMax) throw new Error(`${path}: files with set-id bits come again as fast as they are taken off`);
      for (const name of found) takeOffAt(path, name, left);
    }
  }
}
