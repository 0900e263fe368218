import type { ApprovalTerms } from '../../../domain/approval/terms.js';
import type { AuditRecord } from '../../../domain/trail/records.js';
import type { Sha256 } from '../../../domain/text/canonical.js';
import { canonicalJson } from '../../../domain/text/canonical.js';
import type { LoggedLine, LoggedSignature } from '../../../domain/reconcile/run-facts.js';
import { isOfTheLog } from '../format/segment-records.js';
import { decodeRecord, leafOf, sha256Hex } from '../format/record.js';
import type { ReadPosition } from './read-trail.js';
import type { SegmentFile } from './segment-files.js';
import { closeSegments, forEachLine, openSegments } from './segment-files.js';
import { abandonedFrom } from './segment-start.js';

/** Where a reader stands: which line of which file comes next, and the last record that it saw. */
export interface LifecyclePosition extends ReadPosition {
  readonly line: number;
  /** -1: none yet. */
  readonly seq: number;
  /** The oldest record that is there: those before it were removed. */
  readonly first: { readonly seq: number; readonly at: number };
}

export interface LifecycleReader {
  /** Asked with the workflow id that a record is about, before the record is taken apart. */
  readonly wants: (about: string) => boolean;
  readonly take: (line: LoggedLine) => void;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const asText = <K extends string>(key: K, value: unknown) => (typeof value === 'string' ? ({ [key]: value } as Record<K, string>) : {});

/** The digest of a value that was too long for its line stands in its place; then there is nothing to compare. */
function documentOf(value: unknown, sha256: Sha256): string | undefined {
  if (typeof value !== 'object' || value === null || 'excerpt' in value) return undefined;
  try {
    return sha256(canonicalJson(value));
  } catch {
    return undefined;
  }
}

function signaturesOf(value: unknown): readonly LoggedSignature[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((each: unknown) => {
    const { by, key, statement } = (each ?? {}) as Record<string, unknown>;
    return typeof by === 'string' && typeof key === 'string' && typeof statement === 'string' ? [{ by, key, statement }] : [];
  });
}

function termsOf(value: unknown): ApprovalTerms | undefined {
  return typeof value === 'object' && value !== null && 'requirement' in value ? (value as ApprovalTerms) : undefined;
}

/** What of a record is compared; the rest of a line of up to 64 KiB is not kept. */
function toLogged(record: AuditRecord, place: Pick<LoggedLine, 'leaf' | 'file' | 'line'>): LoggedLine {
  const { approved_by: approvedBy, proposal, approval, signatures } = record;
  const documentSha256 = documentOf(proposal, sha256Hex);
  const terms = termsOf(approval);
  const signed = signaturesOf(signatures);
  return {
    ...place,
    seq: record.seq,
    at: Date.parse(record.timestamp),
    id: record.id,
    about: textOf(record.action_id) ?? '',
    event: String(record.event_type),
    summary: String(record.summary),
    ...asText('status', record.status),
    ...asText('digest', record.digest),
    ...(documentSha256 !== undefined && { documentSha256 }),
    ...(terms && { terms }),
    ...(Array.isArray(approvedBy) && { approvedBy: approvedBy.map(String) }),
    ...asText('decidedBy', record.decided_by),
    ...asText('assurance', record.assurance),
    ...(record.break_glass === true && { breaksGlass: true }),
    ...(signed && { signatures: signed }),
    ...asText('startedAt', record.started_at),
  };
}

interface Progress {
  seq: number;
  first: LifecyclePosition['first'] | undefined;
}

async function readOne(
  files: readonly SegmentFile[],
  index: number,
  from: { readonly offset: number; readonly line: number },
  reader: LifecycleReader,
  progress: Progress,
): Promise<{ readonly offset: number; readonly line: number }> {
  const file = files[index] as SegmentFile;
  const limit = file.isActive ? undefined : await abandonedFrom(file.name, files[index + 1]);
  let { line } = from;
  const offset = await forEachLine(file.handle, from.offset, Math.min(limit ?? file.bytes, file.bytes), (buffer, start, end) => {
    const bytes = buffer.subarray(start, end);
    const record = decodeRecord(bytes, 'proposals');
    if (record !== undefined) {
      progress.first ??= { seq: record.seq, at: Date.parse(record.timestamp) };
      progress.seq = record.seq;
      if (!isOfTheLog(record) && reader.wants(textOf(record.action_id) ?? ''))
        reader.take(toLogged(record, { leaf: leafOf(bytes), file: file.name, line }));
    }
    line += 1;
    return true;
  });
  return { offset, line };
}

/**
 * Shows the lines of the proposals log in order, over all its files, from `from` on, without verifying anything. One line is in memory at a
 * time. Returns where the log ended; undefined where there is none.
 */
export async function readLifecycle(
  path: string,
  reader: LifecycleReader,
  from?: LifecyclePosition,
): Promise<LifecyclePosition | undefined> {
  const files = await openSegments(path);
  try {
    const known = files.findIndex(({ identity, bytes }) => identity === from?.identity && bytes >= from.offset);
    const progress: Progress = { seq: known < 0 ? -1 : (from?.seq ?? -1), first: known < 0 ? undefined : from?.first };
    let position: LifecyclePosition | undefined;
    for (let index = Math.max(0, known); index < files.length; index += 1) {
      const start = index === known && from !== undefined ? from : { offset: 0, line: 1 };
      const end = await readOne(files, index, start, reader, progress);
      position = {
        ...end,
        identity: (files[index] as SegmentFile).identity,
        seq: progress.seq,
        first: progress.first ?? { seq: 0, at: 0 },
      };
    }
    return position;
  } finally {
    await closeSegments(files);
  }
}
