import { readdirSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** One file of a log, open and as long as it was when the list was made. */
export interface SegmentFile {
  readonly name: string;
  readonly isActive: boolean;
  /** Device and inode. */
  readonly identity: string;
  readonly handle: FileHandle;
  readonly bytes: number;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The closed segments of a log, oldest first, by their names: `<log>.<first seq>.<day of closing>[.<n>].jsonl`. */
export function closedSegments(path: string): readonly string[] {
  const stem = basename(path).replace(/\.jsonl$/, '');
  const names = namesIn(dirname(path)).flatMap((name) => {
    if (!name.startsWith(`${stem}.`)) return [];
    const [, seq, count] = /^(\d{12,15})\.\d{8}(?:\.(\d{1,9}))?\.jsonl$/.exec(name.slice(stem.length + 1)) ?? [];
    return seq === undefined ? [] : [{ name, seq: Number(seq), count: Number(count ?? 0) }];
  });
  return names.sort((a, b) => a.seq - b.seq || a.count - b.count || (a.name < b.name ? -1 : 1)).map(({ name }) => name);
}

/** Closed segments that somebody has packed: they are read by nobody. */
export function packedSegments(path: string): readonly string[] {
  const stem = basename(path).replace(/\.jsonl$/, '');
  return namesIn(dirname(path)).filter(
    (name) => name.startsWith(`${stem}.`) && /^\d{12,15}\.\d{8}(\.\d{1,9})?\.jsonl\.\w{1,5}$/.test(name.slice(stem.length + 1)),
  );
}

const unpackers: Readonly<Record<string, string>> = { gz: 'gunzip -k', xz: 'unxz -k', bz2: 'bunzip2 -k', zst: 'unzstd' };

/** What to type to unpack it beside itself. */
export function unpacking(path: string, packed: string): string {
  const file = join(dirname(path), packed);
  return `${unpackers[packed.slice(packed.lastIndexOf('.') + 1)] ?? 'unpack'} ${file}`;
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Opens every file of a log at one moment, oldest first; the active one last, where there is one. Takes no lock: a rotation in between is
 * seen by the names that have changed, and then the files are opened again. Whoever calls this closes them.
 */
export async function openSegments(path: string): Promise<readonly SegmentFile[]> {
  for (let attempt = 1; ; attempt += 1) {
    const names = closedSegments(path);
    const handles: (FileHandle | undefined)[] = [];
    try {
      for (const name of [...names, basename(path)]) handles.push(await openIfThere(join(dirname(path), name)));
      const isSteady = handles.slice(0, -1).every((handle) => handle !== undefined) && closedSegments(path).join() === names.join();
      if (isSteady || attempt === 5) {
        const files: SegmentFile[] = [];
        for (const [index, handle] of handles.entries()) {
          if (handle === undefined) continue;
          const { dev, ino, size: bytes } = await handle.stat();
          const identity = `${dev}:${ino}`;
          files.push({ name: names[index] ?? basename(path), isActive: index === names.length, identity, handle, bytes });
        }
        return files;
      }
    } catch (error) {
      await closeAll(handles);
      throw error;
    }
    await closeAll(handles);
  }
}

async function closeAll(handles: readonly (FileHandle | undefined)[]): Promise<void> {
  for (const handle of handles) await handle?.close();
}

export const closeSegments = (files: readonly SegmentFile[]): Promise<void> => closeAll(files.map(({ handle }) => handle));

/** Called for each whole line: bytes `start` ... `end` - 1 of the buffer; byte `start` - 1 is free. Returns false to stop. */
export type LineTaker = (buffer: Buffer, start: number, end: number) => boolean;

const chunkBytes = 1 << 20;

/**
 * Splits `from` ... `to` of a file at newlines and at nothing else. Returns where the last whole line that was taken ends: what is between
 * there and `to` has no newline, or was not asked for any more.
 */
export async function forEachLine(handle: FileHandle, from: number, to: number, take: LineTaker): Promise<number> {
  // One byte in front of everything: the taker puts the prefix of a leaf hash there, which spares a copy of each line.
  let buffer = Buffer.allocUnsafe(1 + chunkBytes);
  let [filled, position, taken] = [1, from, from];
  while (position < to) {
    if (buffer.length - filled < chunkBytes / 2) buffer = Buffer.concat([buffer.subarray(0, filled)], buffer.length * 2);
    const { bytesRead } = await handle.read(buffer, filled, Math.min(buffer.length - filled, to - position), position);
    if (bytesRead === 0) break;
    const searchFrom = filled;
    filled += bytesRead;
    position += bytesRead;
    let start = 1;
    for (let end = buffer.indexOf(0x0a, searchFrom); end >= 0 && end < filled; end = buffer.indexOf(0x0a, start)) {
      const goesOn = take(buffer, start, end);
      taken += end - start + 1;
      start = end + 1;
      if (!goesOn) return taken;
    }
    buffer.copy(buffer, 1, start, filled);
    filled = 1 + filled - start;
  }
  return taken;
}
