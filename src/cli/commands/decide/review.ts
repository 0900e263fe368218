import { visible } from '../../../domain/text/visible.js';
import type { Shown } from '../../../client/deciding/shown.js';
import type { DecisionDraft } from '../../../client/deciding/draft.js';
import { JanusError } from '../../../domain/errors.js';
import { frictionFor } from '../../../domain/review/consent.js';
import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { paint, wrap } from '../../terminal/output.js';
import { proposalJson, renderView, writeView } from '../proposals/show-proposal.js';
import { confirm, secondsSince, showToRead } from './asking.js';
import type { CliDesk } from './cli-desk.js';
import { deliver, openCliDesk, signingOptions } from './cli-desk.js';

type Done = 'approved' | 'rejected' | 'skipped' | 'quit';

const words: Readonly<Record<string, string>> = { a: '[a]pprove', r: '[r]eject', v: '[v]iew again', s: '[s]kip', q: '[q]uit' };

function showOnce(shown: Shown, { context }: CliDesk): Promise<string | undefined> {
  const { a: approve = '', r: reject = '', s: skip = '', q: quit = '' } = words;
  return showToRead(shown, context, { approve, others: { r: reject, s: skip, q: quit } });
}

/** One proposal on the screen, and since when. */
interface OnScreen {
  readonly shown: Shown;
  readonly here: CliDesk;
  readonly since: Date;
}

/** Another surface may have decided meanwhile: the proposal itself says who won. */
async function say({ shown, here, since }: OnScreen, draft: DecisionDraft): Promise<void> {
  await deliver(here, await here.desk.compose(shown, { ...draft, consideredSeconds: secondsSince(since, here.context) }));
}

async function approve(screen: OnScreen): Promise<Done | undefined> {
  const { shown, here } = screen;
  const consent = await confirm(shown, here);
  if (consent === undefined) return undefined;
  await say(screen, { decision: 'approve', consent });
  here.context.stdout.write(`${paint(here.context, 'green', '✓')} approved\n`);
  return 'approved';
}

async function reject(screen: OnScreen): Promise<Done | undefined> {
  const { context } = screen.here;
  const reason = await context.keyboard.line('Why? The author learns from it');
  if (reason.length < 3) {
    context.stdout.write('Not rejected: a reason is needed.\n');
    return undefined;
  }
  await say(screen, { decision: 'reject', reason });
  context.stdout.write(`${paint(context, 'yellow', '✓')} rejected\n`);
  return 'rejected';
}

/** Shows one and asks until it is decided, skipped or left. */
async function decideByKey(shown: Shown, here: CliDesk): Promise<Done> {
  const { context } = here;
  const screen = { shown, here, since: context.now() };
  const question = context.columns < 64 ? '[a/r/v/s/q] ? ' : `${Object.values(words).join('  ')} ? `;
  let key = await showOnce(shown, here);
  let seen = key === undefined || !frictionFor(shown.risk).readToEnd;
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
      const done = key === 'a' ? await approve(screen) : key === 'r' ? await reject(screen) : undefined;
      if (done !== undefined) return done;
    } catch (error) {
      if (!(error instanceof JanusError) || error.code !== 'CONFLICT') throw error;
      context.stderr.write(`${visible(error.message)}\n`);
      return 'skipped';
    }
    const again = key === 'v';
    key = again ? await showOnce(shown, here) : undefined;
    seen ||= again && key === undefined;
  }
}

const riskOrder: Readonly<Record<string, number>> = { high: 0, medium: 1, low: 2 };

async function reviewQueue(here: CliDesk): Promise<number> {
  const { desk, proposals, context } = here;
  const waiting = (await proposals.list({ all: false, state: 'proposed', limit: 200 })).sort(
    (a, b) => (a.deadline ?? '').localeCompare(b.deadline ?? '') || (riskOrder[a.riskLevel] ?? 3) - (riskOrder[b.riskLevel] ?? 3),
  );
  if (waiting.length === 0) {
    const [suspended] = await proposals.list({ all: false, state: 'suspended', limit: 1 });
    const held = suspended === undefined ? '' : ' What is suspended is asked about when the stop or the pause has ended: ubos status';
    context.stderr.write(`Nothing waits for a decision.${held}\n`);
  }
  const { count: all } = await proposals.waiting(waiting);
  const done: Done[] = [];
  for (const [index, { proposalId }] of waiting.entries()) {
    const view = await desk.load(proposalId);
    if (view.status !== 'proposed') continue;
    context.stdout.write(`\n${paint(context, 'dim', `${index + 1} of ${Math.max(all, waiting.length)}`)}\n`);
    done.push(await decideByKey(desk.show(view), here));
    if (done.at(-1) === 'quit') break;
  }
  const count = (what: Done) => String(done.filter((each) => each === what).length);
  if (all > waiting.length && done.at(-1) !== 'quit') context.stderr.write(`${all - waiting.length} more wait: ubos review\n`);
  if (done.length > 0) context.stderr.write(`${count('approved')} approved, ${count('rejected')} rejected, ${count('skipped')} skipped\n`);
  return EXIT.ok;
}

async function reviewOne(here: CliDesk, id: string): Promise<number> {
  const { desk, context } = here;
  const view = await desk.load(id);
  if (context.json) writeView(view, context);
  else if (desk.canAsk && view.status === 'proposed') await decideByKey(desk.show(view), here);
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
      throw new JanusError('USAGE', 'this asks for decisions, and there is no terminal to ask on. Nothing was decided', {
        next: 'ubos proposals list, then ubos proposals show ID',
      });
    }
    const here = await openCliDesk(context, values);
    return reference === undefined ? reviewQueue(here) : reviewOne(here, await here.proposals.resolveId(reference));
  },
};
