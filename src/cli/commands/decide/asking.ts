import type { Shown } from '../../../client/deciding/shown.js';
import { tooLate } from '../../../client/deciding/answer.js';
import { shortDigest } from '../../../domain/action/digests.js';
import { JanusError } from '../../../domain/errors.js';
import type { Consent } from '../../../domain/review/consent.js';
import { frictionFor, consentProblem, nextStep } from '../../../domain/review/consent.js';
import { blocksText, sectionsText } from '../../../domain/review/text.js';
import { digestWords, parseDigestPrefix } from '../../../domain/text/digest-words.js';
import type { Context, Values } from '../../command.js';
import { textOf } from '../../command.js';
import { interrupted } from '../../terminal/keyboard.js';
import { layoutOf } from '../../terminal/layout.js';
import { paint, paintRisk, wrap } from '../../terminal/output.js';
import { page } from '../../terminal/pager.js';
import type { CliDesk } from './cli-desk.js';
import { refusalError } from './refusal.js';

/* How a person at this terminal is asked; what has to be asked is in `domain/review/consent.ts`. */

/** Understood by verbs that approve. */
export const digestOption = { digest: { type: 'string' } } as const;

/** `--digest` in hex digits; undefined where it was not given. */
export function askedDigest(values: Values): string | undefined {
  const typed = textOf(values, 'digest');
  if (typed === undefined) return undefined;
  const digits = parseDigestPrefix(typed);
  if (digits === undefined)
    throw new JanusError('USAGE', '--digest takes 4 to 64 hex digits, or at least two of its words', { next: 'see both: ubos review ID' });
  return digits;
}

/** What was named must be what is displayed. Throws CONFLICT where it is not. */
export function mustBeNamed({ view: { proposalId: id }, digest }: Shown, digits: string | undefined): void {
  if (digits === undefined || digest.startsWith(digits)) return;
  throw new JanusError('CONFLICT', `${id} has digest ${shortDigest(digest)}, not ${digits}. Nothing done.`, {
    details: { answer: 'DIGEST_MISMATCH' },
    next: `ubos review ${id}`,
  });
}

/**
 * Shows it. What need not be read to its end may be answered with `approve` at any time. Resolves with the key that ended it before, or
 * undefined.
 */
export function showToRead(
  { sections, risk }: Shown,
  context: Context,
  { approve, others }: { readonly approve: string; readonly others: Readonly<Record<string, string>> },
): Promise<string | undefined> {
  const keys = frictionFor(risk).readToEnd ? others : { a: approve, ...others };
  return page(`${sectionsText(sections, layoutOf(context))}\n`, keys, context);
}

/** What is shown once more before the letters are typed. */
function shownAgain({ sections, risk }: Shown, context: Context): string {
  const blocksOf = (kind: string) => sections.find((each) => each.kind === kind)?.blocks ?? [];
  const layout = { ...layoutOf(context), paint: (_: string, text: string) => text };
  const titles: Readonly<Record<string, string>> = {
    rollback_plan: `RISK LEVEL ${risk.toUpperCase()}. ROLLBACK PLAN:`,
    on_failure: 'WHAT RUNS ON FAILURE:',
  };
  const parts = frictionFor(risk).shownAgain.map((kind) => {
    const text = blocksText(blocksOf(kind), layout, '  ');
    return `${titles[kind] ?? kind}\n${text === '' ? '  nothing' : text}`;
  });
  return paintRisk(context, risk, parts.join('\n'));
}

/** The answer of somebody who pressed the key for yes; undefined where it did not become one: what must be typed was not. */
export async function confirm(shown: Shown, { context, desk }: Pick<CliDesk, 'context' | 'desk'>): Promise<Consent | undefined> {
  const { risk, digest } = shown;
  if (frictionFor(risk).lettersTyped === 0) return { how: 'asked', readToEnd: true };
  context.stdout.write(`\n${shownAgain(shown, context)}\n`);
  const typed = await context.keyboard.line(`Its digest in words is ${digestWords(digest)}. Type its last four letters to approve`);
  const consent: Consent = { how: 'asked', readToEnd: true, typed };
  if (consentProblem({ risk, digest, canAsk: desk.canAsk }, consent) === undefined) return consent;
  context.stdout.write(`${wrap('Not approved: these are not the last four letters of the words.', context.columns)}\n`);
  return undefined;
}

const words = { a: '[a]pprove', v: '[v]iew again', q: '[q]uit' } as const;

/** Shows it and asks. Undefined where the person left. */
async function ask(shown: Shown, here: CliDesk): Promise<Consent | undefined> {
  const { context } = here;
  const show = () => showToRead(shown, context, { approve: words.a, others: { q: words.q } });
  let key = await show();
  let seen = key === undefined || !frictionFor(shown.risk).readToEnd;
  for (;;) {
    key ??= await context.keyboard.key(paint(context, 'bold', `${Object.values(words).join('  ')} ? `));
    if (key === 'q') return undefined;
    if (key === 'a' && !seen) context.stdout.write('Read it to its end first.\n');
    else if (key === 'a') {
      const consent = await confirm(shown, here);
      if (consent !== undefined) return consent;
    } else if (!(key in words)) context.stdout.write(`${Object.values(words).join('  ')}\n`);
    const again = key === 'v' || (key === 'a' && !seen);
    key = again ? await show() : undefined;
    seen ||= again && key === undefined;
  }
}

const notNamed = ({ view: { proposalId: id }, risk }: Shown, verb: string) =>
  new JanusError('USAGE', `${id} is of ${risk} risk, and there is no terminal to show it on: nothing was decided`, {
    next: `see it: ubos proposals show ${id}, then, with 32 of its hex digits or its eight words: ubos ${verb} ${id} --digest DIGEST`,
  });

export interface Consented {
  readonly consent: Consent;
  /** For how long it was before the person; undefined where nobody was asked. */
  readonly consideredSeconds: number | undefined;
}

/**
 * Consent to exactly what is shown. On a terminal it is asked for; `--digest` says that it was read elsewhere. A piped answer is never read, and
 * there is no --yes. Throws USAGE (nobody to ask), CONFLICT (nothing waits) and INTERRUPTED (left).
 */
export async function consentTo(shown: Shown, here: CliDesk, verb: string): Promise<Consented> {
  const named = askedDigest(here.values);
  mustBeNamed(shown, named);
  const step = nextStep({ risk: shown.risk, canAsk: here.desk.canAsk }, named);
  if (step === 'go') return { consent: { how: 'unasked', named }, consideredSeconds: undefined };
  // Nothing is sent for what says that it waits for nobody: it would be an approval that nobody was asked for.
  if (shown.view.status !== 'proposed') throw refusalError(tooLate(shown.view));
  if (step === 'refuse') throw notNamed(shown, verb);
  const since = here.context.now();
  const consent = await ask(shown, here);
  if (consent === undefined) throw interrupted();
  return { consent, consideredSeconds: secondsSince(since, here.context) };
}

/** As it is sent: whole seconds, never negative. */
export function secondsSince(since: Date, { now }: Pick<Context, 'now'>): number {
  return Math.max(0, Math.round((now().getTime() - since.getTime()) / 1_000));
}
