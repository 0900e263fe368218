import type { ProposalView } from '../../../contract/messages.js';
import { digestWords, parseDigestPrefix } from '../../../domain/text/digest-words.js';
import { JanusError } from '../../../domain/errors.js';
import { shortDigest } from '../../../domain/action/digests.js';
import { quoted } from '../../../domain/text/quoted.js';
import { visible } from '../../../domain/text/visible.js';
import type { Context, Values } from '../../command.js';
import { textOf } from '../../command.js';
import { tooLate } from './deciding.js';
import { displayedDigest, renderView } from '../proposals/show-proposal.js';
import { interrupted } from '../../terminal/keyboard.js';
import { paint, paintRisk, wrap } from '../../terminal/output.js';
import { page } from '../../terminal/pager.js';

/* What stands between a person and an approval, by risk (spec U2; an approval that costs nothing is worth nothing). */

/** So many hex digits name a plan; fewer are guessed, or typed without having looked. */
const namingDigits = 8;

/** Understood by verbs that approve. */
export const digestOption = { digest: { type: 'string' } } as const;

/** `--digest` in hex digits; undefined where it was not given. */
export function askedDigest(values: Values): string | undefined {
  const typed = textOf(values, 'digest');
  if (typed === undefined) return undefined;
  const digits = parseDigestPrefix(typed);
  if (digits === undefined)
    throw new JanusError('USAGE', '--digest takes 4 to 64 hex digits, or at least two of its words', { next: 'ubos review ID shows both' });
  return digits;
}

/** What was named must be what is displayed. Throws CONFLICT where it is not. */
export function mustBeNamed(view: ProposalView, digits: string | undefined): void {
  const digest = displayedDigest(view);
  if (digits === undefined || digest.startsWith(digits)) return;
  throw new JanusError('CONFLICT', `${view.proposalId} has digest ${shortDigest(digest)}, not ${digits}. Nothing done.`, {
    details: { answer: 'DIGEST_MISMATCH' },
    next: `ubos review ${view.proposalId}`,
  });
}

/**
 * The higher of what the document says and of what the plan says: only the plan's is covered by the digest. What is neither low nor medium counts
 * as high, whatever a server calls it.
 */
export function riskOf({ document, plan }: ProposalView): 'low' | 'medium' | 'high' {
  const said = [document.risk_level, plan?.risk ?? document.risk_level];
  if (said.every((risk) => risk === 'low')) return 'low';
  return said.every((risk) => risk === 'low' || risk === 'medium') ? 'medium' : 'high';
}

/**
 * Shows it. Low risk may be answered with `approve` at any time; anything else only when it was shown to its end. Resolves with the key that
 * ended it before, or undefined.
 */
export function showToRead(
  view: ProposalView,
  context: Context,
  { approve, others }: { readonly approve: string; readonly others: Readonly<Record<string, string>> },
): Promise<string | undefined> {
  return page(renderView(view, context), riskOf(view) === 'low' ? { a: approve, ...others } : others, context);
}

/** High risk is never one key: the rollback is read again, then four letters of the digest are typed. */
export async function confirmRisk(view: ProposalView, context: Context): Promise<boolean> {
  if (riskOf(view) !== 'high') return true;
  const { document, plan } = view;
  const words = digestWords(displayedDigest(view));
  const undo = (plan?.rollback ?? []).map(({ path, args }) => `  ${[path, ...args].map(quoted).join(' ')}`);
  const text = [
    'RISK LEVEL HIGH. ROLLBACK PLAN:',
    ...(visible(document.rollback_plan ?? '', { keepNewlines: true }) || '(none)').split('\n').map((line) => `  ${line}`),
    'WHAT RUNS ON FAILURE:',
    ...(undo.length === 0 ? ['  nothing'] : undo),
  ].join('\n');
  context.stdout.write(`\n${paintRisk(context, 'high', wrap(text, context.columns, 4))}\n`);
  const typed = await context.keyboard.line(`Its digest in words is ${words}. Type its last four letters to approve`);
  if (typed.toLowerCase() === words.slice(-4)) return true;
  context.stdout.write(`${wrap('Not approved: these are not the last four letters of the words.', context.columns)}\n`);
  return false;
}

const words = { a: '[a]pprove', v: '[v]iew again', q: '[q]uit' } as const;

/** Shows it and asks. False where the person left. */
async function ask(view: ProposalView, context: Context): Promise<boolean> {
  const show = () => showToRead(view, context, { approve: words.a, others: { q: words.q } });
  let key = await show();
  let seen = key === undefined || riskOf(view) === 'low';
  for (;;) {
    key ??= await context.keyboard.key(paint(context, 'bold', `${Object.values(words).join('  ')} ? `));
    if (key === 'q') return false;
    if (key === 'a' && !seen) context.stdout.write('Read it to its end first.\n');
    else if (key === 'a' && (await confirmRisk(view, context))) return true;
    else if (!(key in words)) context.stdout.write(`${Object.values(words).join('  ')}\n`);
    const again = key === 'v' || (key === 'a' && !seen);
    key = again ? await show() : undefined;
    seen ||= again && key === undefined;
  }
}

const notNamed = (view: ProposalView, verb: string) =>
  new JanusError('USAGE', `${view.proposalId} is of ${riskOf(view)} risk, and there is no terminal to show it on: nothing was decided`, {
    next: `ubos ${verb} ${view.proposalId} --digest DIGITS, as ubos proposals show ${view.proposalId} shows them`,
  });

/**
 * Consent to exactly what `view` displays. On a terminal it is shown and asked for; `--digest` with 8 digits or two words says that it was
 * read elsewhere, which high risk does not accept there. Without a terminal, or with --json, nothing is asked: medium and high risk need that
 * `--digest`, and a piped answer is never read. There is no --yes.
 *
 * Resolves with how many seconds it was before the person, undefined where nobody was asked. Throws USAGE (nobody to ask) and INTERRUPTED (left).
 */
export async function consent(view: ProposalView, context: Context, digits: string | undefined, verb: string): Promise<number | undefined> {
  mustBeNamed(view, digits);
  const risk = riskOf(view);
  const isNamed = digits !== undefined && digits.length >= namingDigits;
  if (!context.interactive || context.json) {
    if (risk === 'low' || isNamed) return undefined;
    throw view.status === 'proposed' ? notNamed(view, verb) : tooLate(view);
  }
  if (isNamed && risk !== 'high') return undefined;
  // Nothing is sent for what says that it waits for nobody: it would be an approval that nobody was asked for.
  if (view.status !== 'proposed') throw tooLate(view);
  const since = context.now();
  if (await ask(view, context)) return secondsSince(since, context);
  throw interrupted();
}

/** As it is sent: whole seconds, never negative. */
export function secondsSince(since: Date, { now }: Pick<Context, 'now'>): number {
  return Math.max(0, Math.round((now().getTime() - since.getTime()) / 1_000));
}
