import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { sha256 } from '../../files/sha256.js';
import { decodeRecord, leafOf } from '../format/record.js';
import type { ChainState } from './chain-state.js';
import type { DurableMark } from '../format/durable-mark.js';
import { describeFile, foreign } from './log-file.js';
import type { LogSettings } from './log-settings.js';

/** Where writers of ours have left a file: filled up to `end`, and perhaps begun to write more. */
export type Left = Pick<DurableMark, 'end' | 'tip' | 'writing'>;

/** Not by way of the thread pool: a line lies in the page cache, and this is asked before each append. */
function bytesAt({ fd }: FileHandle, from: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, length === 0 ? 0 : readSync(fd, bytes, 0, length, from));
}

const linesOf = (bytes: Buffer): readonly string[] => bytes.toString('latin1').split('\n');

/** Whether these bytes can be what a killed writer left of what it had begun: all of it, or a beginning that holds no record. */
function isBegun(tail: Buffer, log: LogSettings['log'], writing: Left['writing']): boolean {
  if (tail.length === 0) return true;
  if (writing === undefined || tail.length > writing.bytes) return false;
  // All but its newline is a whole record: the next one adds that.
  const whole = tail.length === writing.bytes - 1 ? Buffer.concat([tail, Buffer.from('\n')]) : tail;
  if (whole.length === writing.bytes && sha256(whole) === writing.sha256) return true;
  return tail.length < writing.bytes && linesOf(tail).every((line) => decodeRecord(Buffer.from(line, 'latin1'), log) === undefined);
}

/** The file must still be as long as the chain knows it, and end there with the same line. */
export function checkLastLine({ path }: LogSettings, { readBytes, lastLine, prev }: ChainState, handle: FileHandle): void {
  const { bytes } = describeFile(handle);
  if (bytes < readBytes) throw foreign(path, `it has shrunk from ${readBytes} to ${bytes} bytes`);
  if (lastLine === undefined) return;
  if (leafOf(bytesAt(handle, lastLine.offset, lastLine.bytes)) !== prev)
    throw foreign(path, `the line at byte ${lastLine.offset} was changed while the log was in use`);
}

/**
 * Takes in the active file from where the chain stands to its end, and returns the bytes of an unfinished line. Throws where it is not as its
 * writers left it: what stands there by another hand must neither count nor be continued (spec L2). Where no writer has left word, as after a
 * power cut, the chain alone says what counts, and only one line may stand behind it that a kill tore and nobody could seal.
 */
export async function readAsLeft(settings: LogSettings, chain: ChainState, handle: FileHandle, left: Left | undefined): Promise<Buffer> {
  const { path, log } = settings;
  const { bytes } = describeFile(handle);
  if (left === undefined) {
    const torn = await chain.readOn(handle, bytes);
    const behind = chain.readBytes - chain.recordEnd;
    if (behind > 0 && linesOf(bytesAt(handle, chain.recordEnd, behind - 1)).length > 1)
      throw foreign(path, `what stands behind byte ${chain.recordEnd} was not written by Janus`);
    return torn;
  }
  // What this process wrote last is announced, and no more than that.
  const isAhead = chain.readBytes > left.end && chain.readBytes === left.end + (left.writing?.bytes ?? 0);
  const { end, tip, writing } = isAhead ? { end: chain.readBytes, tip: chain.prev, writing: undefined } : left;
  if (bytes < end) throw foreign(path, `it has shrunk from ${end} to ${bytes} bytes`);
  if ((await chain.readOn(handle, end)).length > 0 || chain.readBytes !== end || chain.prev !== tip)
    throw foreign(path, `its first ${end} bytes are not those that were written`);
  const tail = bytesAt(handle, end, Math.min(bytes - end, (writing?.bytes ?? 0) + 1));
  if (!isBegun(tail, log, writing)) {
    const next = `keep a copy of ${path}; then, to go on without them: truncate -s ${end} ${path} (docs/audit.md)`;
    throw foreign(path, `${bytes - end} bytes behind byte ${end} were not written by Janus`, next);
  }
  return chain.readOn(handle, bytes);
}
