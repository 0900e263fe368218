import { expect, it } from '@jest/globals';
import { createLogTree, treeToHex } from '../../../../src/adapters/audit/format/log-tree.js';
import { leafOf, sha256Hex } from '../../../../src/adapters/audit/format/record.js';

const leaves = ['first', 'second', 'third'].map((line) => leafOf(Buffer.from(line)));
const node = (left: string, right: string) => sha256Hex(Buffer.concat([Buffer.of(1), Buffer.from(left, 'hex'), Buffer.from(right, 'hex')]));

it('the tree of a log goes on from what segment_pruned keeps of it (spec L3, L4)', () => {
  const [first, second, third] = leaves as [string, string, string];
  const whole = createLogTree();
  for (const leaf of [first, second]) whole.append(Buffer.from(leaf, 'hex'));
  expect(treeToHex(whole)).toEqual([node(first, second)]);
  const later = createLogTree(2, treeToHex(whole));
  later.append(Buffer.from(third, 'hex'));
  expect(treeToHex(later)).toEqual([node(first, second), third]);
  expect(Buffer.from(later.root()).toString('hex')).toBe(node(node(first, second), third));
});
