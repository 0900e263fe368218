import type { ProposalClient } from '../../client/proposals.js';
import type { ProposalView } from '../../contract/messages.js';
import { JanusError } from '../../domain/errors.js';
import type { Command, Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { readKey } from '../keys.js';
import { paint } from '../output.js';
import { send } from './deciding.js';
import { displayedDigest, renderView } from './show-proposal.js';

type Next = 'next' | 'quit';

async function askText(message: string): Promise<string | undefined> {
  const { isCancel, text } = await import('@clack/prompts');
  const answer = await text({ message });
  return isCancel(answer) || answer.trim() === '' ? undefined : answer.trim();
}

/** High risk is never one key: the last four characters of the id, after the rollback was read again. */
async function confirmed(view: ProposalView, context: Context): Promise<boolean> {
  if (view.document.risk_level !== 'high') return true;
  context.stdout.write(`\nRISK LEVEL HIGH. On failure: ${view.document.rollback_plan ?? ''}\n`);
  return (await askText(`Type the last four characters of ${view.proposal_id} to approve it`)) === view.proposal_id.slice(-4);
}

async function decideByKey(proposals: ProposalClient, view: ProposalView, context: Context): Promise<Next> {
  const digest = displayedDigest(view);
  const id = view.proposal_id;
  for (;;) {
    context.stdout.write(paint(context, 'bold', '[a]pprove  [r]eject  [s]kip  [q]uit ? '));
    const key = await readKey(context.signal);
    context.stdout.write(`${key ?? ''}\n`);
    if (key === undefined || key === 'q') return 'quit';
    if (key === 's') return 'next';
    try {
      if (key === 'a' && (await confirmed(view, context))) {
        // Another surface may have decided meanwhile: the proposal itself says who won.
        await send(proposals, id, { decision: 'approve', by: context.user, digest, proposal_id: id });
        context.stdout.write(`${paint(context, 'green', '✓')} approved\n`);
        return 'next';
      }
      const reason = key === 'r' ? await askText('Why? The author learns from it') : undefined;
      if (reason !== undefined) {
        await send(proposals, id, { decision: 'reject', by: context.user, reason, proposal_id: id });
        context.stdout.write(`${paint(context, 'yellow', '✓')} rejected\n`);
        return 'next';
      }
    } catch (error) {
      if (!(error instanceof JanusError) || error.code !== 'CONFLICT') throw error;
      context.stderr.write(`${error.message}\n`);
      return 'next';
    }
  }
}

const riskOrder: Readonly<Record<string, number>> = { high: 0, medium: 1, low: 2 };

async function reviewQueue(proposals: ProposalClient, context: Context): Promise<number> {
  const waiting = (await proposals.list({ all: false, state: 'proposed', limit: 200 })).sort(
    (a, b) => (a.deadline ?? '').localeCompare(b.deadline ?? '') || (riskOrder[a.risk_level] ?? 3) - (riskOrder[b.risk_level] ?? 3),
  );
  if (waiting.length === 0) context.stderr.write('Nothing waits for a decision.\n');
  for (const [index, { proposal_id: id }] of waiting.entries()) {
    const view = await proposals.view(id);
    if (view.status !== 'proposed') continue;
    context.stdout.write(`\n${paint(context, 'dim', `${String(index + 1)} of ${String(waiting.length)}`)}\n${renderView(view, context)}\n`);
    if ((await decideByKey(proposals, view, context)) === 'quit') break;
  }
  return EXIT.ok;
}

export const command: Command = {
  usage: 'ubos review [ID] [--json]',
  details: 'Without ID, on a terminal: goes through everything that waits, one key each. With ID: shows it, and asks on a terminal.',
  async run({ positionals }, context) {
    const [reference] = positionals;
    if (reference === undefined && !context.interactive) {
      throw new JanusError('USAGE', 'ubos review asks for decisions, and there is no terminal to ask on. Nothing was decided', {
        next: 'ubos review ID shows one; ubos proposals list shows all',
      });
    }
    const proposals = await context.proposals();
    if (reference === undefined) return reviewQueue(proposals, context);
    const view = await proposals.view(await proposals.resolveId(reference));
    context.stdout.write(context.json ? `${JSON.stringify(view)}\n` : renderView(view, context));
    if (context.interactive && !context.json && view.status === 'proposed') await decideByKey(proposals, view, context);
    return EXIT.ok;
  },
};
