import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { AuditRecord } from '../../domain/audit.js';
import { genesis, leafOf } from './record.js';

export interface ChainCheck {
  readonly ok: boolean;
  readonly entries: number;
  /** The first thing that is wrong, with its line number. */
  readonly problem?: string;
}

function lineProblem(record: Partial<AuditRecord> | undefined, prev: string, seq: number, pendingTorn: boolean): string | undefined {
  if (record === undefined) return undefined;
  if (record.prev !== prev) return 'prev is not the hash of the line before: a line was changed, added or removed';
  if (record.seq !== seq) return `seq is ${String(record.seq)}, expected ${String(seq)}`;
  if (pendingTorn && record.event_type !== 'torn_tail_sealed') return 'the line before is no record, and nothing seals it';
  return undefined;
}

/** Reads a log from its first line and checks hash chain, sequence and seals. Streams; the full verifier is `ubos audit verify`. */
export async function checkChain(file: string): Promise<ChainCheck> {
  let prev = genesis;
  let seq = 0;
  let line = 0;
  let pendingTorn = false;
  for await (const text of createInterface({
    input: createReadStream(file, { encoding: 'latin1' }),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    line += 1;
    const bytes = Buffer.from(text, 'latin1');
    let record: Partial<AuditRecord> | undefined;
    try {
      record = JSON.parse(bytes.toString('utf8')) as Partial<AuditRecord>;
    } catch {
      if (pendingTorn) return { ok: false, entries: seq, problem: `line ${String(line)}: two lines in a row are no records` };
    }
    const problem = lineProblem(record, prev, seq, pendingTorn);
    if (problem !== undefined) return { ok: false, entries: seq, problem: `line ${String(line)}: ${problem}` };
    pendingTorn = record === undefined;
    if (record !== undefined) seq += 1;
    prev = leafOf(bytes);
  }
  return pendingTorn
    ? { ok: false, entries: seq, problem: `line ${String(line)}: no record, and nothing seals it` }
    : { ok: true, entries: seq };
}
