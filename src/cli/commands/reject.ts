import { JanusError } from '../../domain/errors.js';
import type { Command } from '../command.js';
import { textOf } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { writeJson } from '../output.js';
import { send } from './deciding.js';

export const command: Command = {
  usage: 'ubos reject ID... --reason TEXT [--json]',
  options: { reason: { type: 'string' } },
  async run({ positionals, values }, context) {
    if (positionals.length === 0) throw new JanusError('USAGE', 'which proposal?', { next: "ubos reject ID --reason 'why'" });
    const reason = textOf(values, 'reason')?.trim() ?? '';
    if (reason.length < 3)
      throw new JanusError('USAGE', '--reason is required: it is audited, and the author learns from it', {
        next: `ubos reject ${positionals[0] ?? 'ID'} --reason 'why'`,
      });
    const proposals = await context.proposals();
    for (const reference of positionals) {
      const id = await proposals.resolveId(reference);
      await send(proposals, id, { decision: 'reject', by: context.user, reason, proposal_id: id });
      if (context.json) writeJson(context, 'decision', { proposal_id: id, decision: 'reject', by: context.user, reason });
      else context.stdout.write(`Rejected ${id} by ${context.user}\n`);
    }
    return EXIT.ok;
  },
};
