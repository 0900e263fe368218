import type { LogName } from '../../../domain/trail/logs.js';
import { createProver } from '../../../domain/trail/merkle.js';
import type { Anchor } from '../format/segment-records.js';
import type { ScanObserver } from './walk-state.js';
import { sha256Bytes } from '../format/log-tree.js';
import { decodeHead } from '../format/signed-note.js';

/** One record and what proves that the head covers it (RFC 6962 section 2.1.1). */
export interface RecordProof {
  readonly seq: number;
  /** The line as it stands in the file: its hash is the leaf. */
  readonly line: string;
  /** Audit path, hex, from the leaf up. */
  readonly path: readonly string[];
}

export interface LogProof {
  readonly log: LogName;
  /** The signed note. */
  readonly head: string;
  readonly records: readonly RecordProof[];
}

/** Keeps what proofs are made of while a log is verified: 32 bytes for each record, and the lines that are asked for. */
export interface ProofCollector {
  onStart(anchor: Anchor | undefined): void;
  readonly observe: ScanObserver;
  readonly matches: readonly { readonly seq: number; readonly line: string; readonly actionId: string }[];
  /**
   * `note` is a head that was there before the log was read. Undefined where it is none. Records that are newer than the head are left out:
   * nobody vouches for them yet.
   */
  prove(note: string): LogProof | undefined;
}

export function createProofCollector(log: LogName, isWanted: (actionId: string) => boolean): ProofCollector {
  const matches: { seq: number; line: string; actionId: string }[] = [];
  let leaves = Buffer.alloc(1 << 16);
  let count = 0;
  let anchor: Anchor | undefined;
  return {
    matches,
    onStart(found) {
      anchor = found;
    },
    observe(record, leaf, line) {
      if ((count + 1) * 32 > leaves.length) leaves = Buffer.concat([leaves], leaves.length * 2);
      leaves.write(leaf, count * 32, 'hex');
      count += 1;
      const actionId: unknown = record.action_id;
      if (typeof actionId === 'string' && isWanted(actionId)) matches.push({ seq: record.seq, line, actionId });
    },
    prove(note) {
      const head = decodeHead(note);
      const first = (anchor?.lastSeq ?? -1) + 1;
      if (head === undefined || head.size > first + count) return undefined;
      const covered = matches.filter(({ seq }) => seq < head.size);
      if (covered.length === 0) return { log, head: note, records: [] };
      const prover = createProver(sha256Bytes, {
        first,
        before: (anchor?.tree ?? []).map((node) => Buffer.from(node, 'hex')),
        size: head.size,
        leafAt: (index) => leaves.subarray((index - first) * 32, (index - first + 1) * 32),
      });
      const records = covered.map(({ seq, line }) => ({
        seq,
        line,
        path: prover.inclusion(seq).map((node) => Buffer.from(node).toString('hex')),
      }));
      return { log, head: note, records };
    },
  };
}
