import fc from 'fast-check';
import type { Change, Effect, NodeKind, Tree, TreeNode } from '../../../src/domain/action/effect.js';
import { anyTextUpTo } from '../texts.js';

export const text = anyTextUpTo(12).map((each) => each.toWellFormed());
const node = fc.record(
  {
    kind: fc.constantFrom<NodeKind>('file', 'directory', 'link', 'fifo', 'socket', 'device'),
    mode: fc.nat(0o7777),
    size: fc.nat(100),
    sha256: fc.constantFrom('aa', 'bb'),
    target: text,
    text,
  },
  { requiredKeys: ['kind', 'mode', 'size'] },
) as fc.Arbitrary<TreeNode>;
/** What an action may leave behind. */
export const tree: fc.Arbitrary<Tree> = fc.array(fc.tuple(text, node), { maxLength: 8 }).map((nodes) => new Map(nodes));
export const anEffect = (changes: readonly Change[], change: Partial<Effect> = {}): Effect => ({
  changes,
  omitted: 0,
  incomplete: [],
  steps: [{ tool: 'shell', reason: 'exit', exitCode: 0, problems: [] }],
  ...change,
});
