/**
 * Merkle trees of RFC 6962 section 2.1 (RFC 9162 section 2.1): what a signed head vouches for, and how a copy of a log is checked against it.
 * Hashes are 32 bytes. Nothing here throws on a forged proof: it is simply not true.
 */

/** SHA-256 over bytes. Passed in, because the domain has no node built-ins. It keeps neither what it is given nor what it returns. */
export type HashBytes = (bytes: Uint8Array) => Uint8Array;
export type TreeHash = Uint8Array;

const hashLength = 32;
/** Sizes and indices above this lose their lowest bits. */
const sizeMax = Number.MAX_SAFE_INTEGER;

/** Filled anew for each node: a verifier makes as many nodes as there are records. */
const nodeInput = new Uint8Array(1 + 2 * hashLength);
nodeInput[0] = 1;

/** Hash of an inner node: SHA-256(0x01 || left || right). */
export function hashOfNode(sha256: HashBytes, left: TreeHash, right: TreeHash): TreeHash {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + hashLength);
  return sha256(nodeInput);
}

export function sameHash(a: TreeHash, b: TreeHash): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** The largest power of two smaller than `size`; `size` > 1. Without bit operations, which would end at 2^32. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** How many ones `size` has in binary: as many perfect subtrees stand side by side in a tree of this size. */
function onesOf(size: number): number {
  let ones = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones;
}

const isSize = (size: number) => Number.isInteger(size) && size >= 0 && size <= sizeMax;

/** The perfect subtrees of a growing tree, left to right, largest first: all that its root needs, and all that appending needs. */
export interface CompactRange {
  readonly size: number;
  append(leaf: TreeHash): void;
  /** SHA-256 of nothing for an empty tree. */
  root(): TreeHash;
  /** What `createCompactRange` takes back; independent of later appends. */
  toList(): readonly TreeHash[];
}

/** Starts empty, or where another one stood. Throws a RangeError when the list cannot be one of a tree of that size. */
export function createCompactRange(
  sha256: HashBytes,
  from: { readonly size: number; readonly list: readonly TreeHash[] } = { size: 0, list: [] },
): CompactRange {
  if (!isSize(from.size) || from.list.length !== onesOf(from.size) || from.list.some(({ length }) => length !== hashLength))
    throw new RangeError(`${from.list.length} subtrees do not fit a tree of ${from.size} leaves`);
  const nodes = [...from.list];
  let size = from.size;
  return {
    get size() {
      return size;
    },
    append(leaf) {
      let node = leaf;
      // Each one at the low end is a subtree of the same height as what comes in: the two become one.
      for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) node = hashOfNode(sha256, nodes.pop() as TreeHash, node);
      nodes.push(node);
      size += 1;
    },
    root: () =>
      nodes.reduceRight<TreeHash | undefined>((right, left) => (right === undefined ? left : hashOfNode(sha256, left, right)), undefined) ??
      sha256(new Uint8Array(0)),
    toList: () => [...nodes],
  };
}

/** A tree whose leaves are at hand from `first` on; of what is before them there is its compact range (leaves 0 ... first - 1). */
export interface Tree {
  readonly first: number;
  readonly before: readonly TreeHash[];
  readonly size: number;
  /** Asked for indices of `first` ... `size` - 1 only. */
  leafAt(index: number): TreeHash;
}

type Subtree = (start: number, end: number) => TreeHash;

/** Hashes of subtrees; large ones are kept, so that many proofs over one tree cost little more than one. */
function createSubtrees(sha256: HashBytes, tree: Tree): Subtree {
  const { first, before } = tree;
  const known = new Map<string, TreeHash>();
  let at = 0;
  for (const hash of before) {
    const length = splitOf(first - at + 1);
    known.set(`${at}-${at + length}`, hash);
    at += length;
  }
  if (at !== first) throw new RangeError(`${before.length} subtrees do not fit a tree of ${first} leaves`);
  const subtree: Subtree = (start, end) => {
    const name = `${start}-${end}`;
    const found = known.get(name);
    if (found !== undefined) return found;
    if (end - start === 1) {
      if (start < first) throw new RangeError(`leaf ${start} is not at hand`);
      return tree.leafAt(start);
    }
    const middle = start + splitOf(end - start);
    const hash = hashOfNode(sha256, subtree(start, middle), subtree(middle, end));
    if (end - start >= 64) known.set(name, hash);
    return hash;
  };
  return subtree;
}

/** Proofs over one tree. */
export interface Prover {
  readonly size: number;
  root(): TreeHash;
  /** Merkle audit path of one leaf, RFC 6962 section 2.1.1. Throws a RangeError for a leaf that is not at hand. */
  inclusion(index: number): readonly TreeHash[];
}

export function createProver(sha256: HashBytes, tree: Tree): Prover {
  const { size } = tree;
  const subtree = createSubtrees(sha256, tree);
  const path = (index: number, start: number, end: number): TreeHash[] => {
    if (end - start === 1) return [];
    const middle = start + splitOf(end - start);
    return index < middle ? [...path(index, start, middle), subtree(middle, end)] : [...path(index, middle, end), subtree(start, middle)];
  };
  return {
    size,
    root: () => (size === 0 ? sha256(new Uint8Array(0)) : subtree(0, size)),
    inclusion(index) {
      if (!isSize(index) || index < tree.first || index >= size) throw new RangeError(`leaf ${index} is not at hand`);
      return path(index, 0, size);
    },
  };
}

export interface InclusionClaim {
  readonly leaf: TreeHash;
  readonly index: number;
  readonly size: number;
  readonly root: TreeHash;
  readonly proof: readonly TreeHash[];
}

/** Is `leaf` the leaf number `index` of the tree with this size and root? RFC 9162 section 2.1.3.2. */
export function verifyInclusion(sha256: HashBytes, { leaf, index, size, root, proof }: InclusionClaim): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || [leaf, root, ...proof].some(({ length }) => length !== hashLength)) return false;
  let [fn, sn, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = hashOfNode(sha256, sibling, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else hash = hashOfNode(sha256, hash, sibling);
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && sameHash(hash, root);
}
