import { tooLate } from '../../../client/deciding/answer.js';
import type { Shown } from '../../../client/deciding/shown.js';
import { digestWords } from '../../../domain/text/digest-words.js';
import { previewBlocks } from '../../../domain/review/preview.js';
import { blocksText } from '../../../domain/review/text.js';
import { JanusError } from '../../../domain/errors.js';
import { shortDigest } from '../../../domain/action/digests.js';
import type { Command, Context } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { layoutOf } from '../../terminal/layout.js';
import { paint, wrap } from '../../terminal/output.js';
import { deliver, openCliDesk, signalJson, signingOptions } from '../decide/cli-desk.js';
import { refusalError } from '../decide/refusal.js';
import { snakeKeys } from '../../../domain/text/key-case.js';

const usage = 'ubos preview ID [--key FILE] [--print-signal] [--json]';

const json = jsonObjects(({ z, text, digest, preview }) => ({
  'proposal-preview': z.strictObject({ proposal_id: text, digest, digest_changed: z.boolean(), preview }),
}));

/** What it would change, and under which digest that is approved from now on. */
function report({ view, digest }: Shown, before: string, context: Context): void {
  const { preview } = view;
  if (preview === undefined)
    throw new JanusError('CONFLICT', `${view.proposalId} has no preview after all`, { next: `ubos proposals show ${view.proposalId}` });
  if (preview.report.state === 'not_previewable')
    throw new JanusError('SANDBOX_UNAVAILABLE', `not previewable: ${preview.report.why}`, { next: `ubos review ${view.proposalId}` });
  const isOther = digest !== before;
  if (context.json) {
    json.write(context.stdout, 'proposal-preview', {
      proposal_id: view.proposalId,
      digest,
      digest_changed: isOther,
      preview: snakeKeys(preview),
    });
    return;
  }
  context.stdout.write(`${blocksText(previewBlocks(preview.report, preview.bound), layoutOf(context))}\n`);
  const changed = `The effect is a part of it now, so its digest is another one: ${shortDigest(digest)} ${digestWords(digest)}. Whoever approved the old one is asked again.`;
  if (isOther) context.stderr.write(`${wrap(paint(context, 'yellow', changed), context.columns)}\n`);
  context.stderr.write(`  Review: ubos review ${view.proposalId}\n`);
}

export const command: Command = {
  json: [json, signalJson],
  usage,
  details:
    'Asks the vessel to run what waits on throw-away copies, waits for that, and shows what it would change; nothing else changes, and nothing is decided.\nWhere two runs agree, the effect becomes a part of what is approved: the digest is another one then, and earlier approvals count no more.\nWho may decide may ask. Exit code 4 when there can be no preview. Signed like a decision.\nID: a whole one, at least 6 of its digits, or @latest.',
  options: { ...signingOptions },
  async run({ positionals, values }, context) {
    const [reference, more] = positionals;
    if (reference === undefined) throw new JanusError('USAGE', 'which proposal?', { next: usage });
    if (more !== undefined) throw new JanusError('USAGE', `${JSON.stringify(more)} is one word too many`, { next: usage });
    const here = await openCliDesk(context, values);
    const { desk, proposals } = here;
    const id = await proposals.resolveId(reference);
    const before = await desk.load(id);
    if (before.status !== 'proposed') throw refusalError(tooLate(before));
    const shown = desk.show(before);
    if (!context.json && values['print-signal'] !== true)
      context.stderr.write(`${paint(context, 'dim', 'Running on throw-away copies ...')}\n`);
    const done = await deliver(here, await desk.compose(shown, { decision: 'preview' }));
    if (done !== undefined) report(desk.show(await desk.load(id)), shown.digest, context);
    return EXIT.ok;
  },
};
