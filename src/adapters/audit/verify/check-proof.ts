import type { AuditRecord } from '../../../domain/trail/records.js';
import { verifyInclusion } from '../../../domain/trail/merkle.js';
import { sha256Bytes } from '../format/log-tree.js';
import type { LogProof, RecordProof } from './prove-records.js';
import { decodeRecord, leafOf } from '../format/record.js';
import type { Head, VerifierKey } from '../format/signed-note.js';
import { readHead } from '../format/signed-note.js';

/** A log that a proof speaks of: its head, and the records that it covers. */
export interface ProvenLog {
  readonly head: Head;
  readonly records: readonly AuditRecord[];
}

export type CheckedProof = { readonly logs: readonly ProvenLog[] } | { readonly problem: string };

/** What `ubos audit prove` has written. */
export interface WrittenProof {
  readonly proposalId: string;
  readonly proofs: readonly LogProof[];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
const isListOf = <T>(value: unknown, isOne: (each: unknown) => each is T): value is readonly T[] =>
  Array.isArray(value) && value.every(isOne);
const isHash = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const isRecordProof = (value: unknown): value is RecordProof =>
  isObject(value) && Number.isSafeInteger(value['seq']) && typeof value['line'] === 'string' && isListOf(value['path'], isHash);
const isLogProof = (value: unknown): value is LogProof =>
  isObject(value) && typeof value['log'] === 'string' && typeof value['head'] === 'string' && isListOf(value['records'], isRecordProof);

/** Undefined for what is no proof of this version. What is in one it does not check: `checkProof` does. */
export function parseProof(text: string): WrittenProof | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value['schema'] !== 'ubos.audit-proof/v1') return undefined;
  const { proposal_id: proposalId, proofs } = value;
  return typeof proposalId === 'string' && isListOf(proofs, isLogProof) ? { proposalId, proofs } : undefined;
}

function checkLog(proposalId: string, { log, head: note, records }: LogProof, key: VerifierKey): ProvenLog | { readonly problem: string } {
  const read = readHead(note, key);
  if ('problem' in read) return { problem: `the head of ${log}: ${read.problem}` };
  const { head } = read;
  if (head.log !== log) return { problem: `the head of ${log} is one of ${head.log}` };
  if (records.length === 0) return { problem: `there is no record of ${log}` };
  const found: AuditRecord[] = [];
  for (const { seq, line, path } of records) {
    const bytes = Buffer.from(line);
    const record = decodeRecord(bytes, log);
    const what = `record ${seq} of ${log}`;
    if (record?.seq !== seq) return { problem: `${what}: the line does not have that number` };
    if (record.action_id !== proposalId) return { problem: `${what} is not about ${proposalId}` };
    const proof = path.map((node) => Buffer.from(node, 'hex'));
    const claim = { leaf: Buffer.from(leafOf(bytes), 'hex'), index: seq, size: head.size, root: head.root, proof };
    if (!verifyInclusion(sha256Bytes, claim))
      return { problem: `${what} is not in the log that was signed: the record, its path or the head was changed` };
    found.push(record);
  }
  return { head, records: found };
}

/**
 * Holds a proof against the key alone: no log is needed. What it shows is that these lines stand in the signed log, at these places; not
 * that there are no others about the proposal.
 */
export function checkProof({ proposalId, proofs }: WrittenProof, key: VerifierKey): CheckedProof {
  if (proofs.length === 0) return { problem: 'there is no record in it' };
  const logs: ProvenLog[] = [];
  for (const proof of proofs) {
    const checked = checkLog(proposalId, proof, key);
    if ('problem' in checked) return checked;
    logs.push(checked);
  }
  return { logs };
}
