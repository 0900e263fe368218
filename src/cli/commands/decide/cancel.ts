import { textOf } from '../../command.js';
import { plainDecisionCommand } from './plain-decision.js';

export const command = plainDecisionCommand({
  usage: 'ubos proposals cancel ID [--reason TEXT] [--key FILE] [--print-signal] [--json]',
  details: 'Withdraws it, or stops it while it runs: what was started is rolled back.',
  done: 'Cancelled',
  words: 1,
  draft: ({ values }) => ({ decision: 'cancel', reason: textOf(values, 'reason') }),
});
