import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { LogName } from '../../../domain/trail/logs.js';
import { appendText, makeFolder } from '../../files/durable.js';
import { publish } from './head-keys.js';
import { headsOf, notesBeside, readIfThere } from './read-heads.js';
import type { Head, VerifierKey } from '../format/signed-note.js';
import { encodeVerifierKey } from '../format/signed-note.js';
import type { Finding } from '../contract/verdict.js';

export interface HeadStore {
  /** The largest head that this key has signed, wherever a copy is left; and the first that it has not, though it lies there. */
  newest(log: LogName): { readonly head: Head | undefined; readonly problem: Finding | undefined };
  /** Durable in the first place when it returns. Throws where that failed; a failing second place is returned. */
  add(log: LogName, note: string): Promise<Error | undefined>;
}

/** Whether the last line has no end: a kill or a full disk tore it. */
function isTorn(path: string): boolean {
  if (!existsSync(path)) return false;
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const last = Buffer.alloc(1);
    return size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
  } finally {
    closeSync(fd);
  }
}

/** History first: the newest head is never one that the history does not have. What was torn stays as it is: the next note begins its own line. */
async function put(folder: string, log: LogName, note: string): Promise<void> {
  const history = join(folder, `${log}.heads.jsonl`);
  await makeFolder(folder, 0o755);
  await appendText(history, `${isTorn(history) ? '\n' : ''}${JSON.stringify({ note })}\n`, { mode: 0o644 });
  await publish(folder, `${log}.head`, note);
}

export function createHeadStore(folder: string, secondPlace: string | undefined, key: VerifierKey): HeadStore {
  return {
    newest(log) {
      const notes = [folder, ...(secondPlace === undefined ? [] : [secondPlace])].flatMap((place) => notesBeside(place, log, false));
      const { heads, problem } = headsOf(notes, log, key);
      return { head: heads.at(-1), problem };
    },
    async add(log, note) {
      await put(folder, log, note);
      if (secondPlace === undefined) return undefined;
      try {
        if (readIfThere(join(secondPlace, 'heads.pub')) === undefined)
          await publish(secondPlace, 'heads.pub', `${encodeVerifierKey(key)}\n`);
        await put(secondPlace, log, note);
        return undefined;
      } catch (error) {
        return error instanceof Error ? error : new Error(String(error));
      }
    },
  };
}
