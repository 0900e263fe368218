import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { LogName } from '../../../domain/trail/logs.js';
import type { Head, VerifierKey } from '../format/signed-note.js';
import { decodeHead, parseVerifierKey, readHead } from '../format/signed-note.js';
import type { Finding } from '../contract/verdict.js';

/** A head whose signature is right, and where it was kept. */
export interface KeptHead extends Head {
  /** For reasons. */
  readonly says: string;
  readonly place: string;
}

/** Heads of one log that the key has signed, smallest first, and the first that it has not. */
export interface ReadHeads {
  readonly heads: readonly KeptHead[];
  readonly problem?: Finding;
}

export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code))) return undefined;
    throw error;
  }
}

/** One note and the line of the file in which it begins. */
export interface NoteAt {
  readonly note: string;
  readonly file: string;
  readonly line: number;
  /** Folder or file in which it was kept, for people; the file where nobody says. */
  readonly place?: string;
}

/** Notes of a history, one JSON object a line. What a kill tore is no head; the witness goes on in the next line. */
export function notesOf(text: string, file: string): readonly NoteAt[] {
  return text.split('\n').flatMap((each, index) => {
    try {
      const { note } = JSON.parse(each) as { readonly note?: unknown };
      return typeof note === 'string' ? [{ note, file, line: index + 1 }] : [];
    } catch {
      return [];
    }
  });
}

/** A file of heads: one note as it is signed, or a history. */
export function notesOfFile(path: string, text: string): readonly NoteAt[] {
  const file = basename(path);
  return text.startsWith('{') ? notesOf(text, file) : [{ note: text, file, line: 1 }];
}

/** The public key of the heads that lie beside the log; undefined where there is none. */
export function readPublicKey(headsFolder: string): VerifierKey | undefined {
  return parseVerifierKey(readIfThere(join(headsFolder, 'heads.pub')) ?? '');
}

/** The newest head of a log and the last of its history; all of the history where `full` asks for it. */
export function notesBeside(headsFolder: string, log: LogName, full: boolean): readonly NoteAt[] {
  const newest = readIfThere(join(headsFolder, `${log}.head`));
  const history = notesOf(readIfThere(join(headsFolder, `${log}.heads.jsonl`)) ?? '', `${log}.heads.jsonl`);
  return [...(full ? history : history.slice(-1)), ...(newest === undefined ? [] : [{ note: newest, file: `${log}.head`, line: 1 }])];
}

/** All heads that the witness has copied elsewhere. That place is another's, and may be away: then there is none, and the witness says so. */
export function copiedNotes(folder: string | undefined, logs: readonly LogName[]): readonly NoteAt[] {
  if (folder === undefined) return [];
  return logs.flatMap((log) => {
    try {
      return notesBeside(folder, log, true).map((note) => ({ ...note, place: folder }));
    } catch {
      return [];
    }
  });
}

/** Takes those of the notes that are about this log. A note that is no head, or whose signature is false, is a problem: somebody made it. */
export function headsOf(notes: readonly NoteAt[], log: LogName, key: VerifierKey | undefined): ReadHeads {
  const heads: KeptHead[] = [];
  let problem: Finding | undefined;
  for (const { note, file, line, place = file } of notes) {
    const about = decodeHead(note);
    if (about !== undefined && about.log !== log) continue;
    const read = key === undefined ? { problem: 'there is no public key to check it with (heads.pub, --key)' } : readHead(note, key);
    if ('head' in read) heads.push({ ...read.head, says: `the head of ${read.head.time}`, place });
    else problem ??= { kind: 'head_invalid', file, line, reason: read.problem };
  }
  heads.sort((a, b) => a.size - b.size);
  return { heads, ...(problem !== undefined && { problem }) };
}
