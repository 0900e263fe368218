import { closeSync, fdatasyncSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LogName } from '../../../domain/trail/logs.js';
import { replaceFile } from './head-keys.js';
import { headsOf, notesBeside, readIfThere } from './read-heads.js';
import type { Head, VerifierKey } from '../format/signed-note.js';
import { encodeVerifierKey } from '../format/signed-note.js';
import type { Finding } from '../contract/verdict.js';

export interface HeadStore {
  /** The largest head that this key has signed, wherever a copy is left; and the first that it has not, though it lies there. */
  newest(log: LogName): { readonly head: Head | undefined; readonly problem: Finding | undefined };
  /** Durable in the first place when it returns. Throws where that failed; a failing second place is returned. */
  add(log: LogName, note: string): Error | undefined;
}

/** What a kill tore stays as it is: the next note begins in a line of its own. */
function appendNote(path: string, note: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(path, 'a+', 0o644);
  try {
    const { size } = fstatSync(fd);
    const last = Buffer.alloc(1);
    const isTorn = size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
    const bytes = Buffer.from(`${isTorn ? '\n' : ''}${JSON.stringify({ note })}\n`);
    if (writeSync(fd, bytes) !== bytes.length) throw new Error(`${path} was written in part: is the disk full?`);
    fdatasyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** History first: the newest head is never one that the history does not have. */
function put(folder: string, log: LogName, note: string): void {
  appendNote(join(folder, `${log}.heads.jsonl`), note);
  replaceFile(join(folder, `${log}.head`), note);
}

export function createHeadStore(folder: string, secondPlace: string | undefined, key: VerifierKey): HeadStore {
  return {
    newest(log) {
      const notes = [folder, ...(secondPlace === undefined ? [] : [secondPlace])].flatMap((place) => notesBeside(place, log, false));
      const { heads, problem } = headsOf(notes, log, key);
      return { head: heads.at(-1), problem };
    },
    add(log, note) {
      put(folder, log, note);
      if (secondPlace === undefined) return undefined;
      try {
        const publicPath = join(secondPlace, 'heads.pub');
        if (readIfThere(publicPath) === undefined) replaceFile(publicPath, `${encodeVerifierKey(key)}\n`);
        put(secondPlace, log, note);
        return undefined;
      } catch (error) {
        return error instanceof Error ? error : new Error(String(error));
      }
    },
  };
}
