import { dirname } from 'node:path';
import { execa } from 'execa';
import type { BackupOutcome } from '../../domain/backup/outcome.js';
import { JanusError } from '../../domain/errors.js';
import { backupLogHint } from '../../domain/units.js';
import { makeFolder, replaceFile } from '../files/durable.js';
import type { BackupPlaces } from './places.js';
import { readObject } from './read-json.js';

/** What the process that makes backups said last, whatever it was asked by. */
export interface NotedOutcome {
  /** Who asked for it. */
  readonly asked: string;
  readonly outcome?: BackupOutcome;
  readonly problem?: { readonly message: string; readonly next?: string };
}

export const noteOutcome = (places: BackupPlaces, noted: NotedOutcome): Promise<void> =>
  replaceFile(places.outcome, JSON.stringify(noted), { mode: 0o644 });

export const readOutcome = ({ outcome }: BackupPlaces): NotedOutcome | undefined => readObject(outcome) as NotedOutcome | undefined;

export const readWanted = ({ wanted }: BackupPlaces): string | undefined => {
  const { asked } = readObject(wanted) ?? {};
  return typeof asked === 'string' ? asked : undefined;
};

function settled({ outcome, problem }: NotedOutcome): BackupOutcome {
  if (outcome !== undefined) return outcome;
  const { message = 'it ended without a word', next = backupLogHint } = problem ?? {};
  throw new JanusError('BACKUP_FAILED', message, { next });
}

const lookMilliseconds = 500;
const asksEveryMilliseconds = 30_000;

const ask = (places: BackupPlaces, asked: string) => replaceFile(places.wanted, JSON.stringify({ asked }), { mode: 0o644 });

/**
 * Whose account may not read all of it asks for one: a unit of systemd sees that the file was written. It sees nothing while another one is made, so it
 * is asked again and again. Throws BACKUP_FAILED with what the unit says.
 */
export async function askService(places: BackupPlaces, asked: string, signal: AbortSignal): Promise<BackupOutcome> {
  for (let at = 0; ; at += lookMilliseconds) {
    const noted = readOutcome(places);
    if (noted?.asked === asked) return settled(noted);
    signal.throwIfAborted();
    if (at % asksEveryMilliseconds === 0) await ask(places, asked);
    await new Promise((resolve) => setTimeout(resolve, lookMilliseconds));
  }
}

/** Where one account owns all of it: the same program, as a child. */
export async function startHere(
  places: BackupPlaces,
  main: readonly string[],
  { asked, signal }: { asked: string; signal: AbortSignal },
): Promise<BackupOutcome> {
  await makeFolder(dirname(places.wanted), 0o755);
  await ask(places, asked);
  await execa(process.execPath, main, { reject: false, stdin: 'ignore', stdout: 'ignore', stderr: 'ignore', cancelSignal: signal });
  signal.throwIfAborted();
  const noted = readOutcome(places);
  return settled(noted?.asked === asked ? noted : { asked });
}
