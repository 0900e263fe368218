import { timeLeft } from '../../text/time-left.js';
import { shorten, visible } from '../../text/visible.js';
import type { DecisionTimes, TrailReport } from '../report.js';

export type ReportRow = readonly string[];

const nameMax = 60;

const percent = (share: number | undefined) => (share === undefined ? '-' : `${Math.round(share * 1_000) / 10} %`);

/** Rounded up, as "within" is said of it. */
function span(seconds: number): string {
  const whole = seconds <= 60 ? Math.max(1, Math.ceil(seconds)) : Math.ceil(seconds / 60) * 60;
  return timeLeft(new Date(whole * 1_000), new Date(0));
}

const rowsOf = (counts: Readonly<Record<string, number>>): readonly ReportRow[] =>
  Object.entries(counts).map(([name, count]) => [`  ${visible(shorten(name, nameMax))}`, String(count)]);

export const sumOf = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

const timesRow = ([risk, { count, median, p90, max }]: [string, DecisionTimes]): ReportRow => [
  `  ${visible(shorten(risk, nameMax))}`,
  `${count} decided: half within ${span(median)}, 90 % within ${span(p90)}, all within ${span(max)}`,
];

/** A report as lines of a name and a figure, for a terminal and for a file alike. What a line of the log says is made visible. */
export function reportRows(report: TrailReport): readonly ReportRow[] {
  const { decisions, approvalRate, ends, refusedDecisions, secondsToDecideByRisk: times, secondsConsideredByRisk: looks } = report;
  const { approved, rejected, byMode } = decisions;
  return [
    [`records`, String(report.records)],
    ['proposed', String(sumOf(report.proposedByRisk))],
    ...rowsOf(report.proposedByRisk),
    ['decided by people', String(approved + rejected)],
    ['  approved', String(approved)],
    ['  rejected', String(rejected)],
    ['approval rate', percent(approvalRate)],
    ['ran without a person', String(byMode)],
    ['time to decide', Object.keys(times).length === 0 ? '-' : ''],
    ...Object.entries(times).map(timesRow),
    ['looked at', Object.keys(looks).length === 0 ? '-' : ''],
    ...Object.entries(looks).map(timesRow),
    ['ended', String(sumOf(ends))],
    ...rowsOf(ends),
    ['decisions not obeyed', String(sumOf(refusedDecisions))],
    ...rowsOf(refusedDecisions),
    ['events', ''],
    ...rowsOf(report.events),
  ];
}
