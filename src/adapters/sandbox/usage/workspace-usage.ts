import { spawn } from 'node:child_process';
import type { Stats } from 'node:fs';
import { lstatSync } from 'node:fs';
import { JanusError } from '../../../domain/errors.js';
import { holdFolder, lookAtEntry, namesIn } from '../workspace/held-folder.js';
import { killGroup } from './kill-group.js';

const mebibyte = 1_048_576;
const blockBytes = 512;
/** A tree of so few names is measured in the worker itself, at once; starting a program would take longer. */
const quickNames = 256;
/** A measurement that takes longer does not count: what was seen until then says nothing about the rest. */
const scanMilliseconds = 10_000;

/** What a folder holds: names below it (a hard link is one more), and space on disk, each file once. */
export interface FolderUsage {
  readonly inodes: number;
  readonly mb: number;
}

/** Adds up `inode links blocks` lines, as find prints them; `add` tells when there are more than `stopAt` names. */
export function createFolderSum(stopAt: number): { add(text: string): boolean; isEmpty(): boolean; usage(): FolderUsage } {
  const linked = new Set<string>();
  let [rest, inodes, blocks] = ['', -1, 0];
  return {
    add(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [inode = '', links = '', size = ''] = line.split(' ');
        inodes += 1;
        if (Number(links) > 1 && linked.has(inode)) continue;
        if (Number(links) > 1) linked.add(inode);
        blocks += Number(size);
      }
      return inodes > stopAt;
    },
    isEmpty: () => inodes < 0,
    // The folder itself is no name in it.
    usage: () => ({ inodes: Math.max(0, inodes), mb: (blocks * blockBytes) / mebibyte }),
  };
}

/** Where it lies below the folder that was asked about, as the bytes that it is: two names can be the same text. */
interface Entry {
  readonly name: Buffer;
  readonly stats: Stats;
}

/** No slash at the end: with one, a link would be followed. */
const below = (...names: readonly Buffer[]): Buffer =>
  names.filter(({ length }) => length > 0).reduce((path, name) => Buffer.concat([path, Buffer.from('/'), name]));

/**
 * A folder and all that is in it, itself first, with an empty name. Only while nothing runs in it: names are followed one after the other. Undefined
 * where there is too much for it; it stops then, however much there is.
 */
export function quickTree(folder: string): readonly Entry[] | undefined {
  const found: Entry[] = [];
  try {
    found.push({ name: Buffer.alloc(0), stats: lstatSync(folder) });
    for (const { name, stats } of found) {
      if (!stats.isDirectory()) continue;
      const held = holdFolder(below(Buffer.from(folder), name));
      try {
        for (const names of namesIn(held)) {
          if (found.length + names.length > quickNames) return undefined;
          found.push(...names.map((each) => ({ name: below(name, each), stats: lstatSync(held.at(each)) })));
        }
      } finally {
        held.close();
      }
    }
    return found;
  } catch {
    // A folder that its owner closed, or a name longer than a path may be.
    return undefined;
  }
}

const lineOf = ({ ino, nlink, blocks }: Stats) => `${ino} ${nlink} ${blocks}\n`;

export function quickUsage(folder: string): FolderUsage | undefined {
  const sum = createFolderSum(quickNames);
  const tree = quickTree(folder);
  for (const { stats } of tree ?? []) sum.add(lineOf(stats));
  return tree === undefined ? undefined : sum.usage();
}

/**
 * The same, also while something runs in it: no name is followed but its own, so it says something only of a folder that holds no other. Undefined where
 * there is more, or nobody can tell.
 */
export function flatUsage(folder: string): FolderUsage | undefined {
  try {
    const held = holdFolder(folder);
    try {
      const sum = createFolderSum(quickNames);
      sum.add(lineOf(held.stats));
      for (const names of namesIn(held)) {
        if (names.length > quickNames) return undefined;
        for (const name of names) {
          const stats = lookAtEntry(held, name);
          if (stats?.isDirectory() === true) return undefined;
          if (stats !== undefined) sum.add(lineOf(stats));
        }
      }
      return sum.usage();
    } finally {
      held.close();
    }
  } catch {
    return undefined;
  }
}

/** An action may lock its own folders. Root reads them; in a user namespace of its own so does the account that they belong to. */
const inNamespace = ['--unshare-user', '--uid', '0', '--gid', '0', '--cap-drop', 'ALL', '--cap-add', 'CAP_DAC_READ_SEARCH'];
export const asReader = (bwrap: string) =>
  process.getuid?.() === 0 ? [] : [bwrap, ...inNamespace, '--die-with-parent', '--ro-bind', '/', '/'];

const unmeasured = (cause: unknown) =>
  new JanusError('SANDBOX_UNAVAILABLE', `the workspace cannot be measured: ${String(cause)}`, {
    cause,
    next: 'install findutils: ubos doctor',
  });

export interface Scan {
  readonly folder: string;
  readonly bwrap: string;
  /** So many names are enough: no tree is too large to be measured. */
  readonly stopAt: number;
  /** Hears how to end it before it is through. */
  readonly started?: (kill: () => void) => void;
  readonly milliseconds?: number;
}

/**
 * Measures with find, which goes from folder to folder by descriptor and follows no link; it is ended when it has seen enough. Throws
 * SANDBOX_UNAVAILABLE where it cannot be started, sees nothing, or is ended before it is through: what cannot be measured is neither empty nor
 * small.
 */
export function scanFolder({
  folder,
  bwrap,
  stopAt,
  started = () => undefined,
  milliseconds = scanMilliseconds,
}: Scan): Promise<FolderUsage> {
  const sum = createFolderSum(stopAt);
  const find = ['/usr/bin/find', '-P', folder, '-xdev', '-ignore_readdir_race', '-printf', '%i %n %b\\n'];
  const [program = '', ...args] = [...asReader(bwrap), ...find];
  return new Promise<FolderUsage>((resolve, reject) => {
    const child = spawn(program, args, { cwd: '/', env: {}, stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    let isEnough = false;
    const kill = () => killGroup(child);
    const patience = setTimeout(kill, milliseconds);
    started(kill);
    child.stdout.on('error', reject).on('data', (chunk: Buffer) => {
      if (!sum.add(chunk.toString('latin1'))) return;
      isEnough = true;
      kill();
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(patience);
      if (isEnough) resolve(sum.usage());
      // bwrap reports a signal as 128 + its number.
      else if (code === null || code >= 128) reject(new Error(`find was ended by ${signal ?? code}, ${milliseconds} ms are allowed`));
      else if (sum.isEmpty()) reject(new Error('find saw not even the folder itself'));
      else resolve(sum.usage());
    });
  }).catch((error: unknown) => {
    throw unmeasured(error);
  });
}

/** Grows only: what a folder gained since `before`; and what it holds. */
export function grownSince(
  before: FolderUsage,
  now: FolderUsage,
): { readonly inodes: number; readonly grownMb: number; readonly heldMb: number } {
  return { inodes: Math.max(0, now.inodes - before.inodes), grownMb: Math.max(0, now.mb - before.mb), heldMb: now.mb };
}
