import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Change, TreeNode } from '../../../src/domain/action/effect.js';
import { compareTrees, effectDigest, historyRoom, trimEffect } from '../../../src/domain/action/effect.js';
import { anEffect, tree } from '../../support/proposals/effects.js';
import { sha256 } from '../../support/proposals/proposals.js';

const facts = ({ text: _text, ...rest }: TreeNode) => JSON.stringify(Object.entries(rest).sort());

describe('the comparison of two trees (spec X7)', () => {
  it('of a tree with itself is empty', () => {
    fc.assert(fc.property(tree, (each) => expect(compareTrees('/workspace', each, new Map(each))).toEqual([])));
  });

  it('names every path that differs, once, in order, and says how', () => {
    fc.assert(
      fc.property(tree, tree, (before, after) => {
        const changes = compareTrees('/workspace', before, after);
        const paths = changes.map(({ path }) => path);
        expect(paths).toEqual([...new Set(paths)].sort((a, b) => (a < b ? -1 : 1)));
        for (const path of new Set([...before.keys(), ...after.keys()])) {
          const [was, is] = [before.get(path), after.get(path)];
          const wanted = was === undefined ? 'created' : is === undefined ? 'deleted' : facts(was) === facts(is) ? undefined : 'changed';
          expect(changes.find((change) => change.path === path)?.change).toBe(wanted);
        }
      }),
    );
  });
});

describe('the digest of an effect (spec X7)', () => {
  it('is the same for the same effect, whatever is shown of it', () => {
    fc.assert(
      fc.property(tree, tree, (before, after) => {
        const plain = effectDigest(sha256, anEffect(compareTrees('/workspace', before, after)));
        const shown = compareTrees('/workspace', before, after, () => '+a diff');
        expect(effectDigest(sha256, anEffect(shown, { incomplete: ['something'] }))).toBe(plain);
      }),
    );
  });

  it('differs as soon as one fact does', () => {
    fc.assert(
      fc.property(tree, tree, tree, (before, one, other) => {
        const [a, b] = [one, other].map((after) => compareTrees('/workspace', before, after));
        const strip = (changes: readonly Change[] = []) =>
          JSON.stringify(
            changes.map(({ before: _before, diff: _diff, ...change }) =>
              change.change === 'deleted' ? [change.path, 'deleted'] : Object.entries(change).sort(),
            ),
          );
        expect(effectDigest(sha256, anEffect(a ?? [])) === effectDigest(sha256, anEffect(b ?? []))).toBe(strip(a) === strip(b));
      }),
    );
  });

  it('differs by the exit code', () => {
    const step = { tool: 'shell', reason: 'exit', problems: [] } as const;
    const digest = (exitCode: number) => effectDigest(sha256, { changes: [], steps: [{ ...step, exitCode }] });
    expect(digest(0)).not.toBe(digest(1));
  });

  it('is not changed by what was tried without a network: programs try again as often as they like', () => {
    const step = { tool: 'shell', reason: 'exit', exitCode: 0, problems: [] } as const;
    const digest = (tried: object) => effectDigest(sha256, anEffect([], { steps: [{ ...step, ...tried }] }));
    expect(digest({ attemptedConnections: { elsewhere: 2, unanswered: 4, inside: 1 } })).toBe(digest({}));
  });
});

describe('what is kept of an effect (spec X7)', () => {
  it('fits into a history, and knows how much was left out', () => {
    const many = Array.from({ length: 500 }, (_, index): Change => {
      const path = String(index).padStart(4, '0');
      return { root: '/workspace', path, change: 'created', kind: 'file', mode: 0o644, size: 1, diff: '+x'.repeat(500) };
    });
    const trimmed = trimEffect(anEffect(many, { omitted: 7 }), historyRoom);
    expect(trimmed.changes).toHaveLength(historyRoom.changesMax);
    expect(trimmed.omitted).toBe(507 - historyRoom.changesMax);
    expect(trimmed.changes.map(({ diff = '' }) => diff).join('').length).toBeLessThan(historyRoom.diffCharactersMax + 10);
  });
});
