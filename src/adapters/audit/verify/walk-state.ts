import type { LogName } from '../../../domain/trail/logs.js';
import type { CompactRange } from '../../../domain/trail/merkle.js';
import type { AuditRecord } from '../../../domain/trail/records.js';
import type { Finding, FindingKind } from '../contract/verdict.js';
import { createLogTree } from '../format/log-tree.js';

/** A root and a leaf that somebody vouches for: the scan compares them as it passes. */
export interface Mark {
  readonly size: number;
  readonly root: Buffer;
  readonly leaf: string;
  /** Who says so, for the reason. */
  readonly says: string;
}

/** The last record that a writer has noted in the lock file. */
export type WriterMark = Pick<Mark, 'size' | 'leaf' | 'says'>;

/** Told of each sound record; `line` is its text, without newline. */
export type ScanObserver = (record: AuditRecord, leaf: string, line: string) => void;

export interface ScanSettings {
  /** Undefined takes records of any log. */
  readonly log: LogName | undefined;
  /** Sorted by size. */
  readonly marks?: readonly Mark[];
  readonly written?: WriterMark | undefined;
  /** Off: unique ids are not looked for, and nothing is remembered of each record. */
  readonly ids?: boolean;
  readonly full?: boolean;
  readonly observe?: ScanObserver | undefined;
}

/** Lines that are no records; the record after them must be their seal. */
export interface Pending {
  readonly line: number;
  readonly offset: number;
  readonly bytes: Buffer;
  /** Leaf of the line before them. */
  readonly after: string;
}

/** All that holds up to some record. */
export interface Stand {
  readonly next: number;
  readonly leaf: string;
  readonly tree: ReturnType<CompactRange['toList']>;
}

/** Where the scan stands. */
export interface Walk {
  readonly settings: ScanSettings;
  readonly marks: readonly Mark[];
  readonly known: Set<string> | undefined;
  readonly warnings: Finding[];
  readonly notices: Finding[];
  tree: CompactRange;
  prev: string;
  next: number;
  lastLeaf: string;
  /** Before the last record: where a line turns out not to hold the hash of the one before, one of the two was changed. */
  before: Stand;
  /** Up to where a head agrees, or where the scan began. */
  agreed: Stand;
  name: string;
  /** Name of the file before it, or of the last one that was pruned. */
  previous: string | undefined;
  line: number;
  offset: number;
  firstSeq: number;
  isClosed: boolean;
  marksPassed: number;
  newest: string;
  pending: Pending | undefined;
  problem: Finding | undefined;
}

export const standOf = ({ next, lastLeaf: leaf, tree }: Walk): Stand => ({ next, leaf, tree: tree.toList() });

function goBack(walk: Walk, { next, leaf, tree }: Stand): void {
  const list = tree.map((node) => Buffer.from(node).toString('hex'));
  Object.assign(walk, { next, lastLeaf: leaf, tree: createLogTree(next, list) });
}

/** Nothing vouches for the last record any more, unless a head does. */
export function doubtLast(walk: Walk): void {
  if (walk.agreed.next < walk.next) goBack(walk, walk.before);
}

export function fail(walk: Walk, kind: FindingKind, line: number, reason: string): false {
  walk.problem ??= { kind, file: walk.name, line, reason };
  return false;
}

export function warn(walk: Walk, kind: FindingKind, line: number, reason: string): void {
  walk.warnings.push({ kind, file: walk.name, line, reason });
}

/** Compares with everybody who vouches for a tree of this size. */
export function passMarks(walk: Walk): boolean {
  for (let mark = walk.marks[walk.marksPassed]; mark !== undefined && mark.size <= walk.next; mark = walk.marks[walk.marksPassed]) {
    walk.marksPassed += 1;
    if (mark.size !== walk.next) continue;
    if (mark.leaf !== walk.lastLeaf || !mark.root.equals(walk.tree.root())) {
      goBack(walk, walk.agreed);
      return fail(walk, 'head_mismatch', walk.line, `${mark.says} vouches for other records up to here: the log was rewritten`);
    }
    walk.agreed = standOf(walk);
  }
  return true;
}

/** Compares with what a writer noted when it was on the disk. */
export function passWritten(walk: Walk): boolean {
  const { written } = walk.settings;
  if (written?.size !== walk.next || written.leaf === walk.lastLeaf) return true;
  goBack(walk, walk.agreed);
  return fail(walk, 'lock_mismatch', walk.line, `${written.says} vouches for another record here: the log was rewritten`);
}
