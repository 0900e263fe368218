import { hash } from 'node:crypto';
import type { CompactRange, HashBytes } from '../../../domain/trail/merkle.js';
import { createCompactRange } from '../../../domain/trail/merkle.js';

/** By way of a string: hash() allocates a buffer of its own for each result otherwise, which takes twice as long. */
export const sha256Bytes: HashBytes = (bytes) => Buffer.from(hash('sha256', bytes, 'binary'), 'latin1');

/** The tree over the records of a log (RFC 6962): leaf n is the leaf hash of the line of record n. */
export function createLogTree(size = 0, tree: readonly string[] = []): CompactRange {
  return createCompactRange(sha256Bytes, { size, list: tree.map((node) => Buffer.from(node, 'hex')) });
}

/** As `segment_pruned.tree` has it: hex, left to right, largest first. */
export const treeToHex = (tree: CompactRange): readonly string[] => tree.toList().map((node) => Buffer.from(node).toString('hex'));
