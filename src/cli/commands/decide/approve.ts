import type { ProposalClient } from '../../../client/proposals.js';
import { JanusError } from '../../../domain/errors.js';
import { digestWords } from '../../../domain/text/digest-words.js';
import { shortDigest } from '../../../domain/action/digests.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command } from '../../command.js';
import { textOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { paint, wrap } from '../../terminal/output.js';
import type { ProposalView } from '../../../contract/messages.js';
import { askedDigest, consent, digestOption, mustBeNamed, riskOf } from './friction.js';
import { signingOptions } from './signing.js';
import { decide, decisionJson, outcomeJson, reportOutcome, signalJson, writeDecision } from './deciding.js';
import { displayedDigest } from '../proposals/show-proposal.js';

interface Chosen {
  readonly id: string;
  readonly digest: string;
  readonly view: ProposalView;
}

/** Looks at all of them before the first is decided: a mistake in the third must not be found after two were approved. */
async function choose(proposals: ProposalClient, references: readonly string[], digits: string | undefined): Promise<Chosen[]> {
  if (digits !== undefined && references.length > 1)
    throw new JanusError('USAGE', '--digest is about one proposal', { next: 'ubos approve ID --digest 8a4b-08ce' });
  const chosen: Chosen[] = [];
  for (const reference of references) {
    const id = await proposals.resolveId(reference);
    const view = await proposals.view(id);
    const digest = displayedDigest(view);
    if (references.length > 1 && riskOf(view) !== 'low')
      throw new JanusError('USAGE', `${id} is of ${riskOf(view)} risk: only low risk is approved several at once. Nothing done.`, {
        next: `ubos review ${id}`,
      });
    mustBeNamed(view, digits);
    if (!chosen.some((each) => each.id === id)) chosen.push({ id, digest, view });
  }
  return chosen;
}

export const command: Command = {
  json: [decisionJson, signalJson, outcomeJson],
  usage: 'ubos approve ID... [--reason TEXT] [--digest DIGITS] [--key FILE] [--print-signal] [--wait] [--json]',
  details:
    'Approves exactly the plan that `ubos review ID` shows: its digest is computed here and sent along. On a terminal it is shown first: low risk then takes one key,\nmedium risk one key when it was shown to its end, high risk four letters of its digest after the rollback was shown again.\n--digest names what you have read, by its first digits or words: 8 digits or two words stand for reading it here (high risk is asked for all the same).\nWithout a terminal, or with --json, nothing is asked: medium and high risk need --digest then. Several at once: only low risk.\nSigned with --key, JANUS_SIGNING_KEY or the key of `ubos keys init`; --print-signal sends nothing, and prints the line for the temporal command instead.\nID: a whole one, at least 6 of its digits, or @latest.',
  options: { reason: { type: 'string' }, ...digestOption, wait: { type: 'boolean' }, ...signingOptions },
  async run({ positionals, values }, context) {
    if (positionals.length === 0) throw new JanusError('USAGE', 'which proposal?', { next: 'ubos proposals list, then ubos approve ID' });
    const proposals = await context.proposals();
    const reason = textOf(values, 'reason');
    const wait = values['wait'] === true;
    let code: number = EXIT.ok;
    const digits = askedDigest(values);
    for (const { id, digest, view } of await choose(proposals, positionals, digits)) {
      const considered = await consent(view, context, digits, 'approve');
      const words = {
        decision: 'approve',
        digest,
        ...(reason !== undefined && { reason }),
        ...(considered !== undefined && { considered_seconds: considered }),
      } as const;
      const done = await decide({ context, values, proposals, id, view: async () => view }, words);
      if (done === undefined) continue;
      const { message, answer } = done;
      if (context.json) writeDecision(context, id, message, answer);
      else {
        const how = message.signature === undefined ? '' : ', signed';
        const text = `${paint(context, 'green', '✓')} Approved ${id} by ${visible(message.by)}${how}  digest ${shortDigest(digest)} ${digestWords(digest)}`;
        (wait ? context.stderr : context.stdout).write(`${wrap(text, context.columns, 2)}\n`);
        if (!wait) context.stderr.write(`  Follow it: ubos watch ${id}\n`);
      }
      if (wait) code = Math.max(code, await reportOutcome(proposals, id, context));
    }
    return code;
  },
};
