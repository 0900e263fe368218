import type { FileHandle } from 'node:fs/promises';
import type { AuditRecord } from '../../../domain/trail/records.js';
import { decodeRecord, lineBytesMax } from '../format/record.js';
import { readSegmentOpen } from '../format/segment-records.js';
import type { SegmentFile } from './segment-files.js';

/** The first line of a file, without its newline; a file without a whole first line has none. */
export async function firstLine(handle: FileHandle): Promise<Buffer | undefined> {
  const bytes = Buffer.alloc(lineBytesMax);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
  const end = bytes.subarray(0, bytesRead).indexOf(0x0a);
  return end < 0 ? undefined : bytes.subarray(0, end);
}

/** The record in the first line of a file. */
export async function firstRecord(handle: FileHandle): Promise<AuditRecord | undefined> {
  const line = await firstLine(handle);
  return line === undefined ? undefined : decodeRecord(line);
}

/** Where the lines begin that count for nothing, as the file after this one says. */
export async function abandonedFrom(name: string, next: Pick<SegmentFile, 'handle'> | undefined): Promise<number | undefined> {
  const record = next === undefined ? undefined : await firstRecord(next.handle);
  const open = record === undefined ? undefined : readSegmentOpen(record);
  return open?.prevSegment === name ? open.abandonedFrom : undefined;
}
