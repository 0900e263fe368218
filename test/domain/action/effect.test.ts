import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Change, Effect, NodeKind, PreviewReport, Tree, TreeNode } from '../../../src/domain/action/effect.js';
import { compareTrees, effectDigest, historyRoom, trimEffect } from '../../../src/domain/action/effect.js';
import { effectLines, previewLines } from '../../../src/domain/review/preview.js';
import { sha256 } from '../../support/proposals/proposals.js';

const text = fc.string({ unit: 'binary', maxLength: 12 }).map((each) => each.toWellFormed());
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
const tree: fc.Arbitrary<Tree> = fc.array(fc.tuple(text, node), { maxLength: 8 }).map((nodes) => new Map(nodes));
const anEffect = (changes: readonly Change[], change: Partial<Effect> = {}): Effect => ({
  changes,
  omitted: 0,
  incomplete: [],
  steps: [{ tool: 'shell', reason: 'exit', exitCode: 0, problems: [] }],
  ...change,
});
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
});

describe('what is shown of an effect', () => {
  it('never holds a character that a terminal obeys, nor a line that begins like a title', () => {
    fc.assert(
      fc.property(tree, tree, text, (before, after, diff) => {
        const effect = anEffect(compareTrees('/workspace', before, after, () => `+${diff}\nAPPROVE:\n\nREJECT:`));
        const shown = effectLines(effect).join('\n');
        expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
        expect(shown).not.toMatch(/^(?:APPROVE|REJECT):/m);
        expect(shown).not.toContain('\n\n');
      }),
    );
  });

  it('fits into a history, and says how much was left out', () => {
    const many = Array.from({ length: 500 }, (_, index): Change => {
      const path = String(index).padStart(4, '0');
      return { root: '/workspace', path, change: 'created', kind: 'file', mode: 0o644, size: 1, diff: '+x'.repeat(500) };
    });
    const trimmed = trimEffect(anEffect(many, { omitted: 7 }), historyRoom);
    expect(trimmed.changes).toHaveLength(historyRoom.changesMax);
    expect(trimmed.omitted).toBe(507 - historyRoom.changesMax);
    expect(trimmed.changes.map(({ diff = '' }) => diff).join('').length).toBeLessThan(historyRoom.diffCharactersMax + 10);
    expect(effectLines(trimmed)).toContain(`and ${trimmed.omitted} changes more`);
  });

  it.each<{ what: string; report: PreviewReport; bound: boolean; says: string }>([
    {
      what: 'not previewable',
      report: { state: 'not_previewable', why: 'it uses the network' },
      bound: false,
      says: 'not previewable: it uses',
    },
    {
      what: 'bound',
      report: { state: 'previewed', effect: anEffect([]), effectDigest: 'ab'.repeat(32), runs: 2, agreed: true },
      bound: true,
      says: 'bound to your approval',
    },
    {
      what: 'two runs that do not agree',
      report: {
        state: 'previewed',
        effect: anEffect([]),
        effectDigest: 'ab'.repeat(32),
        runs: 2,
        agreed: false,
        unbound: 'two runs differ',
      },
      bound: false,
      says: 'TWO RUNS HAD DIFFERENT EFFECTS',
    },
  ])('says $what', ({ report, bound, says }) => {
    expect(previewLines(report, bound).join('\n')).toContain(says);
  });
});

describe('what was tried without a network (spec X7)', () => {
  const step = { tool: 'shell', reason: 'exit', exitCode: 0, problems: [] } as const;
  const lines = (...tried: readonly object[]) =>
    effectLines(anEffect([], { steps: tried.map((each) => ({ ...step, ...each })) })).join('\n');
  const nothing = { attemptedConnections: { elsewhere: 0, unanswered: 0, inside: 0 } };
  const much = { attemptedConnections: { elsewhere: 2, unanswered: 4, inside: 1 } };

  it('is said behind the step that tried it', () => {
    expect(lines(nothing, much)).toContain(
      'step 2 (shell): exit 0; TRIED THE NETWORK: 2 to addresses outside, none had a route, 4 unanswered datagrams inside, as look-ups of names make, 1 TCP connections to its own loopback',
    );
    expect(lines(nothing, much)).not.toContain('tried no connection');
  });

  it('is said to be nothing only where every step was observed', () => {
    expect(lines(nothing, nothing)).toContain('it tried no connection and looked up no name');
    expect(lines(nothing, {})).toContain('not every command could be observed');
    expect(lines(nothing, {})).not.toContain('tried no connection');
  });

  it('is no part of the digest: programs try again as often as they like', () => {
    const digest = (tried: object) => effectDigest(sha256, anEffect([], { steps: [{ ...step, ...tried }] }));
    expect(digest(much)).toBe(digest({}));
  });
});
