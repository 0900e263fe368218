import type { LogName } from '../../domain/audit.js';
import { createProver } from '../../domain/merkle.js';
import type { Anchor } from './bookkeeping.js';
import type { ScanObserver } from './log-scan.js';
import { sha256Bytes } from './log-tree.js';
import { readIfThere } from './read-heads.js';
import { decodeHead } from './signed-note.js';

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
  /** Undefined without a head. Records that are newer than the head are left out: nobody vouches for them yet. */
  prove(headFile: string): LogProof | undefined;
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
      const actionId = record.action_id ?? '';
      if (isWanted(actionId)) matches.push({ seq: record.seq, line, actionId });
    },
    prove(headFile) {
      const note = readIfThere(headFile);
      const head = note === undefined ? undefined : decodeHead(note);
      if (note === undefined || head === undefined) return undefined;
      const first = (anchor?.lastSeq ?? -1) + 1;
      const prover = createProver(sha256Bytes, {
        first,
        before: (anchor?.tree ?? []).map((node) => Buffer.from(node, 'hex')),
        size: Math.min(head.size, first + count),
        leafAt: (index) => leaves.subarray((index - first) * 32, (index - first + 1) * 32),
      });
      const records = matches
        .filter(({ seq }) => seq < head.size)
        .map(({ seq, line }) => ({ seq, line, path: prover.inclusion(seq).map((node) => Buffer.from(node).toString('hex')) }));
      return { log, head: note, records };
    },
  };
}
