import { isFailure, trailEvent } from '../events.js';
import type { End } from '../events.js';
import type { TrailReport } from '../report.js';
import type { AccountFigures } from './figures.js';
import type { Period, PeriodKind } from './periods.js';
import { reportRows, sumOf } from './rows.js';

/** How each account is called. */
export const accountTitles: Readonly<Record<PeriodKind, string>> = {
  day: 'daily summary',
  week: 'weekly review',
  month: 'constitutional audit',
  year: 'yearly review',
};

/** What the constitution is asked about, in its order: zero is an answer, too. */
const constitutional: readonly (readonly [string, readonly string[]])[] = [
  ['violations', [trailEvent.constitutionalViolation]],
  ['attempts that were refused', [trailEvent.unauthorisedAttempt]],
  ['refused by the constitution', [trailEvent.actionRefused]],
  ['decisions not obeyed', [trailEvent.decisionRefused, trailEvent.decisionLate]],
  ['glass broken', [trailEvent.glassBroken]],
  ['emergency stops', [trailEvent.emergencyStop]],
  ['pauses', [trailEvent.vesselPaused]],
  ['changes of the mode', [trailEvent.modeChange]],
  ['security policies adopted', [trailEvent.policyAdopted]],
  ['overloads', [trailEvent.reliefDegrade]],
];

const countOf = ({ events }: TrailReport, names: readonly string[]) => names.reduce((sum, name) => sum + (events[name] ?? 0), 0);

export function accountFigures(report: TrailReport): AccountFigures {
  const { ends, decisions } = report;
  const failed = Object.entries(ends).filter(([end]) => isFailure(end as End));
  return {
    records: report.records,
    proposed: sumOf(report.proposedByRisk),
    ...{ approved: decisions.approved, rejected: decisions.rejected, expired: decisions.expired, by_mode: decisions.byMode },
    completed: ends['completed'] ?? 0,
    failed: sumOf(Object.fromEntries(failed)),
    violations: countOf(report, [trailEvent.constitutionalViolation]),
    attempts: countOf(report, [trailEvent.unauthorisedAttempt]),
  };
}

/** One sentence for a notification. */
export function accountWords(kind: PeriodKind, { name }: Period, figures: AccountFigures): string {
  const { proposed, approved, rejected, expired, by_mode: byMode, completed, failed, violations, attempts } = figures;
  const alone = byMode === 0 ? '' : `, ${byMode} without a person`;
  return `${accountTitles[kind]} ${name}: ${proposed} proposed, ${approved} approved, ${rejected} rejected, ${expired} expired${alone}; ${completed} completed, ${failed} failed; ${violations} violations, ${attempts} attempts`;
}

/** The account for people to read, whole. `vessel` is the operators' own word. */
export function accountText(
  kind: PeriodKind,
  { name, from, to }: Period,
  { vessel, report }: { vessel: string; report: TrailReport },
): string {
  const rows = [...constitutional.map(([title, names]) => [title, String(countOf(report, names))]), ['', ''], ...reportRows(report)];
  const width = Math.max(...rows.map(([title = '']) => [...title].length));
  const title = `${accountTitles[kind]} of ${vessel}, ${name}`;
  const lines = rows.map(([left = '', right = '']) => `${left}${' '.repeat(width - [...left].length)}  ${right}`.trimEnd());
  return [
    title.charAt(0).toUpperCase() + title.slice(1),
    `From ${from} to ${to}, by what the audit trail says; it was not verified for this: ubos audit verify`,
    '',
    ...lines,
    '',
  ].join('\n');
}
