import { hash } from 'node:crypto';
import { sha256 } from '../../files/sha256.js';
import type { LogName } from '../../../domain/trail/logs.js';
import type { AuditEntry, AuditRecord } from '../../../domain/trail/records.js';
import { JanusError } from '../../../domain/errors.js';

/** Longest line, in bytes with its newline: one write of this size is atomic enough to be sealed when torn. */
export const lineBytesMax = 65_536;
/** `prev` of a log's first record. */
export const genesis = '0'.repeat(64);

const reserved = new Set(['timestamp', 'vessel_id', 'event_type', 'action_id', 'summary', 'v', 'log', 'seq', 'id', 'prev']);

export const sha256Hex = sha256;

const leafPrefix = Buffer.of(0);

/** RFC 6962 leaf over the exact bytes of the line, without its newline: verifying needs no canonical form. */
export function leafOf(line: Buffer): string {
  return hash('sha256', Buffer.concat([leafPrefix, line], line.length + 1));
}

export interface Position {
  readonly log: LogName;
  readonly seq: number;
  readonly prev: string;
  readonly vesselName: string;
  readonly timestamp: Date;
}

function assemble(
  entry: AuditEntry,
  data: Readonly<Record<string, unknown>>,
  { log, seq, prev, vesselName, timestamp }: Position,
): AuditRecord {
  return {
    timestamp: timestamp.toISOString(),
    vessel_id: vesselName,
    event_type: entry.eventType,
    ...(entry.actionId !== undefined && { action_id: entry.actionId }),
    summary: entry.summary,
    ...data,
    v: 1,
    log,
    seq,
    id: entry.id,
    prev,
  };
}

function digestOf(value: unknown): unknown {
  const text = JSON.stringify(value) ?? 'null';
  return { sha256: sha256Hex(text), bytes: Buffer.byteLength(text), excerpt: text.slice(0, 256) };
}

/** One line of the log, newline included. The largest values give way to their digest until it fits into 64 KiB. */
export function encodeRecord(entry: AuditEntry, position: Position): Buffer {
  const taken = Object.keys(entry.data).find((key) => reserved.has(key));
  if (taken !== undefined) throw new TypeError(`audit data may not overwrite ${taken}`);
  let data: Readonly<Record<string, unknown>> = { ...entry.data };
  for (;;) {
    const line = Buffer.from(`${JSON.stringify(assemble(entry, data, position))}\n`);
    if (line.length <= lineBytesMax) return line;
    const size = (value: unknown) => JSON.stringify(value)?.length ?? 0;
    const largest = Object.entries(data).sort(([, a], [, b]) => size(b) - size(a))[0];
    if (largest === undefined || size(largest[1]) <= 512)
      throw new JanusError('AUDIT_UNAVAILABLE', `a record of ${line.length} bytes cannot be shortened to 64 KiB`);
    data = { ...data, [largest[0]]: digestOf(largest[1]) };
  }
}

/** The record in one line, or undefined for what is none, or none of this log. Text where the caller has it already: making it takes a while. */
export function decodeRecord(line: Buffer | string, log?: LogName): AuditRecord | undefined {
  try {
    const value = JSON.parse(typeof line === 'string' ? line : line.toString('utf8')) as Partial<AuditRecord> | null;
    const isRecord =
      typeof value === 'object' &&
      value !== null &&
      value.v === 1 &&
      (log === undefined || value.log === log) &&
      typeof value.id === 'string' &&
      Number.isInteger(value.seq);
    return isRecord ? (value as AuditRecord) : undefined;
  } catch {
    return undefined;
  }
}
