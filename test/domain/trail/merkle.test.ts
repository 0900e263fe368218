import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { TreeHash } from '../../../src/domain/trail/merkle.js';
import { createCompactRange, createProver, hashOfNode, sameHash, verifyInclusion } from '../../../src/domain/trail/merkle.js';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const hashOfLeaf = (entry: Uint8Array): TreeHash => sha256(Buffer.concat([Buffer.of(0), entry]));
const unhex = (text: string): Uint8Array => Buffer.from(text, 'hex');

/** Test vectors of Certificate Transparency (also transparency-dev/merkle): entries, roots of the trees of 0 ... 8 of them, proofs. */
const entries = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(unhex);
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const node = {
  leaf1: '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
  leaf4: 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
  nodes23: '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
  nodes67: 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
  nodes47: '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
};
const leaves = entries.map(hashOfLeaf);
const proverOf = (all: readonly TreeHash[], first = 0) => {
  const range = createCompactRange(sha256);
  for (const leaf of all.slice(0, first)) range.append(leaf);
  return createProver(sha256, {
    first,
    before: range.toList(),
    size: all.length,
    leafAt: (index) => (index < first ? unhex('') : all[index]!),
  });
};

/** RFC 6962 section 2.1 to the letter, another way than the code has it. */
const definition = (all: readonly TreeHash[]): TreeHash => {
  if (all.length === 0) return sha256(new Uint8Array(0));
  if (all.length === 1) return all[0] as TreeHash;
  const k = 2 ** Math.floor(Math.log2(all.length - 1));
  return hashOfNode(sha256, definition(all.slice(0, k)), definition(all.slice(k)));
};

const trees = fc.integer({ min: 1, max: 70 }).map((size) => Array.from({ length: size }, (_, index) => hashOfLeaf(Buffer.of(index))));
const pick = fc.nat({ max: 10_000 });

describe('published vectors (RFC 6962, Certificate Transparency) (spec L3)', () => {
  it('roots of the trees of 0 to 8 entries', () => {
    const range = createCompactRange(sha256);
    const found = [hex(range.root())];
    for (const leaf of leaves) {
      range.append(leaf);
      found.push(hex(range.root()));
    }
    expect(found).toEqual(roots);
  });

  it.each([
    [0, 1, []],
    [0, 8, [node.leaf1, node.nodes23, node.nodes47]],
    [5, 8, [node.leaf4, node.nodes67, roots[4]]],
    [2, 3, [roots[2]]],
    [1, 5, [roots[1], node.nodes23, node.leaf4]],
  ])('audit path of leaf %i in a tree of %i', (index, size, expected) => {
    const proof = proverOf(leaves.slice(0, size)).inclusion(index);
    expect(proof.map(hex)).toEqual(expected);
    expect(verifyInclusion(sha256, { leaf: leaves[index] as TreeHash, index, size, root: unhex(roots[size] as string), proof })).toBe(true);
  });
});

describe('compact ranges', () => {
  it('have the root of the definition at every size, and go on from their list', () => {
    fc.assert(
      fc.property(trees, pick, (all, at) => {
        const first = at % (all.length + 1);
        const range = createCompactRange(sha256);
        for (const leaf of all.slice(0, first)) range.append(leaf);
        const list = range.toList();
        expect(hex(range.root())).toBe(hex(definition(all.slice(0, first))));
        const later = createCompactRange(sha256, { size: first, list });
        for (const leaf of all.slice(first)) later.append(leaf);
        expect([later.size, hex(later.root())]).toEqual([all.length, hex(definition(all))]);
        expect(list).toEqual(range.toList());
      }),
    );
  });

  it('refuse a list that is none of a tree of that size', () => {
    const hash = sha256(Buffer.from('x'));
    for (const from of [
      { size: 3, list: [hash] },
      { size: 0, list: [hash] },
      { size: -1, list: [hash] },
      { size: 1.5, list: [hash] },
      { size: 2 ** 54, list: [hash] },
      { size: 1, list: [hash.subarray(1)] },
    ])
      expect(() => createCompactRange(sha256, from)).toThrow(RangeError);
  });
});

