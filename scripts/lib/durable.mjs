import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Syncs a file, or the names in a folder. */
export function syncPath(path) {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Gives a file that was written under another name the one that counts: after a kill or a power cut it is there as a whole, or not at all. */
export function putInPlace(aside, file) {
  syncPath(aside);
  renameSync(aside, file);
  syncPath(dirname(file));
}

/** The same for content; what `src/adapters/files/durable.ts` does, before anything is built. */
export function writeDurably(file, content, mode = 0o644) {
  const aside = `${file}.${process.pid}.tmp`;
  rmSync(aside, { force: true });
  try {
    writeFileSync(aside, content, { mode, flag: 'wx' });
    putInPlace(aside, file);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}
