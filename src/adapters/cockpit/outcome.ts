import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder, replaceFile } from '../files/durable.js';

/** What became of the newest attempt to send. */
export interface CockpitOutcome {
  /** When it ended; ISO 8601. */
  readonly at: string;
  readonly problem?: { readonly message: string; readonly next?: string };
}

const placeIn = (state: string) => join(state, 'cockpit', 'outcome.json');

export async function noteSending(state: string, outcome: CockpitOutcome): Promise<void> {
  const file = placeIn(state);
  await makeFolder(dirname(file), 0o755);
  await replaceFile(file, JSON.stringify(outcome), { mode: 0o644 });
}

/** Undefined where nothing was ever sent, or nobody can read what became of it. */
export function readSending(state: string): CockpitOutcome | undefined {
  try {
    const { at, problem } = JSON.parse(readFileSync(placeIn(state), 'utf8')) as CockpitOutcome;
    return typeof at === 'string' ? { at, ...(problem && { problem }) } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether others than its owner may read the key that is sent with; undefined where there is none: nothing is sent then. */
export function isKeyOpen(keyFile: string): boolean | undefined {
  const stat = statSync(keyFile, { throwIfNoEntry: false });
  return stat && (stat.mode & 0o077) !== 0;
}
