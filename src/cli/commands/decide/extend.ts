import { visible } from '../../../domain/text/visible.js';
import { parseDuration } from '../../../domain/approval/decision.js';
import { JanusError } from '../../../domain/errors.js';
import { textOf } from '../../command.js';
import { when } from '../../terminal/times.js';
import { plainDecisionCommand } from './plain-decision.js';

export const command = plainDecisionCommand({
  usage: 'ubos extend ID DURATION [--reason TEXT] [--key FILE] [--print-signal] [--json]',
  details: 'Moves the deadline by 90s, 30m, 12h or 2d; by 7 days in all at most.',
  done: 'Extended',
  words: 2,
  draft: ({ positionals, values }) => {
    const duration = positionals[1] ?? '';
    if (parseDuration(duration) === undefined)
      throw new JanusError('USAGE', `${JSON.stringify(duration)} is no duration`, {
        next: 'ubos extend ID 12h (s, m, h or d; 7 days in all at most)',
      });
    return { decision: 'extend', extend: duration, reason: textOf(values, 'reason') };
  },
  afterwards: async ({ desk, context }, id) => {
    const { deadline } = await desk.load(id);
    return deadline === undefined ? '' : `  now until ${visible(deadline)} (${when(new Date(deadline), context, 'relative')})`;
  },
});
