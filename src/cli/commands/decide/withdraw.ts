import { textOf } from '../../command.js';
import { plainDecisionCommand } from './plain-decision.js';

export const command = plainDecisionCommand({
  usage: 'ubos withdraw ID [--reason TEXT] [--key FILE] [--print-signal] [--json]',
  details: 'Takes back your own approval, for as long as nothing was started.',
  done: 'Took back the approval of',
  words: 1,
  draft: ({ values }) => ({ decision: 'withdraw', reason: textOf(values, 'reason') }),
});
