import type { ProposalClient } from '../../client/proposals.js';
import type { ProposalView } from '../../contract/messages.js';
import { JanusError } from '../../domain/errors.js';
import { quoted } from '../../domain/review-text.js';
import { visible } from '../../domain/text.js';
import type { Command, Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { paint, paintRisk, wrap } from '../output.js';
import { page } from '../pager.js';
import { send } from './deciding.js';
import { displayedDigest, renderView, writeView } from './show-proposal.js';

type Done = 'approved' | 'rejected' | 'skipped' | 'quit';

const words: Readonly<Record<string, string>> = { a: '[a]pprove', r: '[r]eject', v: '[v]iew again', s: '[s]kip', q: '[q]uit' };

/** Low risk is one key at any time; anything else can be approved only when it was shown to its end (spec U2, ux 1.4). */
function show(view: ProposalView, context: Context): Promise<string | undefined> {
  const { a: approve = '', r: reject = '', s: skip = '', q: quit = '' } = words;
  const anytime = { r: reject, s: skip, q: quit };
  return page(renderView(view, context), view.document.risk_level === 'low' ? { a: approve, ...anytime } : anytime, context);
}

/** High risk is never one key: the rollback is read again, then the last four characters of the id are typed. */
async function confirmed(view: ProposalView, context: Context): Promise<boolean> {
  const { document, plan, proposal_id: id } = view;
  if (document.risk_level === 'low' || document.risk_level === 'medium') return true;
  const undo = (plan?.rollback ?? []).map(({ path, args }) => `  ${[path, ...args].map(quoted).join(' ')}`);
  const text = [
    `RISK LEVEL ${visible(String(document.risk_level)).toUpperCase()}. ROLLBACK PLAN:`,
    `  ${visible(document.rollback_plan ?? '') || '(none)'}`,
    'WHAT RUNS ON FAILURE:',
    ...(undo.length === 0 ? ['  nothing'] : undo),
  ].join('\n');
  context.stdout.write(`\n${paintRisk(context, 'high', wrap(text, context.columns))}\n`);
  const typed = await context.keyboard.line(`Type the last four characters of ${id} to approve it`);
  if (typed === id.slice(-4)) return true;
  context.stdout.write(`${wrap('Not approved: these are not the last four characters.', context.columns)}\n`);
  return false;
}

async function approve(proposals: ProposalClient, view: ProposalView, context: Context): Promise<Done | undefined> {
  if (!(await confirmed(view, context))) return undefined;
  const { proposal_id: id } = view;
  // Another surface may have decided meanwhile: the proposal itself says who won.
  await send(proposals, id, { decision: 'approve', by: context.user, digest: displayedDigest(view), proposal_id: id });
  context.stdout.write(`${paint(context, 'green', '✓')} approved\n`);
  return 'approved';
}

async function reject(proposals: ProposalClient, { proposal_id: id }: ProposalView, context: Context): Promise<Done | undefined> {
  const reason = await context.keyboard.line('Why? The author learns from it');
  if (reason.length < 3) {
    context.stdout.write('Not rejected: a reason is needed.\n');
    return undefined;
  }
  await send(proposals, id, { decision: 'reject', by: context.user, reason, proposal_id: id });
  context.stdout.write(`${paint(context, 'yellow', '✓')} rejected\n`);
  return 'rejected';
}

/** Shows one and asks until it is decided, skipped or left. */
async function decideByKey(proposals: ProposalClient, view: ProposalView, context: Context): Promise<Done> {
  displayedDigest(view);
  const question = context.columns < 64 ? '[a/r/v/s/q] ? ' : `${Object.values(words).join('  ')} ? `;
  let key = await show(view, context);
  let seen = key === undefined || view.document.risk_level === 'low';
  for (;;) {
    key ??= await context.keyboard.key(paint(context, 'bold', question));
    if (key === 'a' && !seen) {
      context.stdout.write('Read it to its end first.\n');
      key = 'v';
    }
    if (!(key in words)) context.stdout.write(`${wrap(Object.values(words).join('  '), context.columns)}\n`);
    if (key === 'q') return 'quit';
    if (key === 's') return 'skipped';
    try {
      const done = key === 'a' ? await approve(proposals, view, context) : key === 'r' ? await reject(proposals, view, context) : undefined;
      if (done !== undefined) return done;
    } catch (error) {
      if (!(error instanceof JanusError) || error.code !== 'CONFLICT') throw error;
      context.stderr.write(`${error.message}\n`);
      return 'skipped';
    }
    const again = key === 'v';
    key = again ? await show(view, context) : undefined;
    seen ||= again && key === undefined;
  }
}

const riskOrder: Readonly<Record<string, number>> = { high: 0, medium: 1, low: 2 };

async function reviewQueue(proposals: ProposalClient, context: Context): Promise<number> {
  const waiting = (await proposals.list({ all: false, state: 'proposed', limit: 200 })).sort(
    (a, b) => (a.deadline ?? '').localeCompare(b.deadline ?? '') || (riskOrder[a.risk_level] ?? 3) - (riskOrder[b.risk_level] ?? 3),
  );
  if (waiting.length === 0) context.stderr.write('Nothing waits for a decision.\n');
  const done: Done[] = [];
  for (const [index, { proposal_id: id }] of waiting.entries()) {
    const view = await proposals.view(id);
    if (view.status !== 'proposed') continue;
    context.stdout.write(`\n${paint(context, 'dim', `${String(index + 1)} of ${String(waiting.length)}`)}\n`);
    done.push(await decideByKey(proposals, view, context));
    if (done.at(-1) === 'quit') break;
  }
  const count = (what: Done) => String(done.filter((each) => each === what).length);
  if (done.length > 0) context.stderr.write(`${count('approved')} approved, ${count('rejected')} rejected, ${count('skipped')} skipped\n`);
  return EXIT.ok;
}

async function reviewOne(proposals: ProposalClient, id: string, context: Context): Promise<number> {
  const view = await proposals.view(id);
  if (context.json) writeView(view, context);
  else if (context.interactive && view.status === 'proposed') await decideByKey(proposals, view, context);
  else context.stdout.write(renderView(view, context));
  if (context.json || context.interactive || view.status !== 'proposed') return EXIT.ok;
  throw new JanusError('USAGE', 'nothing was decided: there is no terminal to ask on', {
    next: `ubos approve ${id} · ubos reject ${id} --reason 'why' · only show it: ubos proposals show ${id}`,
  });
}

export const command: Command = {
  usage: 'ubos review [ID] [--json]',
  details:
    'Without ID: goes through everything that waits. With ID: shows it, and asks. Low risk takes one key; medium risk one key after the whole text was shown;\nhigh risk the last four characters of the id. Without a terminal nothing is asked and nothing decided: exit code 2 (`ubos proposals show ID` only shows).',
  async run({ positionals }, context) {
    const [reference] = positionals;
    if (reference === undefined && (!context.interactive || context.json)) {
      throw new JanusError('USAGE', 'ubos review asks for decisions, and there is no terminal to ask on. Nothing was decided', {
        next: 'ubos proposals list shows all; ubos proposals show ID one',
      });
    }
    const proposals = await context.proposals();
    if (reference === undefined) return reviewQueue(proposals, context);
    return reviewOne(proposals, await proposals.resolveId(reference), context);
  },
};
