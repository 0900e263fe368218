import { readFileSync } from 'node:fs';
import { decodeHead } from '../format/signed-note.js';
import type { DurableMark } from '../format/durable-mark.js';
import { unavailable } from './log-file.js';
import type { LogSettings } from './log-settings.js';

/** A record that must be there, and be the same, because `says` holds its leaf. */
export interface RequiredRecord {
  readonly seq: number;
  readonly leaf: string;
  /** The file that says so. */
  readonly says: string;
}

function readHeadFile(headFile: string): string | undefined {
  try {
    return readFileSync(headFile, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unavailable(`${headFile} cannot be read: ${String(error)}`, error);
  }
}

/** What the lock file and the newest head say of the log: one that was emptied or put back does not hold those records. */
export function requiredRecords({ path, headFile }: LogSettings, mark: DurableMark | undefined): readonly RequiredRecord[] {
  const noted = mark === undefined || mark.seq < 0 ? [] : [{ seq: mark.seq, leaf: mark.leaf, says: `${path}.lock` }];
  const note = headFile === undefined ? undefined : readHeadFile(headFile);
  if (headFile === undefined || note === undefined) return noted;
  // Its signature is for the verifier: whoever could write a false one here could as well take the log away.
  const head = decodeHead(note);
  if (head === undefined) throw unavailable(`${headFile} is no head of a log`);
  return [...noted, { seq: head.size - 1, leaf: head.leaf, says: headFile }];
}
