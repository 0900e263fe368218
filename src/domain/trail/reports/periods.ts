const day = 86_400_000;

/** Over what a vessel gives an account of itself. */
export const periodKinds = ['day', 'week', 'month', 'year'] as const;
export type PeriodKind = (typeof periodKinds)[number];

export interface Period {
  /** `2026-01-02`, `2026-W01`, `2026-01`, `2026`. */
  readonly name: string;
  /** Inclusive; ISO 8601 in UTC, as the records have it. */
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
}

/** Of ISO 8601: the year is that of the week's Thursday. */
function weekName(monday: number): string {
  const thursday = new Date(monday + 3 * day);
  const begin = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  const week = 1 + Math.floor((thursday.getTime() - begin) / (7 * day));
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
}

const isoDay = (at: number) => new Date(at).toISOString().slice(0, 10);

/** The last one that is over, in UTC; a week begins on Monday. A report of one that goes on would be false. */
export function lastPeriod(kind: PeriodKind, now: Date): Period {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  const today = Date.UTC(year, month, now.getUTCDate());
  const monday = today - ((now.getUTCDay() + 6) % 7) * day;
  const spans: Readonly<Record<PeriodKind, readonly [from: number, to: number]>> = {
    day: [today - day, today],
    week: [monday - 7 * day, monday],
    month: [Date.UTC(year, month - 1, 1), Date.UTC(year, month, 1)],
    year: [Date.UTC(year - 1, 0, 1), Date.UTC(year, 0, 1)],
  };
  const [from, to] = spans[kind];
  const names = { day: isoDay(from), week: weekName(from), month: isoDay(from).slice(0, 7), year: isoDay(from).slice(0, 4) };
  return { name: names[kind], from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
