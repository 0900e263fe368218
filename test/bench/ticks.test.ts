import { describe, expect, it } from '@jest/globals';
import { judgeTicks } from '../../bench/sections/controls-ticks.mjs';

const at = (...times: readonly number[]) => times.map((time, index) => ({ at: 10_000 + time, tick: index + 7, missed: 0, running: 16 }));

describe('ticks as the bench judges them (spec G1)', () => {
  it('are late by what they are off the grid of the earliest, not by what the one before was', () => {
    expect(judgeTicks(at(2, 500, 1_040, 1_500, 2_000))).toMatchObject({
      ...{ count: 5, missed: 0, longest_gap_ms: 540 },
      jitter_ms: { p50: 0, max: 40 },
    });
  });

  it('that were missed are a gap, and no lateness of those that come after', () => {
    const ticks = at(0, 500, 2_000, 2_500).map((each, index) => ({ ...each, missed: index < 2 ? 0 : 2 }));
    expect(judgeTicks(ticks)).toMatchObject({ missed: 2, longest_gap_ms: 1_500, jitter_ms: { max: 0 } });
  });

  it('that nobody saw are no gap', () => {
    const [first, , third, fourth] = at(0, 500, 1_000, 1_510);
    expect(judgeTicks([first, third, fourth])).toMatchObject({ longest_gap_ms: 510, jitter_ms: { max: 10 } });
  });
});
