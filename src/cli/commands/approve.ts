import { JanusError } from '../../domain/errors.js';
import { shortDigest } from '../../domain/ids.js';
import type { Command } from '../command.js';
import { textOf } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { paint, writeJson } from '../output.js';
import { reportOutcome, send } from './deciding.js';
import { displayedDigest } from './show-proposal.js';

export const command: Command = {
  usage: 'ubos approve ID... [--reason TEXT] [--digest DIGITS] [--wait] [--json]',
  details:
    'Approves exactly the plan that `ubos review ID` shows: its digest is computed here and sent along.\n--digest also demands that it begins with these digits, as you read them.',
  options: { reason: { type: 'string' }, digest: { type: 'string' }, wait: { type: 'boolean' } },
  async run({ positionals, values }, context) {
    if (positionals.length === 0) throw new JanusError('USAGE', 'which proposal?', { next: 'ubos proposals list, then ubos approve ID' });
    const proposals = await context.proposals();
    const ids = [];
    for (const reference of positionals) ids.push(await proposals.resolveId(reference));
    let code: number = EXIT.ok;
    for (const id of ids) {
      const view = await proposals.view(id);
      const digest = displayedDigest(view);
      const asked = textOf(values, 'digest')?.replace('-', '').toLowerCase();
      if (asked !== undefined && (asked.length < 4 || !digest.startsWith(asked))) {
        throw new JanusError('CONFLICT', `${id} has digest ${shortDigest(digest)}, not ${asked}. Nothing done.`, {
          next: `ubos review ${id}`,
        });
      }
      const reason = textOf(values, 'reason');
      await send(proposals, id, {
        decision: 'approve',
        by: context.user,
        digest,
        proposal_id: id,
        ...(reason !== undefined && { reason }),
      });
      if (values['wait'] === true) {
        if (!context.json)
          context.stderr.write(`${paint(context, 'green', '✓')} Approved by ${context.user}  digest ${shortDigest(digest)}\n`);
        code = Math.max(code, await reportOutcome(proposals, id, context));
      } else if (context.json) writeJson(context, 'decision', { proposal_id: id, decision: 'approve', by: context.user, digest });
      else {
        context.stdout.write(`Approved ${id} by ${context.user}  digest ${shortDigest(digest)}\n`);
        context.stderr.write(`  Follow it: ubos watch ${id}\n`);
      }
    }
    return code;
  },
};
