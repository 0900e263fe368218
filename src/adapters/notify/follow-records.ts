import type { FSWatcher } from 'node:fs';
import { existsSync, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { AuditRecord } from '../../domain/trail/records.js';
import { makeFolder, replaceFile } from '../files/durable.js';
import { untilNextLook } from './look-times.js';

/** The records of a log as whoever knows its files shows them. The cursor is theirs; here it is only kept, as JSON. */
export interface FollowedRecords<Cursor> {
  parse(kept: string): Cursor;
  readOn(cursor: Cursor): Promise<{
    readonly records: readonly { readonly record: AuditRecord; readonly end: Cursor }[];
    readonly cursor: Cursor;
    readonly goesOn: boolean;
  }>;
  readUntil(cursor: Cursor, take: (records: readonly AuditRecord[]) => Promise<void>): Promise<void>;
}

export interface FollowSettings<Cursor> {
  readonly records: FollowedRecords<Cursor>;
  /** Where to look for changes. */
  readonly file: string;
  readonly cursorFile: string;
  /** Whose cursor is taken over where there is none yet: of whoever did this before. */
  readonly startsFrom?: string | undefined;
  readonly pollMilliseconds?: number;
  readonly onError: (error: unknown) => void;
  /** A look at the log went well: all is told that is there. */
  readonly onLooked?: () => void;
}

/** What is done with what was read. */
export interface Reader<Cursor> {
  /** Before each look; `upTo` is behind what was told. */
  readonly prepare?: (upTo: Cursor, isClosed: () => boolean) => Promise<void>;
  /** False where nobody needs to hear of it. */
  readonly take: (record: AuditRecord) => Promise<boolean>;
  /** Before the cursor is kept. */
  readonly settle?: () => Promise<void>;
}

/** Empty where there is none yet. One that cannot be read is trouble: to begin anew would tell people everything again. */
async function readCursor(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

async function write(file: string, content: string): Promise<void> {
  if (!existsSync(dirname(file))) await makeFolder(dirname(file), 0o700);
  await replaceFile(file, content, { mode: 0o640 });
}

/** A busy trail gets a line every few milliseconds: those of one moment are told together. */
const gatherMilliseconds = 50;

/** It was told to end in the middle of something: the next start does that again. */
export class ClosedError extends Error {}

type Looking = Pick<FollowSettings<unknown>, 'file' | 'pollMilliseconds' | 'onError' | 'onLooked'>;

/** Looks at once, at every change of the file, and now and then all the same: changes can be missed. */
export function keepLooking(look: () => Promise<void>, { file, pollMilliseconds = 1_000, onError, onLooked }: Looking) {
  let closed = false;
  let changed = false;
  let wake = () => undefined as void;
  let failures = 0;
  const attempt = async () => {
    try {
      await look();
      failures = 0;
      onLooked?.();
    } catch (error) {
      if (error instanceof ClosedError) return;
      failures += 1;
      onError(error);
    }
  };
  let watcher: FSWatcher | undefined;
  const startWatching = async () => {
    const folder = dirname(file);
    if (!existsSync(folder)) await makeFolder(folder, 0o700);
    watcher = watch(folder, (_event, name) => {
      // Its own files and the other logs lie there too.
      if (name !== null && name !== basename(file)) return;
      changed = true;
      wake();
    });
    watcher.on('error', (error) => {
      watcher = undefined;
      onError(error);
    });
  };
  const loop = async () => {
    // Where the kernel watches no more files, looking now and then is enough.
    await startWatching().catch(onError);
    while (!closed) {
      changed = false;
      await attempt();
      await pause(gatherMilliseconds);
      if (changed && failures === 0) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, untilNextLook({ pollMilliseconds, isWatched: watcher !== undefined, failures }));
        wake = () => {
          // A trail that changes does not mend what failed.
          if (failures > 0 && !closed) return;
          clearTimeout(timer);
          resolve();
        };
        if (closed) wake();
      });
    }
    watcher?.close();
  };
  const ended = loop().catch(onError);
  return {
    isClosed: () => closed,
    close: async () => {
      closed = true;
      wake();
      await ended;
    },
  };
}

/** A script may take seconds for each record: whoever is killed meanwhile repeats no more than this, or one record. */
const keptEveryMilliseconds = 1_000;

/** Shows each record of a log once, in order, and keeps how far it came. A crash repeats what was shown since that was last kept. */
export function followRecords<Cursor>(
  settings: FollowSettings<Cursor>,
  { prepare, take, settle }: Reader<Cursor>,
): { close(): Promise<void> } {
  const { records, cursorFile, startsFrom } = settings;
  let cursor: Cursor | undefined;
  let [kept, keptAt] = ['', 0];
  const keep = async () => {
    const text = JSON.stringify(cursor);
    if (text === kept) return;
    await settle?.();
    await write(cursorFile, text);
    [kept, keptAt] = [text, performance.now()];
  };
  const begin = async (): Promise<Cursor> => {
    const own = await readCursor(cursorFile);
    const begun = records.parse(own !== '' || startsFrom === undefined ? own : await readCursor(startsFrom));
    kept = JSON.stringify(begun);
    return begun;
  };
  const look = async () => {
    cursor ??= await begin();
    await prepare?.(cursor, looking.isClosed);
    for (let goesOn = true; goesOn && !looking.isClosed();) {
      const read = await records.readOn(cursor);
      keptAt = performance.now();
      try {
        for (const { record, end } of read.records) {
          // The next start tells the rest.
          if (looking.isClosed()) return;
          // Told is told: a failure at the next one must not tell it again.
          if (await take(record)) cursor = end;
          if (performance.now() - keptAt > keptEveryMilliseconds) await keep();
        }
        cursor = read.cursor;
      } finally {
        await keep();
      }
      goesOn = read.goesOn;
    }
  };
  const looking = keepLooking(look, settings);
  return { close: looking.close };
}
