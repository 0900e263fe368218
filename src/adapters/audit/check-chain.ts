import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { AuditRecord } from '../../domain/audit.js';
import { decodeRecord, genesis, leafOf } from './record.js';

export interface ChainCheck {
  readonly ok: boolean;
  readonly entries: number;
  /** The first thing that is wrong, with its line number. */
  readonly problem?: string;
}

interface Line {
  readonly bytes: Buffer;
  /** False for what lies behind the last newline. */
  readonly isWhole: boolean;
}

/** Splits at newlines and at nothing else: a carriage return is a byte of the line like any other. */
async function* linesOf(file: string): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  for await (const each of createReadStream(file, { highWaterMark: 1 << 20 })) {
    const chunk = each as Buffer;
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      yield { bytes: Buffer.concat([...parts, chunk.subarray(start, end)]), isWhole: true };
      parts = [];
      start = end + 1;
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  }
  if (parts.length > 0) yield { bytes: Buffer.concat(parts), isWhole: false };
}

/** Lines that are no records; the record behind them must be their seal. */
interface Pending {
  readonly line: number;
  readonly offset: number;
  readonly parts: readonly Buffer[];
}

function seals(record: AuditRecord, { offset, parts }: Pending): boolean {
  const hash = createHash('sha256');
  for (const [index, part] of parts.entries()) hash.update(index === 0 ? part : Buffer.concat([Buffer.from('\n'), part]));
  return record.event_type === 'torn_tail_sealed' && record['offset'] === offset && record['sha256'] === hash.digest('hex');
}

/** Reads a log from its first line and checks hash chain, sequence and seals. Streams; the full verifier is `ubos audit verify`. */
export async function checkChain(file: string): Promise<ChainCheck> {
  let [prev, seq, line, offset] = [genesis, 0, 0, 0];
  let pending: Pending | undefined;
  const wrong = (at: number, problem: string): ChainCheck => ({ ok: false, entries: seq, problem: `line ${String(at)}: ${problem}` });
  for await (const { bytes, isWhole } of linesOf(file)) {
    line += 1;
    const record = decodeRecord(bytes);
    if (!isWhole) return wrong(line, 'it has no end: the newline is missing');
    if (record === undefined) {
      pending = { line, offset, ...pending, parts: [...(pending?.parts ?? []), bytes] };
    } else {
      if (pending !== undefined && !seals(record, pending)) return wrong(pending.line, 'it is no record, and nothing seals it');
      if (record.prev !== prev) return wrong(line, 'prev is not the hash of the line before: a line was changed, added or removed');
      if (record.seq !== seq) return wrong(line, `seq is ${String(record.seq)}, expected ${String(seq)}`);
      pending = undefined;
      seq += 1;
    }
    prev = leafOf(bytes);
    offset += bytes.length + 1;
  }
  return pending === undefined ? { ok: true, entries: seq } : wrong(pending.line, 'it is no record, and nothing seals it');
}
