import type { ListedProposal, Waiting } from '../../../client/listing.js';
import type { ProposalClient } from '../../../client/proposals.js';
import { JanusError } from '../../../domain/errors.js';
import { timeLeft } from '../../../domain/text/time-left.js';
import type { ProposalStatus } from '../../../domain/action/status.js';
import { transitions } from '../../../domain/action/status.js';
import type { RiskLevel } from '../../../domain/action/proposal.js';
import { snakeKeys } from '../../../domain/text/key-case.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command, Context, Values } from '../../command.js';
import { textOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { againHint, asksForPersons } from '../decide/from-before.js';
import { progressIn, withMissing } from './who-is-missing.js';
import { fit, paint, paintRisk, table, wrap } from '../../terminal/output.js';
import { when } from '../../terminal/times.js';

const hour = 3_600_000;

/** What is left until the deadline; for what has ended, since when. */
function moment({ deadline, status, endedAt: ended }: ListedProposal, context: Context): string {
  if (ended !== null) return when(new Date(ended), context, 'relative');
  // One that is held back expires at its deadline as well.
  if ((status !== 'proposed' && status !== 'suspended') || deadline === null) return '-';
  const until = new Date(deadline);
  const soon = until.getTime() - context.now().getTime() < hour ? ' !' : '';
  return `${context.time === 'iso' ? deadline : timeLeft(until, context.now())}${soon}`;
}

const progress = ({ needs }: ListedProposal) => visible(progressIn(needs));

/** A line of its own below: who is missing, or when it may go on, is never what is cut off. */
function needed(each: ListedProposal, context: Context): string[] {
  const { columns } = context;
  if (each.again !== null) return [wrap(`  again at ${each.again} (${when(new Date(each.again), context, 'relative')})`, columns, 2)];
  return progress(each) === '' ? [] : [wrap(`  needs ${progress(each)}`, columns, 2)];
}

/** Cards where a table would be a wrapped mess. */
function cards(proposals: readonly ListedProposal[], context: Context): string {
  const card = (each: ListedProposal) => {
    const risk = visible(each.riskLevel).toUpperCase();
    return [
      `${fit(visible(each.proposalId), context.columns - risk.length - 2)}  ${paintRisk(context, risk)}`,
      fit(`  ${visible(each.actionType)} · ${visible(each.status)} · ${moment(each, context)}`, context.columns),
      ...needed(each, context),
      ...(each.summary === '' ? [] : [fit(`  ${visible(each.summary)}`, context.columns)]),
    ];
  };
  return `${proposals.flatMap(card).join('\n')}\n`;
}

export function renderList(proposals: readonly ListedProposal[], context: Context): string {
  if (context.columns < (context.time === 'iso' ? 100 : 64)) return cards(proposals, context);
  const wide = context.columns >= 110;
  const title = proposals.some(({ endedAt: ended }) => ended !== null) ? 'WHEN' : 'LEFT';
  // Where there is little room, a column that says the same in every row makes way for the reasons.
  const states = wide || proposals.some(({ status }) => status !== 'proposed');
  const rows = proposals.map((each) => [
    visible(each.proposalId),
    paintRisk(context, visible(each.riskLevel).toUpperCase()),
    visible(each.actionType),
    ...(wide ? [visible(each.toolName), visible(each.source)] : []),
    ...(states ? [visible(each.status)] : []),
    moment(each, context),
    visible(each.summary),
  ]);
  const titles = ['ID', 'RISK', 'ACTION', ...(wide ? ['TOOL', 'SOURCE'] : []), ...(states ? ['STATE'] : []), title, 'WHY'];
  const widest = wide ? [24, 16, 32, 16, 16, 16] : [24, 8, states ? 16 : 20, states ? 14 : undefined];
  const [head = '', ...lines] = table([titles, ...rows], context.columns, { widest })
    .trimEnd()
    .split('\n');
  const below = lines.flatMap((line, index) => [line, ...(proposals[index] === undefined ? [] : needed(proposals[index], context))]);
  return `${[head, ...below].join('\n')}\n`;
}

function limitOf(values: Values): number {
  const asked = textOf(values, 'limit') ?? '100';
  if (/^\d{1,5}$/.test(asked) && Number(asked) >= 1 && Number(asked) <= 10_000) return Number(asked);
  throw new JanusError('USAGE', `--limit takes a number from 1 to 10000, found ${JSON.stringify(asked)}`);
}

function stateOf(values: Values): ProposalStatus | undefined {
  const asked = textOf(values, 'state');
  const states = Object.keys(transitions) as ProposalStatus[];
  if (asked === undefined || states.includes(asked as ProposalStatus)) return asked as ProposalStatus | undefined;
  throw new JanusError('USAGE', `${JSON.stringify(asked)} is no state`, { next: `states are ${states.join(', ')}` });
}

/** One line below the table: how many wait, what is next, and what to type. Counted by the server: a page shows some of them. */
function summary(shown: readonly ListedProposal[], { count, nextDeadline }: Waiting, limit: number, context: Context): string {
  const suspended = shown.filter(({ status, endedAt }) => status === 'suspended' && endedAt === null).length;
  const held = suspended === 0 ? '' : ` and ${suspended} suspended until the stop or the pause ends`;
  const next = nextDeadline === null ? '' : `, the next expires in ${timeLeft(new Date(nextDeadline), context.now())}`;
  const more = shown.length < limit ? '' : `  Only ${limit} are shown: --limit N.`;
  return `${count} waiting${held}${next}.${more}${count === 0 ? '' : context.here('  Review: ubos review')}`;
}

/** What waits from before the keys names nobody who has to approve it, and what has come since does. */
async function sayOutgrown(proposals: readonly ListedProposal[], context: Context): Promise<void> {
  const old: string[] = [];
  for (const { proposalId: id, status, needs, riskLevel, actionType } of proposals)
    if (status === 'proposed' && needs === '' && (await asksForPersons(context, { risk: riskLevel as RiskLevel, actionType })))
      old.push(id);
  const [first] = old;
  if (first === undefined) return;
  const text = `No approval starts ${old.map((id) => visible(id)).join(', ')} any more: from before there were keys or rules here. Each again:`;
  context.stderr.write(`${wrap(text, context.columns, 2)}\n  → ${againHint(visible(first))}\n`);
}

/** Page by page: who reads on need not wait for the last. */
async function print(pages: AsyncIterable<ListedProposal[]>, client: ProposalClient, context: Context): Promise<void> {
  for await (const page of pages) {
    if (context.gone.aborted) return;
    if (context.format === 'id') for (const { proposalId: id } of page) context.stdout.write(`${visible(id)}\n`);
    else for (const each of await withMissing(client, page)) json.write(context.stdout, 'listed-proposal', snakeKeys(each));
  }
}

const json = jsonObjects(({ z, listed }) => ({ proposals: z.strictObject({ proposals: z.array(listed) }), 'listed-proposal': listed }));

export const command: Command = {
  json: [json],
  usage: 'ubos proposals list [--all] [--state STATE] [--limit N] [--json] [-o json|jsonl|id]',
  details:
    'What waits for a decision, the nearest deadline first. --all: what has ended too, the newest first.\nReads the list of the server, and asks the first 20 that wait for several persons who is missing; `ubos proposals show ID` knows more.\nA server gives some 2,000 a second: -o id and -o jsonl print them as they come.',
  options: { all: { type: 'boolean' }, state: { type: 'string' }, limit: { type: 'string' } },
  printsIds: true,
  async run({ values }, context) {
    const limit = limitOf(values);
    const state = stateOf(values);
    const all = values['all'] === true;
    const client = await context.proposals();
    if (context.format === 'jsonl' || context.format === 'id') {
      await print(client.pages({ all, state, limit }), client, context);
      return EXIT.ok;
    }
    const proposals = await withMissing(client, await client.list({ all, state, limit }));
    if (context.json) json.write(context.stdout, 'proposals', snakeKeys({ proposals }));
    else if (proposals.length === 0)
      context.stderr.write(
        all || state !== undefined ? 'There are none.\n' : 'Nothing waits for a decision.  All: ubos proposals list --all\n',
      );
    else {
      context.stdout.write(renderList(proposals, context));
      await sayOutgrown(proposals, context);
      // A list of what has ended says nothing about which of those that wait is the next.
      const nearest = all || state !== undefined ? [] : proposals.filter(({ status }) => status === 'proposed');
      const waiting = await client.waiting(nearest);
      context.stderr.write(`${paint(context, 'dim', summary(proposals, waiting, limit, context))}\n`);
    }
    return EXIT.ok;
  },
};
