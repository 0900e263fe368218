import type { TrailReport } from '../../../domain/trail/report.js';
import { createTrailReport, reportDocument } from '../../../domain/trail/report.js';
import { reportRows } from '../../../domain/trail/reports/rows.js';
import { JanusError } from '../../../domain/errors.js';
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

function render(month: string, report: TrailReport, context: Context): string {
  const shown = table(reportRows(report), context.columns, { overflow: 'wrap', widest: [Math.max(24, Math.floor(context.columns / 2))] });
  return `${paint(context, 'bold', `audit trail, ${month}`)}\n${shown}${context.here('not verified here: ubos audit verify')}\n`;
}

const json = jsonObjects(({ z, text, count, counts }) => {
  const times = z.record(z.string(), z.strictObject({ count, median: z.number(), p90: z.number(), max: z.number() }));
  return {
    'audit-report': z.strictObject({
      month: text,
      records: count,
      events: counts,
      proposed_by_risk: counts,
      decisions: z.strictObject({
        approved: count,
        rejected: count,
        expired: count,
        refused_by_review: count,
        by_mode: count.describe('what a mode consented to, and no person'),
      }),
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
