import type { FileHandle } from 'node:fs/promises';
import { trailEvent } from '../../../domain/trail/events.js';
import type { AuditEntry } from '../../../domain/trail/records.js';
import type { ChainState } from './chain-state.js';
import { appendDurably } from './log-file.js';
import { decodeRecord, encodeRecord, leafOf, sha256Hex } from '../format/record.js';
import type { LogSettings } from './log-settings.js';

interface Torn {
  readonly chain: ChainState;
  readonly handle: FileHandle;
  /** What stands behind the last newline. */
  readonly torn: Buffer;
  /** Told what will stand behind the last newline, before it is written. */
  readonly announce: (bytes: Buffer) => void;
}

/**
 * SIGKILL alone tears lines: the tail is closed with a newline, and a record says what it was, and after which record. Never truncated.
 * One write for both, so that there is no moment between them; where even that one is torn, the next seal covers all that lies behind the
 * last record.
 */
export async function mendTornLine(settings: LogSettings, { chain, handle, torn, announce }: Torn): Promise<void> {
  const { log, vesselName, clock, files, path } = settings;
  const newline = Buffer.from(torn.length > 0 ? '\n' : '');
  if (decodeRecord(torn, log) !== undefined) {
    // Only its newline is missing: it is a record after all.
    announce(Buffer.concat([torn, newline]));
    await appendDurably(files, path, handle, newline);
    chain.take(torn);
    return;
  }
  const offset = chain.recordEnd;
  const bytes = Buffer.alloc(chain.readBytes + torn.length - (torn.length > 0 ? 0 : 1) - offset);
  await handle.read(bytes, 0, bytes.length, offset);
  const entry: AuditEntry<typeof trailEvent.tornTailSealed> = {
    id: `segment/${chain.firstSeq}/torn/${offset}`,
    eventType: trailEvent.tornTailSealed,
    summary: `${bytes.length} bytes of an unfinished line`,
    data: { bytes: bytes.length, sha256: sha256Hex(bytes), offset, after: chain.recordLeaf },
  };
  const prev = torn.length > 0 ? leafOf(torn) : chain.prev;
  const line = encodeRecord(entry, { log, seq: chain.seq + 1, prev, vesselName, timestamp: clock() });
  announce(Buffer.concat([torn, newline, line]));
  await appendDurably(files, path, handle, Buffer.concat([newline, line]));
  if (torn.length > 0) chain.take(torn);
  chain.take(line.subarray(0, -1));
}
