import { trailEvent } from '../../../domain/trail/events.js';
import type { AuditRecord } from '../../../domain/trail/records.js';

const hex64 = /^[0-9a-f]{64}$/;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isHash = (value: unknown): value is string => typeof value === 'string' && hex64.test(value);

/** `segment_open`: which file comes before, and where that one's count of records ends. */
export interface SegmentOpen {
  readonly prevSegment: string;
  readonly prevLastSeq: number;
  /** Where the lines begin that a failed sync took with it: they count for nothing. */
  readonly abandonedFrom?: number;
}

export function readSegmentOpen(record: AuditRecord): SegmentOpen | undefined {
  const { event_type: event, seq, id, prev_segment: prevSegment, prev_last_seq: prevLastSeq, abandoned } = record;
  if (event !== trailEvent.segmentOpen || typeof prevSegment !== 'string' || id !== `segment/${seq}/open`) return undefined;
  if (!Number.isSafeInteger(prevLastSeq) || prevLastSeq !== seq - 1) return undefined;
  if (abandoned === undefined) return { prevSegment, prevLastSeq };
  const { from_seq: from, from_offset: offset } = (abandoned ?? {}) as { readonly from_seq?: unknown; readonly from_offset?: unknown };
  return from === seq && isCount(offset) ? { prevSegment, prevLastSeq, abandonedFrom: offset } : undefined;
}

/** `records` counts all of the segment, the close record with them. */
export function isSegmentClose(record: AuditRecord, firstSeq: number): boolean {
  return record.first_seq === firstSeq && record.records === record.seq - firstSeq + 1 && record.id === `segment/${firstSeq}/close`;
}

/** `segment_pruned` of the mission log: what goes on being known of records that are gone. */
export interface Anchor {
  readonly log: string;
  readonly segment: string;
  readonly lastSeq: number;
  readonly leafLast: string;
  /** Compact range over the leaves of records 0 ... lastSeq, hex. */
  readonly tree: readonly string[];
}

const onesOf = (size: number) => [...size.toString(2)].filter((digit) => digit === '1').length;

export function readAnchor(record: AuditRecord): Anchor | undefined {
  const { pruned_log: log, segment, first_seq: first, last_seq: last, leaf_last: leafLast, sha256, tree } = record;
  if (record.event_type !== trailEvent.segmentPruned || typeof log !== 'string' || typeof segment !== 'string') return undefined;
  if (!isCount(first) || !isCount(last) || last < first || !isHash(leafLast) || !isHash(sha256)) return undefined;
  if (record.id !== `pruned/${log}/${first}` || !Array.isArray(tree) || !tree.every(isHash)) return undefined;
  return tree.length === onesOf(last + 1) ? { log, segment, lastSeq: last, leafLast, tree } : undefined;
}

/** What --full asks of every record: the seed's keys, and text where text belongs. */
export function isWellFormed(record: AuditRecord): boolean {
  const { timestamp, vessel_id: vessel, event_type: event, action_id: action, summary } = record;
  const texts: readonly unknown[] = [vessel, event, summary, action === undefined ? '' : action];
  if (!texts.every((text) => typeof text === 'string') || record.event_type === '' || record.id === '') return false;
  return (
    typeof timestamp === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(timestamp) && !Number.isNaN(Date.parse(timestamp))
  );
}

const eventsOfTheLog: ReadonlySet<string> = new Set([
  trailEvent.segmentOpen,
  trailEvent.segmentClose,
  trailEvent.segmentPruned,
  trailEvent.tornTailSealed,
]);

/** Whether a record is about the log itself, and not about what happened. */
export const isOfTheLog = ({ event_type: event }: AuditRecord): boolean => eventsOfTheLog.has(event);
