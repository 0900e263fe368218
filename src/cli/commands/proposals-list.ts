import type { ListedProposal } from '../../client/listing.js';
import { timeLeft } from '../../domain/review-text.js';
import { visible } from '../../domain/text.js';
import type { Command, Context } from '../command.js';
import { textOf } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { paint, table, writeJson } from '../output.js';

function left({ deadline, status }: ListedProposal, now: Date): string {
  if (status !== 'proposed' || deadline === null) return '-';
  const until = new Date(deadline);
  return `${timeLeft(until, now)}${until.getTime() - now.getTime() < 3_600_000 ? ' !' : ''}`;
}

/** Two lines each where a table would be a wrapped mess. */
function narrow(proposals: readonly ListedProposal[], context: Context): string {
  return proposals
    .map(
      (each) =>
        `${each.proposal_id} ${each.risk_level.toUpperCase()}\n  ${visible(each.action_type)} · ${each.status} · ${left(each, context.now())}\n`,
    )
    .join('');
}

export function renderList(proposals: readonly ListedProposal[], context: Context): string {
  if (context.columns < 72) return narrow(proposals, context);
  const rows = proposals.map((each) => [
    each.proposal_id,
    each.risk_level.toUpperCase(),
    visible(each.tool_name),
    each.status,
    left(each, context.now()),
    each.source,
    visible(each.action_type),
  ]);
  return table([['ID', 'RISK', 'TOOL', 'STATE', 'LEFT', 'SOURCE', 'ACTION'], ...rows], context.columns);
}

export const command: Command = {
  usage: 'ubos proposals list [--all] [--state STATE] [--limit N] [--json]',
  options: { all: { type: 'boolean' }, state: { type: 'string' }, limit: { type: 'string' } },
  async run({ values }, context) {
    const limit = Math.min(10_000, Math.max(1, Number(textOf(values, 'limit') ?? 100) || 100));
    const proposals = await (await context.proposals()).list({ all: values['all'] === true, state: textOf(values, 'state'), limit });
    if (context.json) writeJson(context, 'proposals', { proposals });
    else if (proposals.length === 0) context.stderr.write('Nothing waits for a decision.\n');
    else {
      context.stdout.write(renderList(proposals, context));
      const waiting = proposals.filter(({ status }) => status === 'proposed');
      const next = waiting[0] === undefined ? '' : `, the next expires in ${left(waiting[0], context.now()).replace(' !', '')}`;
      context.stderr.write(paint(context, 'dim', `${String(waiting.length)} waiting${next}.  Review: ubos review\n`));
    }
    return EXIT.ok;
  },
};
