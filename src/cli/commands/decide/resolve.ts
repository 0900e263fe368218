import { JanusError } from '../../../domain/errors.js';
import { reasonOr } from './cli-desk.js';
import { plainDecisionCommand } from './plain-decision.js';

export const command = plainDecisionCommand({
  usage: 'ubos resolve ID completed|failed --reason TEXT [--key FILE] [--print-signal] [--json]',
  details: 'Says how an interrupted action really ended, where neither probe nor rollback could tell.',
  done: 'Resolved',
  words: 2,
  draft: ({ positionals, values }) => {
    const outcome = positionals[1];
    if (outcome !== 'completed' && outcome !== 'failed')
      throw new JanusError('USAGE', `${JSON.stringify(outcome ?? '')} is neither completed nor failed`, {
        next: "ubos resolve ID completed --reason 'how you know'",
      });
    const reason = reasonOr(values, 'it is the only evidence', `ubos resolve ID ${outcome} --reason 'how you know'`);
    return { decision: 'resolve', outcome, reason };
  },
});
