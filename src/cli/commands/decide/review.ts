import type { ProposalClient } from '../../../client/proposals.js';
import type { DecideMessage, ProposalView } from '../../../contract/messages.js';
import { JanusError } from '../../../domain/errors.js';
import type { Command, Context, Values } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { confirmRisk, riskOf, secondsSince, showToRead } from './friction.js';
import { paint, wrap } from '../../terminal/output.js';
import { signingOptions } from './signing.js';
import { decide } from './deciding.js';
import { displayedDigest, proposalJson, renderView, writeView } from '../proposals/show-proposal.js';

type Done = 'approved' | 'rejected' | 'skipped' | 'quit';

const words: Readonly<Record<string, string>> = { a: '[a]pprove', r: '[r]eject', v: '[v]iew again', s: '[s]kip', q: '[q]uit' };

function show(view: ProposalView, context: Context): Promise<string | undefined> {
  const { a: approve = '', r: reject = '', s: skip = '', q: quit = '' } = words;
  return showToRead(view, context, { approve, others: { r: reject, s: skip, q: quit } });
}

/** One proposal on the screen, since when, and how it is decided from there. */
interface Shown {
  readonly proposals: ProposalClient;
  readonly view: ProposalView;
  readonly context: Context;
  readonly values: Values;
  readonly since: Date;
}

/** Another surface may have decided meanwhile: the proposal itself says who won. */
function send({ proposals, view, context, values, since }: Shown, words: Omit<DecideMessage, 'by' | 'proposal_id'>) {
  const deciding = { context, values, proposals, id: view.proposalId, view: async () => view };
  return decide(deciding, { ...words, considered_seconds: secondsSince(since, context) });
}

async function approve(shown: Shown): Promise<Done | undefined> {
  const { view, context } = shown;
  if (!(await confirmRisk(view, context))) return undefined;
  await send(shown, { decision: 'approve', digest: displayedDigest(view) });
  context.stdout.write(`${paint(context, 'green', '✓')} approved\n`);
  return 'approved';
}

async function reject(shown: Shown): Promise<Done | undefined> {
  const { context } = shown;
  const reason = await context.keyboard.line('Why? The author learns from it');
  if (reason.length < 3) {
    context.stdout.write('Not rejected: a reason is needed.\n');
    return undefined;
  }
  await send(shown, { decision: 'reject', reason });
  context.stdout.write(`${paint(context, 'yellow', '✓')} rejected\n`);
  return 'rejected';
}

/** Shows one and asks until it is decided, skipped or left. */
async function decideByKey(shown: Shown): Promise<Done> {
  const { view, context } = shown;
  displayedDigest(view);
  const question = context.columns < 64 ? '[a/r/v/s/q] ? ' : `${Object.values(words).join('  ')} ? `;
  let key = await show(view, context);
  let seen = key === undefined || riskOf(view) === 'low';
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
      const done = key === 'a' ? await approve(shown) : key === 'r' ? await reject(shown) : undefined;
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

async function reviewQueue(proposals: ProposalClient, context: Context, values: Values): Promise<number> {
  const waiting = (await proposals.list({ all: false, state: 'proposed', limit: 200 })).sort(
    (a, b) => (a.deadline ?? '').localeCompare(b.deadline ?? '') || (riskOrder[a.riskLevel] ?? 3) - (riskOrder[b.riskLevel] ?? 3),
  );
  if (waiting.length === 0) context.stderr.write('Nothing waits for a decision.\n');
  const done: Done[] = [];
  for (const [index, { proposalId: id }] of waiting.entries()) {
    const view = await proposals.view(id);
    if (view.status !== 'proposed') continue;
    context.stdout.write(`\n${paint(context, 'dim', `${index + 1} of ${waiting.length}`)}\n`);
    done.push(await decideByKey({ proposals, view, context, values, since: context.now() }));
    if (done.at(-1) === 'quit') break;
  }
  const count = (what: Done) => String(done.filter((each) => each === what).length);
  if (done.length > 0) context.stderr.write(`${count('approved')} approved, ${count('rejected')} rejected, ${count('skipped')} skipped\n`);
  return EXIT.ok;
}

async function reviewOne(proposals: ProposalClient, id: string, context: Context, values: Values): Promise<number> {
  const view = await proposals.view(id);
  if (context.json) writeView(view, context);
  else if (context.interactive && view.status === 'proposed') await decideByKey({ proposals, view, context, values, since: context.now() });
  else context.stdout.write(renderView(view, context));
  if (context.json || context.interactive || view.status !== 'proposed') return EXIT.ok;
  throw new JanusError('USAGE', 'nothing was decided: there is no terminal to ask on', {
    next: `ubos approve ${id} · ubos reject ${id} --reason 'why' · only show it: ubos proposals show ${id}`,
  });
}

export const command: Command = {
  json: [proposalJson],
  usage: 'ubos review [ID] [--key FILE] [--json]',
  options: { key: signingOptions.key },
  details:
    'Without ID: goes through everything that waits. With ID: shows it, and asks. Low risk takes one key; medium risk one key after the whole text was shown;\nhigh risk four letters of its digest, after the rollback was shown again. Without a terminal nothing is asked and nothing decided: exit code 2 (`ubos proposals show ID` only shows).',
  async run({ positionals, values }, context) {
    const [reference] = positionals;
    if (reference === undefined && (!context.interactive || context.json)) {
      throw new JanusError('USAGE', 'ubos review asks for decisions, and there is no terminal to ask on. Nothing was decided', {
        next: 'ubos proposals list shows all; ubos proposals show ID one',
      });
    }
    const proposals = await context.proposals();
    if (reference === undefined) return reviewQueue(proposals, context, values);
    return reviewOne(proposals, await proposals.resolveId(reference), context, values);
  },
};