describe('proofs (spec L3)', () => {
  it('are found true for every leaf, also where the first leaves are gone', () => {
    fc.assert(
      fc.property(trees, pick, (all, at) => {
        const prover = proverOf(all, at % all.length);
        expect(hex(prover.root())).toBe(hex(definition(all)));
        const size = all.length;
        for (let index = at % size; index < size; index += 1) {
          const claim = { leaf: all[index] as TreeHash, index, size, root: prover.root(), proof: prover.inclusion(index) };
          expect(verifyInclusion(sha256, claim)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('of leaves that are gone are refused', () => {
    const prover = proverOf(leaves, 3);
    for (const index of [0, 2, 8, -1, 1.5]) expect(() => prover.inclusion(index)).toThrow(RangeError);
    expect(() => createProver(sha256, { first: 3, before: [], size: 8, leafAt: (index) => leaves[index]! })).toThrow(RangeError);
  });

  const forged = fc.oneof(
    fc.record({ kind: fc.constant('flip' as const), at: pick, bit: fc.nat({ max: 255 }) }),
    fc.record({ kind: fc.constant('drop' as const), at: pick, bit: fc.constant(0) }),
    fc.record({ kind: fc.constant('insert' as const), at: pick, bit: fc.nat({ max: 255 }) }),
    fc.record({ kind: fc.constant('swap' as const), at: pick, bit: fc.constant(0) }),
    fc.record({ kind: fc.constant('cut' as const), at: pick, bit: fc.nat({ max: 255 }) }),
  );
  const forge = (proof: readonly TreeHash[], { kind, at, bit }: { kind: string; at: number; bit: number }): readonly TreeHash[] => {
    const index = at % (proof.length + (kind === 'insert' ? 1 : 0) || 1);
    const node = proof[index];
    if (kind === 'insert') return [...proof.slice(0, index), sha256(Buffer.of(bit)), ...proof.slice(index)];
    if (node === undefined) return [sha256(Buffer.of(bit))];
    if (kind === 'drop') return proof.filter((_, each) => each !== index);
    if (kind === 'cut') return proof.map((each, n) => (n === index ? each.subarray(0, bit % 32) : each));
    if (kind === 'flip')
      return proof.map((each, n) => (n === index ? each.map((byte, m) => (m === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)) : each));
    const next = proof[index + 1];
    return next === undefined ? [...proof, node] : proof.map((each, n) => (n === index ? next : n === index + 1 ? node : each));
  };

  it('that were tampered with are found false', () => {
    fc.assert(
      fc.property(trees, pick, forged, (all, at, forgery) => {
        const prover = proverOf(all);
        const [size, index, root] = [all.length, at % all.length, prover.root()];
        const claim = { leaf: all[index] as TreeHash, index, size, root };
        expect(verifyInclusion(sha256, { ...claim, proof: forge(prover.inclusion(index), forgery) })).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('say nothing about another leaf, another place or another tree', () => {
    fc.assert(
      fc.property(trees, pick, pick, (all, at, other) => {
        const prover = proverOf(all);
        const [size, index, wrong] = [all.length, at % all.length, other % (all.length + 3)];
        const claim = { leaf: all[index] as TreeHash, index, size, root: prover.root(), proof: prover.inclusion(index) };
        if (wrong !== index) expect(verifyInclusion(sha256, { ...claim, index: wrong })).toBe(false);
        expect(verifyInclusion(sha256, { ...claim, leaf: sha256(Buffer.from('another')) })).toBe(false);
        expect(verifyInclusion(sha256, { ...claim, root: sha256(Buffer.from('another')) })).toBe(false);
        // A leaf's proof read as that of an inner node: the prefixes 0x00 and 0x01 keep the two apart.
        const pair = claim.proof[0];
        if (pair !== undefined && index % 2 === 0 && index + 1 < size)
          expect(
            verifyInclusion(sha256, { ...claim, leaf: hashOfLeaf(Buffer.concat([claim.leaf, pair])), proof: claim.proof.slice(1) }),
          ).toBe(false);
      }),
    );
  });

  it('do not hold for senseless sizes', () => {
    const [leaf, root] = [leaves[0] as TreeHash, leaves[0] as TreeHash];
    expect(sameHash(leaf, leaf.subarray(1))).toBe(false);
    for (const [index, size] of [
      [0, 0],
      [1, 1],
      [-1, 1],
      [0.5, 1],
      [0, 2 ** 54],
    ] as const)
      expect(verifyInclusion(sha256, { leaf, index, size, root, proof: [] })).toBe(false);
  });
});
