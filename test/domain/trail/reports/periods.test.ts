import { describe, expect, it } from '@jest/globals';
import { lastPeriod, periodKinds } from '../../../../src/domain/trail/reports/periods.js';

const of = (kind: (typeof periodKinds)[number], now: string) => {
  const { name, from, to } = lastPeriod(kind, new Date(now));
  return [name, from.slice(0, 10), to.slice(0, 10)];
};

describe('the last period that is over, in UTC', () => {
  it.each([
    ['day', '2026-03-01T03:40:00.000Z', ['2026-02-28', '2026-02-28', '2026-03-01']],
    ['day', '2024-03-01T00:00:00.000Z', ['2024-02-29', '2024-02-29', '2024-03-01']],
    ['week', '2026-01-05T00:00:00.000Z', ['2026-W01', '2025-12-29', '2026-01-05']],
    ['week', '2026-01-04T23:59:59.999Z', ['2025-W52', '2025-12-22', '2025-12-29']],
    ['week', '2027-01-04T03:40:00.000Z', ['2026-W53', '2026-12-28', '2027-01-04']],
    ['month', '2026-01-31T23:59:59.999Z', ['2025-12', '2025-12-01', '2026-01-01']],
    ['month', '2026-03-31T12:00:00.000Z', ['2026-02', '2026-02-01', '2026-03-01']],
    ['year', '2026-01-01T00:00:00.000Z', ['2025', '2025-01-01', '2026-01-01']],
  ] as const)('%s before %s', (kind, now, expected) => {
    expect(of(kind, now)).toEqual(expected);
  });

  it.each(periodKinds)('%ss follow each other without a gap, and hold no moment of now', (kind) => {
    let now = Date.UTC(2023, 0, 1, 5);
    for (let last = lastPeriod(kind, new Date(now)); now < Date.UTC(2029, 0, 1); now += 86_400_000) {
      const next = lastPeriod(kind, new Date(now));
      expect(Date.parse(next.to)).toBeLessThanOrEqual(now);
      if (next.name !== last.name) expect(next.from).toBe(last.to);
      last = next;
    }
  });
});
