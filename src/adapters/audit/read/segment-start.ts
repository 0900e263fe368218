import type { FileHandle } from 'node:fs/promises';
import type { AuditRecord } from '../../../domain/trail/records.js';
import { decodeRecord, lineBytesMax } from '../format/record.js';
import { readSegmentOpen } from '../format/segment-records.js';
import type { SegmentFile } from './segment-files.js';

/** The record in the first line of a file; a file without a whole first line has none. */
export async function firstRecord(handle: FileHandle): Promise<AuditRecord | undefined> {
  const bytes = Buffer.alloc(lineBytesMax);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
  const end = bytes.subarray(0, bytesRead).indexOf(0x0a);
  return end < 0 ? undefined : decodeRecord(bytes.subarray(0, end));
}

/** Where the lines begin that count for nothing, as the file behind this one says. */
export async function abandonedFrom(name: string, next: SegmentFile | undefined): Promise<number | undefined> {
  const record = next === undefined ? undefined : await firstRecord(next.handle);
  const open = record === undefined ? undefined : readSegmentOpen(record);
  return open?.prevSegment === name ? open.abandonedFrom : undefined;
}
