import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { AuditRecord } from '../../../src/domain/trail/records.js';

/** A log as somebody reads it who knows the format and none of the code: every file of it, oldest first. */
export interface ReadLog {
  readonly records: readonly AuditRecord[];
  /** Of those, what is not about the log itself. */
  readonly entries: readonly AuditRecord[];
  readonly leaves: ReadonlyMap<number, string>;
  readonly files: readonly string[];
  /** Lines that a failed sync took with it. */
  readonly abandoned: number;
}

const leafOf = (line: Buffer) => createHash('sha256').update('\0').update(line).digest('hex');
const bookkeeping = new Set(['segment_open', 'segment_close', 'segment_pruned', 'torn_tail_sealed']);

export function filesOf(file: string): string[] {
  const stem = basename(file).replace(/\.jsonl$/, '');
  const closed = readdirSync(dirname(file)).filter((name) => new RegExp(`^${stem}\\.\\d{12}\\.\\d{8}(\\.\\d+)?\\.jsonl$`).test(name));
  const key = (name: string) => name.replace(/^(.*\.\d{12}\.\d{8})\.jsonl$/, '$1.0.jsonl');
  closed.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return [...closed.map((name) => join(dirname(file), name)), ...(existsSync(file) ? [file] : [])];
}

function parse(line: Buffer): AuditRecord | undefined {
  try {
    const value = JSON.parse(line.toString()) as AuditRecord;
    return typeof value === 'object' && value !== null && typeof value.seq === 'number' ? value : undefined;
  } catch {
    return undefined;
  }
}

function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

/** Throws at the first thing that is not as the format has it: hashes, numbers, ids, seals, files. */
export function readLog(file: string): ReadLog {
  const files = filesOf(file);
  const records: AuditRecord[] = [];
  const leaves = new Map<number, string>();
  const ids = new Set<string>();
  let prev = '0'.repeat(64);
  let [seq, abandoned] = [0, 0];
  for (const [index, path] of files.entries()) {
    const bytes = readFileSync(path);
    const next = files[index + 1];
    const opening = next === undefined ? undefined : parse(Buffer.from(readFileSync(next, 'utf8').split('\n')[0] ?? ''));
    const limit = (opening?.['abandoned'] as { from_offset: number } | undefined)?.from_offset;
    const wanted = limit ?? bytes.length;
    must(wanted <= bytes.length, `${path} ends before ${wanted}`);
    abandoned += bytes.subarray(wanted).toString('latin1').split('\n').filter(Boolean).length;
    let tornAt: number | undefined;
    let [first, last]: (AuditRecord | undefined)[] = [];
    for (let start = 0; start < wanted;) {
      const end = bytes.indexOf(0x0a, start);
      must(end >= 0 && end < wanted, `${path}: the line at ${start} has no end`);
      const line = bytes.subarray(start, end);
      const record = parse(line);
      const at = `${path} at ${start}`;
      if (record === undefined) tornAt ??= start;
      else {
        must(record.prev === prev, `${at}: prev`);
        must(record.seq === seq, `${at}: seq ${record.seq}, not ${seq}`);
        must(!ids.has(record.id), `${at}: ${record.id} twice`);
        if (tornAt !== undefined) {
          const torn = bytes.subarray(tornAt, start - 1);
          must(
            record.event_type === 'torn_tail_sealed' && record['offset'] === tornAt && record['bytes'] === torn.length,
            `${at}: no seal`,
          );
          must(record['sha256'] === createHash('sha256').update(torn).digest('hex'), `${at}: seal of other bytes`);
          must(record['after'] === (leaves.get(seq - 1) ?? '0'.repeat(64)), `${at}: seal behind another record`);
          tornAt = undefined;
        }
        must(last?.event_type !== 'segment_close', `${at}: behind the close`);
        if (start === 0 && index > 0) {
          must(record.event_type === 'segment_open' && record['prev_segment'] === basename(files[index - 1]!), `${at}: no segment_open`);
          must(record['prev_last_seq'] === seq - 1, `${at}: prev_last_seq`);
        }
        ids.add(record.id);
        records.push(record);
        leaves.set(seq, leafOf(line));
        first ??= record;
        last = record;
        seq += 1;
      }
      prev = leafOf(line);
      start = end + 1;
    }
    must(tornAt === undefined, `${path}: nothing seals the bytes at ${tornAt}`);
    if (next !== undefined && limit === undefined) {
      must(last?.event_type === 'segment_close' && first !== undefined, `${path}: not closed`);
      must(last['first_seq'] === first.seq && last['records'] === last.seq - first.seq + 1, `${path}: a close of something else`);
    }
  }
  const entries = records.filter(({ event_type: event }) => !bookkeeping.has(event));
  return { records, entries, leaves, files: files.map((path) => basename(path)), abandoned };
}
