import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import type { Disk } from './disk.js';
import { realDisk } from './disk.js';

// Whoever looks at a file that was written here finds all of it or what was there before, after a power cut too. What a function wrote stays
// once it has returned; it throws where the disk did not take everything.

export interface FileWriting {
  /** As for open(2): the umask takes from it. */
  readonly mode: number;
  /** The name under which it is written first; default: one that nobody else has. Under a fixed one only one at a time can write, else EEXIST. */
  readonly aside?: string;
  /** Gives the file more than its bytes, such as an owner, before it gets the name that counts. */
  readonly adjust?: (descriptor: number) => void;
}

/** Random: in a container every process has the same pid, and must not stumble over what an earlier one left behind. */
const nameAside = (file: string) => join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}.tmp`);

/** A call on a descriptor does not know which file it was; what is no error of the system is left as it is. */
function named(file: string, error: unknown): unknown {
  const { errno, code, message } = error as NodeJS.ErrnoException;
  return errno === undefined ? error : Object.assign(new Error(`${file} cannot be written: ${message}`, { cause: error }), { code });
}

async function naming<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw named(file, error);
  }
}

function writeAll(disk: Disk, descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length;) {
    const taken = disk.write(descriptor, bytes.subarray(done));
    if (taken === 0) throw Object.assign(new Error(`the disk took ${done} of ${bytes.length} bytes`), { errno: 0, code: 'ENOSPC' });
    done += taken;
  }
}

async function writeSynced(disk: Disk, descriptor: number, text: string, adjust?: FileWriting['adjust']): Promise<void> {
  writeAll(disk, descriptor, text);
  adjust?.(descriptor);
  await disk.sync(descriptor);
}

/** Whole and durable under another name; the caller gives it the one that counts. */
async function writeAside(file: string, content: () => string, writing: FileWriting, disk: Disk): Promise<string> {
  const { mode, aside = nameAside(file), adjust } = writing;
  const descriptor = disk.create(aside, mode);
  try {
    await writeSynced(disk, descriptor, content(), adjust);
  } catch (error) {
    disk.remove(aside);
    throw error;
  } finally {
    disk.close(descriptor);
  }
  return aside;
}

/** In one step in place of what is there, or new. A function is asked for the content once nobody else can write under the same `aside`. */
export function replaceFile(file: string, content: string | (() => string), writing: FileWriting, disk: Disk = realDisk): Promise<void> {
  return naming(file, async () => {
    const aside = await writeAside(file, typeof content === 'string' ? () => content : content, writing, disk);
    try {
      disk.rename(aside, file);
    } catch (error) {
      disk.remove(aside);
      throw error;
    }
    await disk.syncFolder(dirname(file));
  });
}

/** A file that is too long for memory, as it grows: it has no name that counts before all of it is durable. */
export interface GrowingFile {
  put(text: string): void;
  /** In one step in place of what is there, or new. */
  keepAs(file: string): Promise<void>;
  /** After `keepAs` it does nothing. */
  discard(): void;
}

export function growFile(folder: string, writing: FileWriting, disk: Disk = realDisk): GrowingFile {
  const aside = writing.aside ?? nameAside(join(folder, 'growing'));
  const descriptor = disk.create(aside, writing.mode);
  let isOpen = true;
  const discard = () => {
    if (!isOpen) return;
    isOpen = false;
    disk.close(descriptor);
    disk.remove(aside);
  };
  return {
    put: (text) => writeAll(disk, descriptor, text),
    keepAs: (file) =>
      naming(file, async () => {
        try {
          await writeSynced(disk, descriptor, '', writing.adjust);
          disk.rename(aside, file);
        } catch (error) {
          discard();
          throw error;
        }
        isOpen = false;
        disk.close(descriptor);
        await disk.syncFolder(dirname(file));
      }),
    discard,
  };
}

/** A file that must not be there yet: true for exactly one caller. Where it is false, what another one wrote is durable too. */
export function createFile(file: string, content: string, writing: FileWriting, disk: Disk = realDisk): Promise<boolean> {
  return naming(file, async () => {
    const aside = await writeAside(file, () => content, writing, disk);
    let isNew = true;
    try {
      disk.link(aside, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      isNew = false;
    } finally {
      disk.remove(aside);
    }
    await disk.syncFolder(dirname(file));
    return isNew;
  });
}

/** Adds text at the end. What a failure or a power cut leaves of it is torn: for files whose readers know that. */
export function appendText(file: string, text: string, { mode }: Pick<FileWriting, 'mode'>, disk: Disk = realDisk): Promise<void> {
  return naming(file, async () => {
    const descriptor = disk.append(file, mode);
    try {
      await writeSynced(disk, descriptor, text);
    } finally {
      disk.close(descriptor);
    }
    await disk.syncFolder(dirname(file));
  });
}

/**
 * Makes the folder and those above it: each new one is synced in the one that holds it. It is there before the first await. One that is there
 * already may have been made a moment before a crash; where the one that holds it is closed to us, it was made by somebody else.
 */
export async function makeFolder(folder: string, mode: number, disk: Disk = realDisk): Promise<void> {
  const first = disk.makeFolder(folder, mode);
  if (first === undefined) {
    await disk.syncFolder(dirname(folder)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    });
    return;
  }
  for (let made = folder; ; made = dirname(made)) {
    await disk.syncFolder(dirname(made));
    if (made === first || made === dirname(made)) return;
  }
}

/** Gives a file or folder another name, over one that is there (a folder: that is empty) too. What lies in it is not synced: that is for whoever wrote it. */
export async function moveEntry(from: string, to: string, disk: Disk = realDisk): Promise<void> {
  disk.rename(from, to);
  await disk.syncFolder(dirname(to));
}

/** Makes durable what somebody else wrote, such as another program: its bytes. Its name is an entry of its folder. */
export const syncFile = (file: string, disk: Disk = realDisk): Promise<void> => disk.syncFile(file);

/** Makes durable which names are in a folder. */
export const syncFolder = (folder: string, disk: Disk = realDisk): Promise<void> => disk.syncFolder(folder);
