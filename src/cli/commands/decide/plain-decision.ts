import type { PlainDraft } from '../../../client/deciding/draft.js';
import { JanusError } from '../../../domain/errors.js';
import type { Command, Context, Invocation } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { paint, wrap } from '../../terminal/output.js';
import type { CliDesk } from './cli-desk.js';
import { deliver, openCliDesk, signalJson, signingOptions } from './cli-desk.js';
import { decisionJson, writeDecision } from './reporting.js';

export interface Verb {
  readonly usage: string;
  readonly details: string;
  readonly done: string;
  /** How many words may follow the verb: one too many is a mistake, not something to ignore. */
  readonly words: number;
  /** Reads the rest of the line. */
  readonly draft: (invocation: Invocation) => PlainDraft;
  /** What to say after "Extended janus-...". */
  readonly afterwards?: (here: CliDesk, id: string) => Promise<string>;
}

export const idHelp = 'ID: a whole one, at least 6 of its digits, or @latest.';

/** The reference of the one proposal that a verb is about. */
export function referenceOf({ positionals }: Invocation, { usage, words }: Pick<Verb, 'usage' | 'words'>): string {
  const [reference] = positionals;
  if (reference === undefined) throw new JanusError('USAGE', 'which proposal?', { next: usage });
  if (positionals.length > words)
    throw new JanusError('USAGE', `${JSON.stringify(positionals[words])} is one word too many`, { next: usage });
  return reference;
}

export function sayDone(context: Context, text: string): void {
  context.stdout.write(`${wrap(`${paint(context, 'green', '✓')} ${text}`, context.columns, 2)}\n`);
}

/** A verb that is one decision about one proposal, whatever its plan is. */
export function plainDecisionCommand({ usage, details, done, words, draft, afterwards }: Verb): Command {
  return {
    json: [decisionJson, signalJson],
    usage,
    details: `${details}\n${idHelp}`,
    options: { reason: { type: 'string' }, ...signingOptions },
    async run(invocation, context) {
      const reference = referenceOf(invocation, { usage, words });
      const said = draft(invocation);
      const here = await openCliDesk(context, invocation.values);
      const id = await here.proposals.resolveId(reference);
      const accepted = await deliver(here, await here.desk.composeAbout(id, said));
      if (accepted === undefined) return EXIT.ok;
      if (context.json) writeDecision(context, id, accepted);
      else sayDone(context, `${done} ${id}${afterwards === undefined ? '' : await afterwards(here, id)}`);
      return EXIT.ok;
    },
  };
}
