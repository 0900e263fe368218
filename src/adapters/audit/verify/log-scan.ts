import { hash } from 'node:crypto';
import { trailEvent } from '../../../domain/trail/events.js';
import type { AuditRecord } from '../../../domain/trail/records.js';
import type { Anchor } from '../format/segment-records.js';
import { isOfTheLog, isSegmentClose, isWellFormed, readAnchor, readSegmentOpen } from '../format/segment-records.js';
import { createLogTree } from '../format/log-tree.js';
import { decodeRecord, genesis, lineBytesMax, sha256Hex } from '../format/record.js';
import type { FindingKind } from '../contract/verdict.js';
import type { Pending, ScanSettings, Stand, Walk } from './walk-state.js';
import { doubtLast, fail, passMarks, passWritten, standOf, warn } from './walk-state.js';

/** Read-only to everybody else. */
export type WalkState = Readonly<
  Pick<Walk, 'problem' | 'warnings' | 'notices' | 'next' | 'lastLeaf' | 'tree' | 'line' | 'marksPassed' | 'isClosed' | 'pending'>
>;

/**
 * Walks along a log line by line and stops at the first thing that is wrong. Everything is checked against what came before: the hash of
 * the line, the count of the records, the ids, the seals, the segments, and the heads that it passes.
 */
export interface LogScan {
  readonly state: WalkState;
  /** Goes on after records that are gone. */
  startAt(anchor: Anchor): void;
  begin(name: string, previous: string | undefined): void;
  /** Bytes `start` ... `end` - 1 of the buffer, whose byte `start` - 1 is overwritten. False: there is a problem, and nothing more is taken. */
  take(buffer: Buffer, start: number, end: number): boolean;
  fail(kind: FindingKind, line: number, reason: string, file?: string): void;
  warn(kind: FindingKind, line: number, reason: string, file?: string): void;
  note(kind: FindingKind, line: number, reason: string, file?: string): void;
}

export const unsealed = 'it is no record, and nothing seals it';

function isSealed(walk: Walk, record: AuditRecord, torn: Pending): boolean {
  const { event_type: event, offset, bytes, sha256, after } = record;
  const fits =
    event === trailEvent.tornTailSealed &&
    offset === torn.offset &&
    bytes === torn.bytes.length &&
    (after === undefined || after === torn.after);
  if (!fits || sha256 !== sha256Hex(torn.bytes)) {
    // It holds the hash of the last record: what lies between was put there.
    if (record.prev !== torn.after && after !== torn.after) doubtLast(walk);
    return fail(walk, 'foreign_line', torn.line, unsealed);
  }
  const sealed = `${torn.bytes.length} bytes of an unfinished line, as a kill or a full disk leaves them; the next record seals them`;
  walk.notices.push({ kind: 'sealed_tail', file: walk.name, line: torn.line, reason: sealed });
  if (after === undefined)
    warn(walk, 'unlinked_seal', walk.line, 'the seal does not name the line before the torn bytes: only heads vouch for that one');
  return true;
}

/** The first line of a file that follows another. */
function isLinked(walk: Walk, record: AuditRecord | undefined): boolean {
  if (record?.event_type !== trailEvent.segmentOpen)
    return fail(walk, 'segment_missing', 1, 'the file does not begin with a record of the file before it');
  if (record.prev_segment === walk.previous) return true;
  const said = JSON.stringify(record.prev_segment) ?? 'nothing';
  return fail(walk, 'segment_missing', 1, `it continues ${said}, and the file before it is ${walk.previous}`);
}

/** Why a record about the log itself is wrong where it stands. */
function misplaced(walk: Walk, record: AuditRecord, isSeal: boolean): string | undefined {
  if (walk.isClosed) return 'it stands after the record that closed the file';
  const isRight = {
    [trailEvent.tornTailSealed]: () => isSeal,
    [trailEvent.segmentOpen]: () => walk.line === 1 && walk.previous !== undefined && readSegmentOpen(record) !== undefined,
    [trailEvent.segmentClose]: () => isSegmentClose(record, walk.firstSeq),
    [trailEvent.segmentPruned]: () => record.log === 'mission_log' && readAnchor(record) !== undefined,
  }[record.event_type];
  return isRight === undefined || isRight() ? undefined : `${record.event_type} is not right here`;
}

