import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { appendText, makeFolder, replaceFile } from '../files/durable.js';

// What happened and has yet to be recorded in the trail, whether or not there is a server: one line of JSON each, synced. Only its writer writes a
// journal; what has been recorded is noted beside it, and the writer then drops it.

export const journalSources = ['guard', 'tick', 'hands'] as const;
export type JournalSource = (typeof journalSources)[number];

export interface JournalLine {
  /** Of this journal: one that begins anew, because somebody removed it, has another name. */
  readonly of: string;
  /** Counts from 1, without gaps but for what there was no room for. */
  readonly seq: number;
  /** ISO 8601 */
  readonly at: string;
  /** One of the names in `trailEvent`. */
  readonly event: string;
  readonly summary: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export type Happened = Pick<JournalLine, 'event' | 'summary' | 'data'>;

/** How far a journal has been recorded. */
export type JournalMark = Pick<JournalLine, 'of' | 'seq'>;
export type JournalMarks = Readonly<Partial<Record<JournalSource, JournalMark>>>;

/** Of lines that nobody has recorded: months of a vessel that is well, and days of one that is not. */
const linesMax = 1_000;
/** A file is written anew when it has grown by so much. */
const bytesMax = 262_144;

const fileOf = (folder: string, source: JournalSource) => join(folder, `${source}.jsonl`);
const marksFile = (folder: string) => join(folder, 'recorded.json');

function isMark(value: unknown): value is JournalMark {
  const { of, seq } = (value ?? {}) as Partial<Record<keyof JournalMark, unknown>>;
  return typeof of === 'string' && /^[0-9a-f]{12}$/.test(of) && Number.isSafeInteger(seq);
}

function parseLine(line: string): JournalLine[] {
  try {
    const value = JSON.parse(line) as Partial<JournalLine>;
    const { at, event, summary, data } = value;
    const isLine = isMark(value) && typeof event === 'string' && typeof summary === 'string' && typeof data === 'object' && data !== null;
    return isLine && typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? [value as JournalLine] : [];
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** What was torn by a power cut, or was never ours, says nothing. */
const linesIn = (text: string): JournalLine[] => text.split('\n').flatMap((line) => (line === '' ? [] : parseLine(line)));

const isAfter = ({ of, seq }: JournalLine, mark: JournalMark | undefined) => mark?.of !== of || seq > mark.seq;

/** How far the journals below a folder have been recorded. */
export function readMarks(folder: string): JournalMarks {
  let value: unknown;
  try {
    value = JSON.parse(textOf(marksFile(folder)));
  } catch {
    return {};
  }
  const found = (value ?? {}) as Partial<Record<JournalSource, unknown>>;
  return Object.fromEntries(journalSources.flatMap((source) => (isMark(found[source]) ? [[source, found[source]]] : [])));
}

/** Notes how far they have been recorded. Whoever calls it has the brain's word for it. */
export async function noteRecorded(folder: string, marks: JournalMarks): Promise<void> {
  await makeFolder(folder, 0o700);
  await replaceFile(marksFile(folder), `${JSON.stringify({ ...readMarks(folder), ...marks })}\n`, { mode: 0o600 });
}

export interface Unrecorded extends JournalLine {
  readonly source: JournalSource;
}

/** What has yet to be recorded, in the order in which it happened: each journal in its own order, the journals among each other by their clocks. */
export function readUnrecorded(folder: string): Unrecorded[] {
  const marks = readMarks(folder);
  const queues = journalSources.map((source) =>
    linesIn(textOf(fileOf(folder, source))).flatMap((line) => (isAfter(line, marks[source]) ? [{ ...line, source }] : [])),
  );
  const merged: Unrecorded[] = [];
  for (;;) {
    const heads = queues.flatMap((queue) => queue[0] ?? []);
    const [first] = heads.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    if (first === undefined) return merged;
    merged.push(first);
    queues.find((queue) => queue[0] === first)?.shift();
  }
}

/** Changes whenever a journal does: cheaper than reading them. */
export function journalsStamp(folder: string): string {
  const stamp = (file: string) => {
    const found = statSync(file, { throwIfNoEntry: false });
    return found === undefined ? '-' : `${found.ino}/${found.size}/${found.mtimeMs}`;
  };
  return [...journalSources.map((source) => stamp(fileOf(folder, source))), stamp(marksFile(folder))].join(' ');
}

export interface Journal {
  /** Resolves once it is durable. Rejects where the disk takes nothing: what then is left is this process's own word. */
  append(happened: Happened): Promise<void>;
}

/** For the one process that writes this journal. `now` only says when it was; order comes from the count. */
export function openJournal(folder: string, source: JournalSource, now: () => Date = () => new Date()): Journal {
  const file = fileOf(folder, source);
  let last: JournalMark | undefined;
  let turn: Promise<void> = Promise.resolve();
  /** At the first call, and where the file was removed meanwhile. */
  const begin = async () => {
    await makeFolder(dirname(file), 0o700);
    const text = textOf(file);
    const found = linesIn(text).at(-1);
    last = found ?? { of: randomBytes(6).toString('hex'), seq: 0 };
    if (text !== '' && !text.endsWith('\n')) await appendText(file, '\n', { mode: 0o600 });
  };
  const tidy = async () => {
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) < bytesMax) return;
    const mark = readMarks(folder)[source];
    const all = linesIn(textOf(file));
    const kept = all.filter((line) => isAfter(line, mark)).slice(-linesMax);
    // The last one stays: it says how far was counted.
    const lines = kept.length === 0 ? all.slice(-1) : kept;
    await replaceFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { mode: 0o600 });
  };
  const write = async (happened: Happened) => {
    if (last === undefined || statSync(file, { throwIfNoEntry: false }) === undefined) await begin();
    const { of, seq } = last ?? { of: '', seq: 0 };
    const line: JournalLine = { of, seq: seq + 1, at: now().toISOString(), ...happened };
    last = undefined;
    await appendText(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    last = { of, seq: seq + 1 };
    await tidy();
  };
  return {
    append: (happened) => {
      const written = turn.then(() => write(happened));
      turn = written.catch(() => undefined);
      return written;
    },
  };
}
