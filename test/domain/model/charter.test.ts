import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { excerptCharter } from '../../../src/domain/model/charter.js';

const text = '# Charter\n\n## 1. Principles\nTruth.\n\n## 2. Modes\nNothing runs without a word.\nNever.\n\n## 3. Record\nAll.\n';

describe('excerptCharter', () => {
  it('tells the whole where it fits; a heading that nothing stands under is no section', () => {
    expect(excerptCharter(text, 1_000)).toEqual({
      text: '## 1. Principles\nTruth.\n## 2. Modes\nNothing runs without a word.\nNever.\n## 3. Record\nAll.',
      told: ['1. Principles', '2. Modes', '3. Record'],
      leftOut: [],
    });
  });

  it('tells whole sections, in their order, each that still fits: never half a rule', () => {
    const excerpt = excerptCharter(text, 45);
    expect(excerpt).toEqual({
      text: '## 1. Principles\nTruth.\n## 3. Record\nAll.',
      told: ['1. Principles', '3. Record'],
      leftOut: ['2. Modes'],
    });
    expect(excerptCharter(text, 0)).toMatchObject({ text: '', told: [] });
  });

  it('takes paragraphs for sections where there is no heading, and makes what is hidden visible', () => {
    expect(excerptCharter('Truth\u202e.\r\n\r\nNothing runs\r\nalone.', 100)).toEqual({
      text: 'Truth⟦U+202E⟧.\nNothing runs\nalone.',
      told: ['Truth⟦U+202E⟧.', 'Nothing runs'],
      leftOut: [],
    });
  });

  it('has room for the charter that Janus ships in a prompt of the default size', () => {
    const shipped = readFileSync(new URL('../../../deploy/etc/charter.md', import.meta.url), 'utf8');
    expect(excerptCharter(shipped, 4_000)).toMatchObject({ leftOut: [] });
  });
});
