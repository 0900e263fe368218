import { JanusError } from '../../../domain/errors.js';
import type { Playbook } from '../../../domain/thinking/playbook.js';
import { isSignatureAsked, playbookStatement, whyNotEntitled } from '../../../domain/thinking/playbook-approval.js';
import { signatureNamespaces } from '../../../domain/approval/statement.js';
import { digestWords, parseNamedDigest } from '../../../domain/text/digest-words.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command, Context, Values } from '../../command.js';
import { textOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { interrupted } from '../../terminal/keyboard.js';
import { paint, wrap } from '../../terminal/output.js';
import { personOf } from '../decide/cli-desk.js';
import type { KnownPlaybooks } from './known-playbooks.js';
import { knownPlaybooks, namedPlaybook, playbookJson } from './known-playbooks.js';
import { playbookText } from './playbook-text.js';

const json = jsonObjects(({ text, knownPlaybook }) => ({ 'playbook-approved': knownPlaybook.extend({ file: text }) }));

/** What was named, or was displayed and named then: an approval is for this content and no other. Throws USAGE, CONFLICT or INTERRUPTED. */
async function nameContent(playbook: Playbook, known: KnownPlaybooks, context: Context, values: Values): Promise<void> {
  const { contentHash, document } = playbook;
  const typed = textOf(values, 'digest');
  const next = `ubos playbooks show ${document.playbook_id}`;
  if (typed !== undefined) {
    const digits = parseNamedDigest(typed);
    if (digits === undefined)
      throw new JanusError('USAGE', '--digest takes at least 32 hex digits, or the first eight words, of the content', { next });
    if (contentHash.startsWith(digits)) return;
    throw new JanusError(
      'CONFLICT',
      `the content of ${document.playbook_id} is ${contentHash.slice(0, 16)}…, not ${digits}. Nothing done.`,
      { next },
    );
  }
  if (!context.interactive || context.json)
    throw new JanusError('USAGE', 'there is no terminal to show it on. Nothing was approved', {
      next: `${next}, then: ubos playbooks approve ${document.playbook_id} --digest DIGEST`,
    });
  context.stdout.write(`${playbookText(playbook, await known.consent(playbook), context)}\n\n`);
  const words = digestWords(contentHash);
  const line = await context.keyboard.line(`Its content in words is ${words}. Type the last four letters to approve exactly this`);
  if (line === '') throw interrupted();
  if (!words.endsWith(line.toLowerCase()) || line.length !== 4)
    throw new JanusError('CONFLICT', 'these are not the last four letters of the words. Nothing was approved', { next });
}

/** The same playbook as it will stand in the file: entitled, and signed where there are keys. Throws NOT_PERMITTED. */
async function approved(playbook: Playbook, context: Context, values: Values): Promise<Playbook> {
  const { approvals: policy, vesselId: vessel } = await context.config();
  const { by, sign } = await personOf(context, values);
  const not = whyNotEntitled(policy, playbook, by);
  if (not !== undefined)
    throw new JanusError('NOT_PERMITTED', `${visible(not)}. Nothing done.`, { next: 'ubos config explain approvals.groups' });
  if (isSignatureAsked(policy, playbook) && sign === undefined)
    throw new JanusError('NOT_PERMITTED', 'there are keys, so a playbook is approved by a signature. Nothing done.', {
      next: 'ubos keys init',
    });
  const { playbook_id: playbookId } = playbook.document;
  const at = context.now().toISOString();
  const text = playbookStatement({ vessel, playbookId, contentHash: playbook.contentHash, by, at });
  const signature = await sign?.(text, signatureNamespaces.decision);
  const { approved_signature: _old, ...document } = playbook.document;
  const approval = { approved_by: by, approved_at: at, approved_hash: playbook.contentHash };
  return { ...playbook, document: { ...document, ...approval, ...(signature !== undefined && { approved_signature: signature }) } };
}

export const command: Command = {
  json: [json],
  usage: 'ubos playbooks approve PLAYBOOK [--digest DIGEST] [--key FILE] [--json]',
  details:
    'Says beforehand that this playbook may run, with exactly the content that is shown; in mode alpha people are asked all the same. The approval is written into the file of playbooks, signed where there are keys, and falls with the first change of that playbook. Needs no server.',
  options: { digest: { type: 'string' }, key: { type: 'string' } },
  async run({ positionals, values }, context) {
    const known = await knownPlaybooks(context);
    const playbook = namedPlaybook(known, positionals[0], command.usage);
    await nameContent(playbook, known, context, values);
    const after = await approved(playbook, context, values);
    const consent = await known.consent(after);
    if (!consent.approved)
      throw new JanusError('NOT_PERMITTED', `it would not count: ${visible(consent.why)}. Nothing done.`, { next: 'ubos keys list' });
    const { approved_by: by = '', approved_at: at = '', approved_hash: hash = '', approved_signature: signature } = after.document;
    const approval = {
      approved_by: by,
      approved_at: at,
      approved_hash: hash,
      ...(signature !== undefined && { approved_signature: signature }),
    };
    await known.write(playbook, approval);
    if (context.json) json.write(context.stdout, 'playbook-approved', { file: known.file, ...playbookJson(after, consent) });
    else {
      const words = `${playbook.document.playbook_id} is approved beforehand by ${visible(by)}${consent.signed ? ', signed' : ''}`;
      context.stdout.write(`${wrap(`${paint(context, 'green', '✓')} ${words}`, context.columns, 2)}\n`);
    }
    return EXIT.ok;
  },
};
