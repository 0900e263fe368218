import { basename } from 'node:path';
import { trailEvent } from '../../../domain/trail/events.js';
import type { Receipt } from '../../../domain/trail/logs.js';
import type { AuditEntry, AuditRecord } from '../../../domain/trail/records.js';
import { inGroups } from './in-groups.js';
import { foreign, openClosed } from './log-file.js';
import type { HeldLog } from './locked-log.js';
import { asUnavailable, createLockedLog } from './locked-log.js';
import { decodeRecord, encodeRecord, leafOf } from '../format/record.js';
import type { LogSettings } from './log-settings.js';

/** What became of a call for a rotation. */
export interface Rotation {
  /** Name of the file that was closed; undefined: there was nothing to close, or it is not due. */
  readonly closed: string | undefined;
}

/** When a file is due: as large, or its first record as old. None of them: whenever it holds anything. */
export interface RotationLimits {
  readonly bytes?: number;
  readonly milliseconds?: number;
}

/**
 * One log and its chain. What is asked while a sync is on its way forms a group: one lock, one write for each line, and one fdatasync for
 * all of them, before any of them is acknowledged.
 */
export interface ChainedLog {
  /** `decide` sees an index that is up to date, and names entries; none appends nothing. The receipt is that of the last one. */
  decide(decide: () => readonly AuditEntry[]): Promise<Receipt | undefined>;
  find(id: string): Promise<AuditRecord | undefined>;
  /** Closes the active file when it is due, and goes on in a new one. */
  rotate(limits: RotationLimits): Promise<Rotation>;
  /** Gives the descriptors up; the next call opens the files again. */
  close(): Promise<void>;
}

type Ask = { readonly decide: () => readonly AuditEntry[] } | { readonly find: string } | { readonly rotate: RotationLimits };
type Answer = Receipt | AuditRecord | Rotation | undefined;
type Settled<T> = PromiseSettledResult<T>;

/** What only concerns the one who asked; anything else is trouble with the file, and ends the group. */
function attempt<T>(work: () => T): Settled<T> {
  try {
    return { status: 'fulfilled', value: work() };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
}

/** The line with this id; undefined where there is none, or where retention has removed it. */
async function lineOf({ chain, handle }: HeldLog, id: string): Promise<Buffer | undefined> {
  const place = chain.placeOf(id);
  if (place === undefined) return undefined;
  const line = Buffer.alloc(place.bytes);
  if (place.segment === chain.segment) {
    await handle.read(line, 0, line.length, place.offset);
    return line;
  }
  const closed = await openClosed(place.segment.path);
  try {
    await closed?.read(line, 0, line.length, place.offset);
    return closed === undefined ? undefined : line;
  } finally {
    await closed?.close();
  }
}

/** The record with this id, and its line. Throws where another one lies in its place. */
async function fetch({ log, path }: LogSettings, held: HeldLog, id: string): Promise<{ record: AuditRecord; line: Buffer } | undefined> {
  const line = await lineOf(held, id);
  if (line === undefined) return undefined;
  const record = decodeRecord(line, log);
  if (record?.id !== id)
    throw foreign(held.chain.placeOf(id)?.segment.path ?? path, `the record ${id} was changed while the log was in use`);
  return { record, line };
}

/** Writes what is new; whoever calls this syncs before anybody is told. */
async function write(settings: LogSettings, held: HeldLog, entry: AuditEntry): Promise<Settled<Receipt>> {
  const { log, vesselName, clock } = settings;
  const { chain } = held;
  const known = await fetch(settings, held, entry.id);
  if (known !== undefined) return { status: 'fulfilled', value: { log, seq: known.record.seq, leaf: leafOf(known.line) } };
  const place = { log, seq: chain.seq + 1, prev: chain.prev, vesselName, timestamp: clock() };
  const line = attempt(() => encodeRecord(entry, place));
  if (line.status === 'rejected') return line;
  await held.append(line.value);
  return { status: 'fulfilled', value: { log, seq: place.seq, leaf: chain.prev } };
}

const isDue = ({ chain }: HeldLog, { bytes, milliseconds }: RotationLimits, now: Date): boolean => {
  const records = chain.seq - chain.firstSeq + 1;
  // A file that holds only its own beginning is as good as new.
  if (chain.firstTimestamp === undefined || (records === 1 && chain.firstSeq > 0)) return false;
  if (bytes === undefined && milliseconds === undefined) return true;
  const age = now.getTime() - Date.parse(chain.firstTimestamp);
  return (bytes !== undefined && chain.readBytes >= bytes) || (milliseconds !== undefined && age >= milliseconds);
};

async function rotate(settings: LogSettings, held: HeldLog, limits: RotationLimits): Promise<Rotation> {
  const { chain } = held;
  if (!isDue(held, limits, settings.clock())) return { closed: undefined };
  const first = chain.firstSeq;
  const entry: AuditEntry<typeof trailEvent.segmentClose> = {
    id: `segment/${first}/close`,
    eventType: trailEvent.segmentClose,
    summary: `closes the file of records ${first} to ${chain.seq + 1}`,
    data: { first_seq: first, records: chain.seq + 2 - first },
  };
  const { segment } = chain;
  const closing = await write(settings, held, entry);
  if (closing.status === 'rejected') throw closing.reason;
  await held.sync();
  await held.begin();
  return { closed: basename(segment.path) };
}

export function createChainedLog(settings: LogSettings): ChainedLog {
  const { path } = settings;
  const locked = createLockedLog(settings);

  const writeAll = async (held: HeldLog, entries: readonly AuditEntry[]): Promise<Settled<Answer>> => {
    let answer: Settled<Answer> = { status: 'fulfilled', value: undefined };
    for (const entry of entries) {
      answer = await write(settings, held, entry);
      if (answer.status === 'rejected') return { ...answer, reason: asUnavailable(path, answer.reason) };
    }
    return answer;
  };

  const answerAll = async (asks: readonly Ask[], held: HeldLog): Promise<Settled<Answer>[]> => {
    const answers: Settled<Answer>[] = [];
    let unsynced = false;
    for (const ask of asks) {
      if ('find' in ask) {
        answers.push({ status: 'fulfilled', value: (await fetch(settings, held, ask.find))?.record });
        continue;
      }
      if ('rotate' in ask) {
        answers.push({ status: 'fulfilled', value: await rotate(settings, held, ask.rotate) });
        continue;
      }
      const entries = attempt(ask.decide);
      if (entries.status === 'rejected') {
        answers.push({ ...entries, reason: asUnavailable(path, entries.reason) });
        continue;
      }
      // New or known: it may be the line of a process that died between its write and its sync.
      unsynced ||= entries.value.length > 0;
      answers.push(await writeAll(held, entries.value));
    }
    if (unsynced) await held.sync();
    return answers;
  };

  const { ask, idle } = inGroups<Ask, Answer>((asks) => locked.run((held) => answerAll(asks, held)));
  return {
    decide: async (decide) => (await ask({ decide })) as Receipt | undefined,
    find: async (id) => (await ask({ find: id })) as AuditRecord | undefined,
    rotate: async (limits) => (await ask({ rotate: limits })) as Rotation,
    close: async () => {
      await idle();
      await locked.close();
    },
  };
}