/** Whether it continues what came before; nothing of it counts yet. */
function isRight(walk: Walk, record: AuditRecord, isSeal: boolean): boolean {
  const { line, known } = walk;
  if (record.prev !== walk.prev) {
    doubtLast(walk);
    const what = line === 1 ? 'one of the two' : `line ${line - 1} or this one`;
    return fail(walk, 'chain_broken', line, `prev is not the hash of the line before: ${what} was changed, or a line was added or removed`);
  }
  if (record.seq !== walk.next) return fail(walk, 'sequence_broken', line, `seq is ${record.seq}, expected ${walk.next}`);
  if (known !== undefined && known.size === known.add(record.id).size)
    return fail(walk, 'duplicate_id', line, `id ${JSON.stringify(record.id)} has been before`);
  if (line === 1) walk.firstSeq = walk.next;
  if (walk.isClosed || isOfTheLog(record)) {
    const reason = misplaced(walk, record, isSeal);
    if (reason !== undefined) return fail(walk, 'bookkeeping_invalid', line, reason);
    walk.isClosed = record.event_type === trailEvent.segmentClose;
  }
  return true;
}

function takeRecord(walk: Walk, record: AuditRecord, leaf: string): void {
  const { line } = walk;
  if (typeof record.timestamp === 'string') {
    if (record.timestamp < walk.newest) warn(walk, 'time_backwards', line, `${record.timestamp} comes after ${walk.newest}`);
    else walk.newest = record.timestamp;
  }
  walk.before = standOf(walk);
  walk.next += 1;
  walk.lastLeaf = leaf;
  walk.tree.append(Buffer.from(leaf, 'hex'));
}

function takeLine(walk: Walk, buffer: Buffer, start: number, end: number): boolean {
  if (walk.problem !== undefined) return false;
  const { settings, pending } = walk;
  walk.line += 1;
  // The prefix of a leaf, in the place of the newline before: no copy is made of the line.
  buffer[start - 1] = 0;
  const leaf = hash('sha256', buffer.subarray(start - 1, end), 'hex');
  const text = buffer.toString('utf8', start, end);
  const record = decodeRecord(text, settings.log);
  if (walk.line === 1 && walk.previous !== undefined && !isLinked(walk, record)) return false;
  if (record === undefined) {
    const { line, offset, prev: after } = walk;
    const bytes = Buffer.from(buffer.subarray(start, end));
    walk.pending = pending
      ? { ...pending, bytes: Buffer.concat([pending.bytes, Buffer.from('\n'), bytes]) }
      : { line, offset, bytes, after };
  } else {
    if (pending !== undefined && !isSealed(walk, record, pending)) return false;
    walk.pending = undefined;
    if (!isRight(walk, record, pending !== undefined)) return false;
    if (settings.full === true && (!isWellFormed(record) || end - start >= lineBytesMax))
      return fail(walk, 'schema_invalid', walk.line, 'a record has a time, a vessel, an event and a summary, and 64 KiB at most');
    takeRecord(walk, record, leaf);
    if (!passMarks(walk) || !passWritten(walk)) return false;
    settings.observe?.(record, leaf, text);
  }
  walk.prev = leaf;
  walk.offset += end - start + 1;
  return true;
}

export function createLogScan(settings: ScanSettings): LogScan {
  const nothing: Stand = { next: 0, leaf: genesis, tree: [] };
  const walk: Walk = {
    settings,
    marks: settings.marks ?? [],
    known: settings.ids === false ? undefined : new Set(),
    warnings: [],
    notices: [],
    ...{ before: nothing, agreed: nothing },
    ...{ tree: createLogTree(), prev: genesis, next: 0, lastLeaf: genesis, marksPassed: 0, newest: '' },
    ...{ name: '', previous: undefined, line: 0, offset: 0, firstSeq: 0, isClosed: false, pending: undefined, problem: undefined },
  };
  return {
    state: walk,
    startAt({ lastSeq, leafLast, tree }) {
      Object.assign(walk, { tree: createLogTree(lastSeq + 1, tree), prev: leafLast, lastLeaf: leafLast, next: lastSeq + 1 });
      walk.before = standOf(walk);
      walk.agreed = walk.before;
      passMarks(walk);
    },
    begin(name, previous) {
      Object.assign(walk, { name, previous, line: 0, offset: 0, isClosed: false });
    },
    take: (buffer, start, end) => takeLine(walk, buffer, start, end),
    fail: (kind, line, reason, file = walk.name) => void (walk.problem ??= { kind, file, line, reason }),
    warn: (kind, line, reason, file = walk.name) => void walk.warnings.push({ kind, file, line, reason }),
    note: (kind, line, reason, file = walk.name) => void walk.notices.push({ kind, file, line, reason }),
  };
}
