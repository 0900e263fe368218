import type { Stats } from 'node:fs';
import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, opendirSync, readFileSync, renameSync } from 'node:fs';

/** O_PATH: Linux has it on every architecture, node does not name it. Needs no permission on the folder itself, and opens nothing. */
const pathOnly = 0o10_000_000;
const names = 512;

/**
 * A folder that is held by a descriptor. Its entries are reached through /proc/self/fd, which node has instead of `openat`: no path ever
 * grows longer than one name, and whatever the names above it become, nothing else is meant.
 */
export interface HeldFolder {
  readonly stats: Stats;
  /** Which mount it was reached through: a bind mount has another one, though its device may be the same. */
  readonly mount: string;
  /** Names the folder itself, whatever it is called. */
  readonly self: string;
  /** Names an entry of it; a link as the last part is not followed by the calls that this folder uses. */
  at(name: Buffer | string): Buffer;
  close(): void;
}

/** Throws ENOTDIR for a link, a file, a device: nothing but a folder is ever opened. */
export function holdFolder(path: Buffer | string): HeldFolder {
  const descriptor = openSync(path, pathOnly | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  const self = `/proc/self/fd/${descriptor}`;
  try {
    const about = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8');
    return {
      stats: fstatSync(descriptor),
      mount: /^mnt_id:\s*(\d+)$/m.exec(about)?.[1] ?? '',
      self,
      at: (name) => Buffer.concat([Buffer.from(`${self}/`), typeof name === 'string' ? Buffer.from(name) : name]),
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Holds it while `work` runs. */
export async function withFolder<T>(path: Buffer | string, work: (held: HeldFolder) => Promise<T> | T): Promise<T> {
  const held = holdFolder(path);
  try {
    return await work(held);
  } finally {
    held.close();
  }
}

export const isSameFile = (one: Pick<Stats, 'dev' | 'ino'>, other: Pick<Stats, 'dev' | 'ino'>): boolean =>
  one.dev === other.dev && one.ino === other.ino;

/** The names in a folder, in batches and as the bytes that they are: most need not be text, and there may be a million of them. */
export function* namesIn(folder: HeldFolder): Generator<Buffer[]> {
  // Node takes 'buffer' here as everywhere; its types do not know.
  const listing = opendirSync(folder.self, { encoding: 'buffer' as BufferEncoding, bufferSize: names });
  try {
    for (let batch: Buffer[] = []; ;) {
      const entry = listing.readSync();
      if (entry !== null) batch.push(entry.name as unknown as Buffer);
      if (batch.length === names || (entry === null && batch.length > 0)) {
        yield batch;
        batch = [];
      }
      if (entry === null) return;
    }
  } finally {
    listing.closeSync();
  }
}

export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

/** What lies there, itself: never what a link leads to. Undefined where nothing does. */
export function lookAtEntry(folder: HeldFolder, name: Buffer | string): Stats | undefined {
  return lstatSync(folder.at(name), { throwIfNoEntry: false });
}

/** Makes a folder for this process alone inside of a held one, and holds it. */
export function makeHeld(parent: HeldFolder, name: string): HeldFolder {
  mkdirSync(parent.at(name), { mode: 0o700 });
  return holdFolder(parent.at(name));
}

export function moveEntry(from: HeldFolder, name: Buffer | string, to: HeldFolder, newName: string): void {
  renameSync(from.at(name), to.at(newName));
}
