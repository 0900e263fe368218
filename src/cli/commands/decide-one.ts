import type { DecideMessage } from '../../contract/messages.js';
import { parseDuration } from '../../domain/decision.js';
import { JanusError } from '../../domain/errors.js';
import type { Command, Invocation } from '../command.js';
import { textOf } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { writeJson } from '../output.js';
import { send } from './deciding.js';

type Fields = Omit<DecideMessage, 'by' | 'proposal_id'>;

/** A verb that is one decision about one proposal: `fields` reads the rest of the line. */
function decisionCommand(usage: string, done: string, fields: (invocation: Invocation) => Fields): Command {
  return {
    usage,
    options: { reason: { type: 'string' } },
    async run(invocation, context) {
      const [reference] = invocation.positionals;
      if (reference === undefined) throw new JanusError('USAGE', 'which proposal?', { next: usage });
      const message = fields(invocation);
      const proposals = await context.proposals();
      const id = await proposals.resolveId(reference);
      await send(proposals, id, { ...message, by: context.user, proposal_id: id });
      if (context.json) writeJson(context, 'decision', { proposal_id: id, by: context.user, ...message });
      else context.stdout.write(`${done} ${id}\n`);
      return EXIT.ok;
    },
  };
}

const reasonOf = ({ values }: Invocation) => {
  const reason = textOf(values, 'reason');
  return reason === undefined ? {} : { reason };
};

export const extend = decisionCommand('ubos extend ID DURATION [--reason TEXT]', 'Extended', (invocation) => {
  const duration = invocation.positionals[1] ?? '';
  if (parseDuration(duration) === undefined)
    throw new JanusError('USAGE', `${JSON.stringify(duration)} is no duration`, {
      next: 'ubos extend ID 12h (s, m, h or d; 7 days in all at most)',
    });
  return { decision: 'extend', extend: duration, ...reasonOf(invocation) };
});

export const cancel = decisionCommand('ubos proposals cancel ID [--reason TEXT]', 'Cancelled', (invocation) => ({
  decision: 'cancel',
  ...reasonOf(invocation),
}));

export const resolve = decisionCommand('ubos resolve ID completed|failed --reason TEXT', 'Resolved', (invocation) => {
  const outcome = invocation.positionals[1];
  if (outcome !== 'completed' && outcome !== 'failed')
    throw new JanusError('USAGE', `${JSON.stringify(outcome ?? '')} is neither completed nor failed`, {
      next: "ubos resolve ID completed --reason 'how you know'",
    });
  const reason = textOf(invocation.values, 'reason');
  if (reason === undefined)
    throw new JanusError('USAGE', '--reason is required: it is the only evidence', {
      next: `ubos resolve ID ${outcome} --reason 'how you know'`,
    });
  return { decision: 'resolve', outcome, reason };
});
