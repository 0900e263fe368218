import { constants, fstatSync, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { JanusError } from '../../../domain/errors.js';
import { makeFolder } from '../../files/durable.js';

/** The file operations that can fail in ways that matter; tests inject the failures here. */
export interface FileSeam {
  write(handle: FileHandle, bytes: Buffer): Promise<number>;
  datasync(handle: FileHandle): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** A new or renamed file is there after a power cut only when its folder was synced. */
  syncFolder(folder: string): Promise<void>;
}

export const realFiles: FileSeam = {
  write: async (handle, bytes) => (await handle.write(bytes, 0, bytes.length)).bytesWritten,
  datasync: (handle) => handle.datasync(),
  rename,
  syncFolder: async (folder) => {
    const handle = await open(folder, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

/** `durability` is unknown where the kernel may have lost what it had taken (spec L2). */
export const unavailable = (message: string, cause?: unknown, durability: 'known' | 'unknown' = 'known', next?: string) =>
  new JanusError('AUDIT_UNAVAILABLE', message, {
    cause,
    details: { durability },
    next: next ?? 'look at the disk and at the file: ubos doctor',
  });

/** Somebody else wrote to a log: whatever is appended behind that would vouch for it. */
export const foreign = (path: string, what: string, next?: string) =>
  unavailable(
    `${path}: ${what}`,
    undefined,
    'known',
    next ?? `keep a copy of ${path} as it is; ubos audit verify; docs/audit.md says how to go on`,
  );

/** After such a failure neither the descriptor nor the file behind it may be used again. */
export const leavesDurabilityUnknown = (error: unknown): boolean =>
  error instanceof JanusError && error.details['durability'] === 'unknown';

const errnoOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

const appendFlags = constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW;

/** Opens for append a file that must be there. */
export async function openLog(path: string): Promise<FileHandle> {
  try {
    return await open(path, appendFlags);
  } catch (error) {
    throw unavailable(`${path} cannot be opened: ${String(error)}`, error);
  }
}

/** Makes a file that must not be there. Its folder is the caller's to sync. */
export async function createLog(path: string): Promise<FileHandle> {
  await makeFolder(dirname(path), 0o700);
  try {
    return await open(path, appendFlags | constants.O_CREAT | constants.O_EXCL, 0o640);
  } catch (error) {
    throw unavailable(`${path} cannot be made: ${String(error)}`, error);
  }
}

/** Opens a closed file to be read; undefined where it is gone. */
export async function openClosed(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw unavailable(`${path} cannot be opened: ${String(error)}`, error);
  }
}

/** Device and inode: what a name stands for. */
export type FileIdentity = string;

/** What a name stands for; undefined where it stands for nothing. Microseconds: asked of the thread pool it would take as long as all else. */
export function identityOf(path: string): FileIdentity | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}

export function describeFile(handle: FileHandle): { readonly identity: FileIdentity; readonly bytes: number } {
  const { dev, ino, size } = fstatSync(handle.fd);
  return { identity: `${dev}:${ino}`, bytes: size };
}

/** Throws AUDIT_UNAVAILABLE, durability unknown, where the disk did not take it. */
export async function syncDurably(files: FileSeam, path: string, handle: FileHandle): Promise<void> {
  try {
    await files.datasync(handle);
  } catch (error) {
    // Never again on this descriptor: after a failed sync the kernel may call lost pages clean (fsyncgate, 2018).
    throw unavailable(`${path} could not be synced to the disk: ${String(error)}`, error, 'unknown');
  }
}

/** One write. The line counts only after the sync; a short write is left as it is, and the next append seals it. */
export async function appendWhole(files: FileSeam, path: string, handle: FileHandle, bytes: Buffer): Promise<void> {
  let written: number;
  try {
    written = await files.write(handle, bytes);
  } catch (error) {
    // A full or read-only disk refuses and forgets nothing; an input/output error may be one of an earlier write.
    throw unavailable(`${path} cannot be written: ${String(error)}`, error, errnoOf(error) === 'EIO' ? 'unknown' : 'known');
  }
  if (written !== bytes.length) throw unavailable(`${path} took only ${written} of ${bytes.length} bytes: is the disk full?`);
}

/** One write, then fdatasync: only then does the line count. */
export async function appendDurably(files: FileSeam, path: string, handle: FileHandle, bytes: Buffer): Promise<void> {
  await appendWhole(files, path, handle, bytes);
  await syncDurably(files, path, handle);
}
