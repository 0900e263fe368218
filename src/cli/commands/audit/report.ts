import type { DecisionTimes, TrailReport } from '../../../domain/trail/report.js';
import { createTrailReport, reportDocument } from '../../../domain/trail/report.js';
import { timeLeft } from '../../../domain/text/time-left.js';
import { JanusError } from '../../../domain/errors.js';
import { shorten, visible } from '../../../domain/text/visible.js';
import type { Command, Context, Values } from '../../command.js';
import { textOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, table } from '../../terminal/output.js';
import { asUnreadable, noTrail, noWords, trailFiles } from './trail-options.js';

const usage = 'ubos audit report [--month YYYY-MM] [--json]';

/** The month in UTC, as the records have it; this month where nobody names one. */
function monthOf(values: Values, now: Date): { readonly month: string; readonly from: string; readonly to: string } {
  const month = textOf(values, 'month') ?? now.toISOString().slice(0, 7);
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month) ?? [];
  if (year === undefined)
    throw new JanusError('USAGE', `${JSON.stringify(month)} is no month`, { next: 'ubos audit report --month 2026-01' });
  const next = new Date(Date.UTC(Number(year), Number(number), 1));
  return { month, from: `${month}-01T00:00:00.000Z`, to: next.toISOString() };
}

const percent = (share: number | undefined) => (share === undefined ? '-' : `${Math.round(share * 1_000) / 10} %`);
/** Rounded up, as "within" is said of it. */
function span(seconds: number): string {
  const whole = seconds <= 60 ? Math.max(1, Math.ceil(seconds)) : Math.ceil(seconds / 60) * 60;
  return timeLeft(new Date(whole * 1_000), new Date(0));
}
const rowsOf = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).map(([name, count]) => [`  ${visible(shorten(name, 60))}`, String(count)]);
const sumOf = (counts: Readonly<Record<string, number>>) => String(Object.values(counts).reduce((sum, count) => sum + count, 0));
const timesRow = ([risk, { count, median, p90, max }]: [string, DecisionTimes]) => [
  `  ${visible(shorten(risk, 60))}`,
  `${count} decided: half within ${span(median)}, 90 % within ${span(p90)}, all within ${span(max)}`,
];

function render(month: string, report: TrailReport, context: Context): string {
  const { decisions, approvalRate, ends, refusedDecisions, secondsToDecideByRisk: times, secondsConsideredByRisk: looks } = report;
  const { approved, rejected } = decisions;
  const rows: (readonly string[])[] = [
    [`records`, String(report.records)],
    ['proposed', sumOf(report.proposedByRisk)],
    ...rowsOf(report.proposedByRisk),
    ['decided by people', String(approved + rejected)],
    ['  approved', String(approved)],
    ['  rejected', String(rejected)],
    ['approval rate', percent(approvalRate)],
    ['time to decide', Object.keys(times).length === 0 ? '-' : ''],
    ...Object.entries(times).map(timesRow),
    ['looked at', Object.keys(looks).length === 0 ? '-' : ''],
    ...Object.entries(looks).map(timesRow),
    ['ended', sumOf(ends)],
    ...rowsOf(ends),
    ['decisions not obeyed', sumOf(refusedDecisions)],
    ...rowsOf(refusedDecisions),
    ['events', ''],
    ...rowsOf(report.events),
  ];
  return `${paint(context, 'bold', `audit trail, ${month}`)}\n${table(rows, context.columns, { overflow: 'wrap', widest: [Math.max(24, Math.floor(context.columns / 2))] })}${context.here('not verified here: ubos audit verify')}\n`;
}

const json = jsonObjects(({ z, text, count, counts }) => {
  const times = z.record(z.string(), z.strictObject({ count, median: z.number(), p90: z.number(), max: z.number() }));
  return {
    'audit-report': z.strictObject({
      month: text,
      records: count,
      events: counts,
      proposed_by_risk: counts,
      decisions: z.strictObject({ approved: count, rejected: count, expired: count, refused_by_review: count }),
      approval_rate: z.number().min(0).max(1).nullable().describe('approved / (approved + rejected); null: nobody decided'),
      ends: counts,
      rollbacks: z.strictObject({ done: count, failed: count }),
      refused_decisions: counts.describe('by code'),
      seconds_to_decide_by_risk: times.describe('from the proposal to the decision'),
      seconds_considered_by_risk: times.describe('for how long people had it before them, where that was measured'),
    }),
  };
});

export const command: Command = {
  json: [json],
  usage,
  details:
    'What the audit trail alone says about a month (UTC): events, decisions, how long they took, rollbacks. It does not verify: ubos audit verify. Exit codes: 1 a file or a record is missing, 3 there is no log.',
  options: { month: { type: 'string' } },
  async run({ positionals, values }, context) {
    noWords(positionals, usage);
    const { month, from, to } = monthOf(values, context.now());
    const config = await context.config();
    const { projectTrail } = await import('../../../adapters/audit/read/read-trail.js');
    const projection = createTrailReport(from, to);
    let found = false;
    try {
      found = await projectTrail(trailFiles(config), projection);
    } catch (error) {
      throw asUnreadable(error);
    }
    if (!found) throw noTrail(config);
    const report = projection.snapshot();
    if (context.json) {
      json.write(context.stdout, 'audit-report', reportDocument(month, report));
    } else context.stdout.write(render(month, report, context));
    return EXIT.ok;
  },
};
