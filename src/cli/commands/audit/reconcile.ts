import type { LifecyclePosition } from '../../../adapters/audit/read/read-lifecycle.js';
import type { Mismatch } from '../../../domain/reconcile/mismatch.js';
import { alarmKinds, noticeKinds } from '../../../domain/reconcile/mismatch.js';
import type { ReconcileVerdict } from '../../../domain/reconcile/totals.js';
import { shorten, visible } from '../../../domain/text/visible.js';
import type { Command, Context } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, wrap } from '../../terminal/output.js';
import { asUnreadable, momentOf, noTrail, noWords } from './trail-options.js';

const usage = 'ubos audit reconcile [--since MOMENT|AGE] [--json]';

const json = jsonObjects(({ z, text, count, counts }) => {
  const mismatch = z.strictObject({
    kind: z.enum([...alarmKinds, ...noticeKinds]),
    proposal_id: text,
    workflow_id: text,
    run_id: text.nullable().describe('null: there is no history'),
    file: text.nullable().describe('null: there is no such line'),
    line: count.nullable(),
    seq: count.nullable(),
    reason: text,
  });
  return {
    'audit-reconciliation': z.strictObject({
      ok: z.boolean().describe('false where there is an alarm'),
      since: text.nullable(),
      head_seq: z.number().int().min(-1).describe('the newest record that was compared'),
      ledger: count.nullable().describe("entries of this host's start ledger that were compared; null where this account cannot read it"),
      proposals: count,
      runs: count.describe('histories that were read'),
      lines: count,
      counts: counts.describe('by kind'),
      alarms: z.array(mismatch),
      notices: z.array(mismatch),
      left_out: count.describe('counted and not listed'),
    }),
  };
});

const places = ({ proposalId, workflowId, runId, file, line, seq }: Mismatch) => ({
  proposal_id: proposalId,
  workflow_id: workflowId,
  run_id: runId ?? null,
  file: file ?? null,
  line: line ?? null,
  seq: seq ?? null,
});

const toJson = (each: Mismatch) => ({ kind: each.kind, ...places(each), reason: each.reason });

/** In one line, whatever others wrote: a line of a forger must not look like one of ours. */
const said = (text: string) => visible(shorten(text, 600));

function lineOf(sign: string, { kind, workflowId, runId, file, line, reason }: Mismatch): string {
  const where = file === undefined ? '' : `${file} line ${line}: `;
  const run = runId === undefined ? '' : ` run ${runId}`;
  return `${sign} ${said(`${where}${workflowId}: ${reason} (${kind})${run}`)}`;
}

function print(verdict: ReconcileVerdict, context: Context): void {
  const { ok, alarms, notices, leftOut, counts, headSeq, hasLog: _, unsettled: __, ...rest } = verdict;
  if (context.json) {
    json.write(context.stdout, 'audit-reconciliation', {
      ...{ ok, ...rest, head_seq: headSeq, counts, alarms: alarms.map(toJson), notices: notices.map(toJson), left_out: leftOut },
    });
    return;
  }
  const entries = verdict.ledger === null ? 'no start ledger that this account can read' : `${verdict.ledger} entries of the start ledger`;
  const about = `${verdict.proposals} proposals, ${verdict.runs} histories, ${entries}, ${verdict.lines} lines up to record ${headSeq}`;
  const lines = [
    ok
      ? `${paint(context, 'green', '✓')} log and histories agree: ${about}`
      : `${paint(context, 'red', '✗')} log and histories differ: ${about}`,
    ...alarms.map((each) => `  ${lineOf(paint(context, 'red', '✗'), each)}`),
    ...notices.map((each) => `  ${lineOf('·', each)}`),
    ...(leftOut > 0 ? [`  · ${leftOut} more are not listed: --json has the counts, --since asks about less`] : []),
  ];
  for (const line of lines) context.stdout.write(`${wrap(line, context.columns, 4)}\n`);
}

export const command: Command = {
  json: [json],
  usage,
  details:
    'Compares the proposals log with the Temporal histories, both ways: what is in one and not in the other, what they say differently, what is there twice, what ran without an approval that the frozen terms ask for, or by a grant of a mode that the brain did not sign; and with the start ledger of this host, where this account can read it. Needs the server and the files, changes nothing. What the server no longer keeps is a notice. Audit verify says whether the log itself was changed.\nExit codes: 0 they agree, 1 they differ, 3 there is no log, 69 Temporal is not reachable.',
  options: { since: { type: 'string' } },
  async run({ positionals, values }, context) {
    noWords(positionals, usage);
    const since = momentOf(values, 'since', context.now());
    const config = await context.config();
    const [{ reconcile }, { readLifecycle }, { createLedgerReader }, { createBrainWords }] = await Promise.all([
      import('../../../client/reconcile.js'),
      import('../../../adapters/audit/read/read-lifecycle.js'),
      import('../../../adapters/ledger/read/ledger-facts.js'),
      import('../../../adapters/permit/brain-words.js'),
    ]);
    try {
      const verdict = await reconcile({
        log: { read: (reader, from?: LifecyclePosition) => readLifecycle(config.paths.proposalsLog, reader, from) },
        histories: await context.histories(),
        ledger: createLedgerReader({ folder: config.paths.ledger, host: config.host }),
        brain: { vessel: config.vesselId, ...createBrainWords(config.paths.keys) },
        now: context.now(),
        since,
        onProgress: () => context.signal.throwIfAborted(),
      });
      if (!verdict.hasLog && verdict.runs === 0) throw noTrail(config);
      print(verdict, context);
      return verdict.ok ? EXIT.ok : EXIT.failure;
    } catch (error) {
      throw asUnreadable(error);
    }
  },
};
