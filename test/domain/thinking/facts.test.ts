import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Fact } from '../../../src/domain/model/context.js';
import { contextBytesMax } from '../../../src/domain/model/context.js';
import { boundFacts, contextOf, metricFacts } from '../../../src/domain/thinking/facts.js';
import { sha256 } from '../../support/proposals/proposals.js';

const fact = (index: number, text: string): Fact => ({ id: `l:${index}`, text, trust: 'outside', source: 'agent log' });
const about = { vesselId: 'janus-test', takenAt: '2026-01-02T03:04:05.000Z', mode: 'alpha' };
const mission = (id: string, objective = '') => ({ id, title: id, objective, priority: 0 });

describe('metricFacts (spec T2)', () => {
  it('says what was measured, and nothing of what was not', () => {
    expect(metricFacts({ load1: 0, disk_free_mb: null, relief_degraded: false })).toEqual([
      { id: 'm:load1', text: 'load1 is 0', value: 0, trust: 'own', source: 'metric' },
      { id: 'm:relief_degraded', text: 'relief_degraded is false', value: false, trust: 'own', source: 'metric' },
    ]);
  });
});

describe('boundFacts (spec T5)', () => {
  it('keeps the first ones that fit, each one visible line that is not too long', () => {
    const [long, hidden] = boundFacts([fact(1, 'x'.repeat(1_000)), fact(2, 'a\nb\u202ec')]);
    expect(long?.text).toHaveLength(300);
    expect(hidden?.text).toBe('a⟦U+000A⟧b⟦U+202E⟧c');
    const kept = boundFacts(Array.from({ length: 1_000 }, (_, index) => fact(index, 'y'.repeat(300))));
    expect(kept.length).toBeLessThan(1_000);
    expect(kept.map(({ id }) => id)).toEqual(kept.map((_, index) => `l:${index}`));
  });
});

describe('contextOf (spec T2)', () => {
  it('fits into its bytes, whatever was found and however much', () => {
    const facts = fc.array(fc.string({ unit: 'binary', maxLength: 400 }), { maxLength: 300 });
    const missions = fc.array(fc.string({ unit: 'grapheme', maxLength: 2_000 }), { maxLength: 40 });
    fc.assert(
      fc.property(facts, missions, (texts, objectives) => {
        const context = contextOf(sha256, {
          ...about,
          missions: objectives.map((text, index) => mission(`m${index}`, text)),
          facts: texts.map((text, index) => fact(index, text)),
        });
        expect(Buffer.byteLength(JSON.stringify(context))).toBeLessThanOrEqual(contextBytesMax + 100);
      }),
      { numRuns: 15 },
    );
  });

  it('has another digest for every word that differs', () => {
    const one = contextOf(sha256, { ...about, missions: [mission('a')], facts: [] });
    expect(contextOf(sha256, { ...about, missions: [mission('a')], facts: [] }).digest).toBe(one.digest);
    expect(contextOf(sha256, { ...about, missions: [mission('a', 'x')], facts: [] }).digest).not.toBe(one.digest);
    expect(contextOf(sha256, { ...about, missions: [mission('a')], facts: [fact(1, 'x')] }).digest).not.toBe(one.digest);
  });
});
