import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { didYouMean } from '../../../src/domain/text/did-you-mean.js';

describe('didYouMean (spec F1)', () => {
  const known = ['max_concurrency', 'tick_interval', 'enable', 'disk_usage_percent', 'memory_percent'];
  it.each([
    ['max_concurency', 'max_concurrency'],
    ['tick-interval', 'tick_interval'],
    ['enabled', 'enable'],
    ['concurrency', undefined],
    ['disk_percent', 'disk_usage_percent'],
    ['disk_usage', 'disk_usage_percent'],
    ['percent', undefined],
    ['disk_bytes', undefined],
    ['x', undefined],
  ])('%s: %s', (word, nearest) => expect(didYouMean(word, known)).toBe(nearest));

  it('is the word itself where it is known', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 }), (words) =>
        expect(didYouMean(words[0] ?? '', words)).toBe(words[0]),
      ),
    );
    expect(didYouMean('x', [])).toBeUndefined();
  });
});
