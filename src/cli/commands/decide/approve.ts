import type { Shown } from '../../../client/deciding/shown.js';
import { shortDigest } from '../../../domain/action/digests.js';
import { JanusError } from '../../../domain/errors.js';
import { digestWords } from '../../../domain/text/digest-words.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command } from '../../command.js';
import { textOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { paint, wrap } from '../../terminal/output.js';
import { askedDigest, consentTo, digestOption, mustBeNamed } from './asking.js';
import type { CliDesk } from './cli-desk.js';
import { refuseOutgrown } from './from-before.js';
import { deliver, openCliDesk, signalJson, signingOptions } from './cli-desk.js';
import { decisionJson, outcomeJson, reportOutcome, writeDecision } from './reporting.js';

/** Looks at all of them before the first is decided: a mistake in the third must not be found after two were approved. */
async function choose({ desk, proposals, values, context }: CliDesk, references: readonly string[]): Promise<Shown[]> {
  const digits = askedDigest(values);
  if (digits !== undefined && references.length > 1)
    throw new JanusError('USAGE', '--digest is about one proposal', { next: 'ubos approve ID --digest 8a4b-08ce' });
  const chosen = new Map<string, Shown>();
  for (const reference of references) {
    const id = await proposals.resolveId(reference);
    const shown = desk.show(await desk.load(id));
    await refuseOutgrown(shown.view, context);
    if (references.length > 1 && shown.risk !== 'low')
      throw new JanusError('USAGE', `${id} is of ${shown.risk} risk: only low risk is approved several at once. Nothing done.`, {
        next: `ubos review ${id}`,
      });
    mustBeNamed(shown, digits);
    chosen.set(id, shown);
  }
  return [...chosen.values()];
}

export const command: Command = {
  json: [decisionJson, signalJson, outcomeJson],
  usage: 'ubos approve ID... [--reason TEXT] [--digest DIGITS] [--key FILE] [--print-signal] [--wait] [--json]',
  details:
    'Approves exactly the plan that `ubos review ID` shows: its digest is computed here and sent along. On a terminal it is shown first: low risk then takes one key,\nmedium risk one key when it was shown to its end, high risk four letters of its digest after the rollback was shown again.\n--digest names what you have read elsewhere: 32 digits or its eight words stand for reading it here (high risk is asked for all the same), and fewer only guard what is shown.\nWithout a terminal, or with --json, nothing is asked: medium and high risk need --digest then. Several at once: only low risk.\nSigned with --key, JANUS_SIGNING_KEY or the key of `ubos keys init`; --print-signal sends nothing, and prints the line for the temporal command instead.\nID: a whole one, at least 6 of its digits, or @latest.',
  options: { reason: { type: 'string' }, ...digestOption, wait: { type: 'boolean' }, ...signingOptions },
  async run({ positionals, values }, context) {
    if (positionals.length === 0) throw new JanusError('USAGE', 'which proposal?', { next: 'ubos proposals list, then ubos approve ID' });
    const here = await openCliDesk(context, values);
    const reason = textOf(values, 'reason');
    const wait = values['wait'] === true;
    let code: number = EXIT.ok;
    for (const shown of await choose(here, positionals)) {
      const { digest, view } = shown;
      const id = view.proposalId;
      const consented = await consentTo(shown, here, 'approve');
      const done = await deliver(here, await here.desk.compose(shown, { decision: 'approve', reason, ...consented }));
      if (done === undefined) continue;
      if (context.json) writeDecision(context, id, done);
      else {
        const how = done.message.signature === undefined ? '' : ', signed';
        const text = `${paint(context, 'green', '✓')} Approved ${id} by ${visible(done.message.by)}${how}  digest ${shortDigest(digest)} ${digestWords(digest)}`;
        (wait ? context.stderr : context.stdout).write(`${wrap(text, context.columns, 2)}\n`);
        if (!wait) context.stderr.write(`  Follow it: ubos watch ${id}\n`);
      }
      if (wait) code = Math.max(code, await reportOutcome(await context.proposals(), id, context));
    }
    return code;
  },
};
