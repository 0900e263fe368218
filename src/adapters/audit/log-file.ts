import { constants, fstatSync, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { JanusError } from '../../domain/errors.js';

/** The file operations that can fail in ways that matter; tests inject the failures here. */
export interface FileSeam {
  write(handle: FileHandle, bytes: Buffer): Promise<number>;
  datasync(handle: FileHandle): Promise<void>;
}

export const realFiles: FileSeam = {
  write: async (handle, bytes) => (await handle.write(bytes, 0, bytes.length)).bytesWritten,
  datasync: (handle) => handle.datasync(),
};

const unavailable = (message: string, cause?: unknown) =>
  new JanusError('AUDIT_UNAVAILABLE', message, { cause, next: 'look at the disk and at the file: ubos doctor' });

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Opens for append; a new file is made durable in its folder before anything is written to it. */
export async function openLog(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true });
  const flags = constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW;
  try {
    return await open(path, flags);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unavailable(`${path} cannot be opened: ${String(error)}`, error);
  }
  const handle = await open(path, flags | constants.O_CREAT, 0o640);
  await syncFolder(dirname(path));
  return handle;
}

/** Device and inode: what a name stands for. */
export type FileIdentity = string;

/**
 * The file behind the name must still be the one that was read, and may only have grown: anything else was done to it by hand. Returns what
 * it is and how long it is.
 */
export function assertSameFile(
  path: string,
  handle: FileHandle,
  known: { readonly identity: FileIdentity | undefined; readonly bytes: number },
): { readonly identity: FileIdentity; readonly bytes: number } {
  // Microseconds; asked of the thread pool it would take as long as everything else under the lock.
  const [byName, byHandle] = [statSync(path, { throwIfNoEntry: false }), fstatSync(handle.fd)];
  const identity = `${String(byHandle.dev)}:${String(byHandle.ino)}`;
  if (byName === undefined) throw unavailable(`${path} was deleted while it was in use`);
  if (`${String(byName.dev)}:${String(byName.ino)}` !== identity || (known.identity ?? identity) !== identity)
    throw unavailable(`${path} was replaced while it was in use`);
  if (byHandle.size < known.bytes) throw unavailable(`${path} has shrunk from ${String(known.bytes)} to ${String(byHandle.size)} bytes`);
  return { identity, bytes: byHandle.size };
}

/** Throws AUDIT_UNAVAILABLE where the disk did not take it. */
export async function syncDurably(files: FileSeam, path: string, handle: FileHandle): Promise<void> {
  try {
    await files.datasync(handle);
  } catch (error) {
    // Never again on this descriptor: after a failed sync the kernel may call lost pages clean (fsyncgate, 2018).
    throw unavailable(`${path} could not be synced to the disk: ${String(error)}`, error);
  }
}

/** One write. The line counts only after the sync; a short write is left as it is, and the next append seals it. */
export async function appendWhole(files: FileSeam, path: string, handle: FileHandle, bytes: Buffer): Promise<void> {
  let written: number;
  try {
    written = await files.write(handle, bytes);
  } catch (error) {
    throw unavailable(`${path} cannot be written: ${String(error)}`, error);
  }
  if (written !== bytes.length)
    throw unavailable(`${path} took only ${String(written)} of ${String(bytes.length)} bytes: is the disk full?`);
}

/** One write, then fdatasync: only then does the line count. */
export async function appendDurably(files: FileSeam, path: string, handle: FileHandle, bytes: Buffer): Promise<void> {
  await appendWhole(files, path, handle, bytes);
  await syncDurably(files, path, handle);
}
