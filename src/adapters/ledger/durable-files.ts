import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeSynced(file: string, value: unknown): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(JSON.stringify(value));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Random: in a container every process has the same pid, and must not stumble over what an earlier one left behind. */
const temporaryName = (file: string) => `${file}.${randomUUID()}.tmp`;

/** Makes the folder and its parents, durably: each one that is new is synced in the one above. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
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
    await link(temporary, file);
    await syncFolder(dirname(file));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Replaces a file in one step, durably. */
export async function replace(file: string, value: unknown): Promise<void> {
  const temporary = temporaryName(file);
  await writeSynced(temporary, value);
  await rename(temporary, file);
  await syncFolder(dirname(file));
}

export type ReadJson = { readonly kind: 'absent' } | { readonly kind: 'broken' } | { readonly kind: 'value'; readonly value: unknown };

/** The file's JSON; `absent` where there is none, `broken` where it cannot be read as JSON. */
export async function readJson(file: string): Promise<ReadJson> {
  try {
    return { kind: 'value', value: JSON.parse(await readFile(file, 'utf8')) };
  } catch (error) {
    return { kind: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'broken' };
  }
}
