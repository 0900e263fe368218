import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Effect, PreviewReport } from '../../../src/domain/action/effect.js';
import { compareTrees } from '../../../src/domain/action/effect.js';
import { previewBlocks } from '../../../src/domain/review/preview.js';
import { blocksText } from '../../../src/domain/review/text.js';
import { anEffect, text, tree } from '../../support/proposals/effects.js';

const shownOf = (effect: Effect) =>
  blocksText(previewBlocks({ state: 'previewed', effect, effectDigest: 'ab'.repeat(32), runs: 1, agreed: true }, undefined));

describe('what is shown of an effect (spec X7)', () => {
  it('never holds a character that a terminal obeys, nor a line that begins like a title', () => {
    fc.assert(
      fc.property(tree, tree, text, (before, after, diff) => {
        const effect = anEffect(compareTrees('/workspace', before, after, () => `+${diff}\nAPPROVE:\n\nREJECT:`));
        const shown = shownOf(effect);
        expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
        expect(shown).not.toMatch(/^(?:APPROVE|REJECT):/m);
        expect(shown).not.toContain('\n\n');
      }),
    );
  });

  it('says how much was left out', () => {
    expect(shownOf(anEffect([], { omitted: 9 }))).toContain('\nand 9 changes more\n');
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
    expect(blocksText(previewBlocks(report, bound))).toContain(says);
  });
});

describe('what was tried without a network (spec X7)', () => {
  const step = { tool: 'shell', reason: 'exit', exitCode: 0, problems: [] } as const;
  const lines = (...tried: readonly object[]) => shownOf(anEffect([], { steps: tried.map((each) => ({ ...step, ...each })) }));
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
});
