import { randomUUID } from 'node:crypto';
import { closeSync, constants, fsync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/**
 * The disk is waited for in the thread pool, and only there: every other call here takes microseconds, and a hundred times as long where it
 * has to go through the pool. A start makes about forty of them.
 */
const synced = promisify(fsync);

async function syncFolder(folder: string): Promise<void> {
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await synced(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

async function writeSynced(file: string, value: unknown): Promise<void> {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeFileSync(descriptor, JSON.stringify(value));
    await synced(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Random: in a container every process has the same pid, and must not stumble over what an earlier one left behind. */
const temporaryName = (file: string) => `${file}.${randomUUID()}.tmp`;

/** Makes the folder and its parents, durably: each one that is new is synced in the one above. */
export async function makeFolder(folder: string): Promise<void> {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (let made = folder; ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (first === undefined || made === first || made === dirname(made)) return;
  }
}

/** Writes a file that must not exist yet: true for exactly one caller, whole and durable when it returns. */
export async function createExclusively(file: string, value: unknown): Promise<boolean> {
  const temporary = temporaryName(file);
  try {
    await writeSynced(temporary, value);
    linkSync(temporary, file);
    await syncFolder(dirname(file));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Replaces a file in one step, durably. */
export async function replace(file: string, value: unknown): Promise<void> {
  const temporary = temporaryName(file);
  await writeSynced(temporary, value);
  renameSync(temporary, file);
  await syncFolder(dirname(file));
}

export type ReadJson = { readonly kind: 'absent' } | { readonly kind: 'broken' } | { readonly kind: 'value'; readonly value: unknown };

/** The file's JSON; `absent` where there is none, `broken` where it cannot be read as JSON. */
export async function readJson(file: string): Promise<ReadJson> {
  try {
    return { kind: 'value', value: JSON.parse(readFileSync(file, 'utf8')) };
  } catch (error) {
    return { kind: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'broken' };
  }
}
