import { closeSync, constants, fsync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { makeFolders } from './make-folders.js';

/** The calls that can fail in ways that matter, and between which the power may go; tests inject both here. */
export interface Disk {
  /** Makes a file that must not be there, and opens it. */
  create(file: string, mode: number): number;
  /** Opens for append a file that need not be there. */
  append(file: string, mode: number): number;
  /** How many of the bytes were taken: a disk that is almost full takes some, and says that all went well. */
  write(descriptor: number, bytes: Uint8Array): number;
  sync(descriptor: number): Promise<void>;
  close(descriptor: number): void;
  /** Throws EEXIST where `to` is there. */
  link(from: string, to: string): void;
  rename(from: string, to: string): void;
  remove(file: string): void;
  /** Makes the folder and those above it; the first that had to be made, or undefined. */
  makeFolder(folder: string, mode: number): string | undefined;
  syncFile(file: string): Promise<void>;
  syncFolder(folder: string): Promise<void>;
}

const sync = promisify(fsync);

async function syncPath(path: string, flags: number): Promise<void> {
  const descriptor = openSync(path, flags);
  try {
    await sync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The disk is waited for in the thread pool, and only there: every other call takes microseconds, and a hundred times as long where it has to
 * go through the pool. The start of an action makes about forty of them.
 */
export const realDisk: Disk = {
  create: (file, mode) => openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, mode),
  append: (file, mode) => openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW, mode),
  write: (descriptor, bytes) => writeSync(descriptor, bytes),
  sync,
  close: closeSync,
  link: linkSync,
  rename: renameSync,
  remove: (file) => rmSync(file, { force: true }),
  makeFolder: makeFolders,
  syncFile: (file) => syncPath(file, constants.O_RDONLY | constants.O_NOFOLLOW),
  syncFolder: (folder) => syncPath(folder, constants.O_RDONLY | constants.O_DIRECTORY),
};
