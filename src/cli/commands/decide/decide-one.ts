import type { DecideMessage, ProposalView } from '../../../contract/messages.js';
import { parseDuration } from '../../../domain/approval/decision.js';
import { JanusError } from '../../../domain/errors.js';
import type { Command, Context, Invocation, Values } from '../../command.js';
import { textOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { paint, wrap } from '../../terminal/output.js';
import { when } from '../../terminal/times.js';
import { askedDigest, consent, digestOption } from './friction.js';
import { signingOptions } from './signing.js';
import { decide, decisionJson, reasonOr, signalJson, writeDecision } from './deciding.js';
import { displayedDigest } from '../proposals/show-proposal.js';

type Fields = Omit<DecideMessage, 'by' | 'proposal_id'>;

interface DecisionVerb {
  readonly usage: string;
  readonly details: string;
  readonly done: string;
  /** How many words may follow the verb: one too many is a mistake, not something to ignore. */
  readonly words: number;
  /** Reads the rest of the line. */
  readonly fields: (invocation: Invocation) => Fields;
  /** It names the plan that it is about, as an approval does. */
  readonly needsDigest?: true;
  /** What to say behind "Extended janus-...". */
  readonly afterwards?: (context: Context, id: string) => Promise<string>;
}

/** Like an approval, it names what was read, and is asked for by risk. */
async function consented(said: Fields, view: ProposalView, values: Values, context: Context): Promise<Fields> {
  const considered = await consent(view, context, askedDigest(values), 'break-glass');
  return { ...said, digest: displayedDigest(view), ...(considered !== undefined && { considered_seconds: considered }) };
}

/** A verb that is one decision about one proposal. */
function decisionCommand({ usage, details, done, words, fields, needsDigest, afterwards }: DecisionVerb): Command {
  return {
    json: [decisionJson, signalJson],
    usage,
    details: `${details}\nID: a whole one, at least 6 of its digits, or @latest.`,
    options: { reason: { type: 'string' }, ...(needsDigest === true && digestOption), ...signingOptions },
    async run(invocation, context) {
      const { positionals } = invocation;
      const [reference] = positionals;
      if (reference === undefined) throw new JanusError('USAGE', 'which proposal?', { next: usage });
      if (positionals.length > words)
        throw new JanusError('USAGE', `${JSON.stringify(positionals[words])} is one word too many`, { next: usage });
      const said = fields(invocation);
      const proposals = await context.proposals();
      const id = await proposals.resolveId(reference);
      const view = () => proposals.view(id);
      const whole = needsDigest === true ? await consented(said, await view(), invocation.values, context) : said;
      const decided = await decide({ context, values: invocation.values, proposals, id, view }, whole);
      if (decided === undefined) return EXIT.ok;
      if (context.json) writeDecision(context, id, decided.message, decided.answer);
      else {
        const more = afterwards === undefined ? '' : await afterwards(context, id);
        context.stdout.write(`${wrap(`${paint(context, 'green', '✓')} ${done} ${id}${more}`, context.columns, 2)}\n`);
      }
      return EXIT.ok;
    },
  };
}

const reasonOf = ({ values }: Invocation) => {
  const reason = textOf(values, 'reason');
  return reason === undefined ? {} : { reason };
};

export const extend = decisionCommand({
  usage: 'ubos extend ID DURATION [--reason TEXT] [--key FILE] [--print-signal] [--json]',
  details: 'Moves the deadline by 90s, 30m, 12h or 2d; by 7 days in all at most.',
  done: 'Extended',
  words: 2,
  fields: (invocation) => {
    const duration = invocation.positionals[1] ?? '';
    if (parseDuration(duration) === undefined)
      throw new JanusError('USAGE', `${JSON.stringify(duration)} is no duration`, {
        next: 'ubos extend ID 12h (s, m, h or d; 7 days in all at most)',
      });
    return { decision: 'extend', extend: duration, ...reasonOf(invocation) };
  },
  afterwards: async (context, id) => {
    const { deadline } = await (await context.proposals()).view(id);
    return deadline === undefined ? '' : `  now until ${deadline} (${when(new Date(deadline), context, 'relative')})`;
  },
});

export const cancel = decisionCommand({
  usage: 'ubos proposals cancel ID [--reason TEXT] [--key FILE] [--print-signal] [--json]',
  details: 'Withdraws it, or stops it while it runs: what was started is rolled back.',
  done: 'Cancelled',
  words: 1,
  fields: (invocation) => ({ decision: 'cancel', ...reasonOf(invocation) }),
});

export const resolve = decisionCommand({
  usage: 'ubos resolve ID completed|failed --reason TEXT [--key FILE] [--print-signal] [--json]',
  details: 'Says how an interrupted action really ended, where neither probe nor rollback could tell.',
  done: 'Resolved',
  words: 2,
  fields: (invocation) => {
    const outcome = invocation.positionals[1];
    if (outcome !== 'completed' && outcome !== 'failed')
      throw new JanusError('USAGE', `${JSON.stringify(outcome ?? '')} is neither completed nor failed`, {
        next: "ubos resolve ID completed --reason 'how you know'",
      });
    const next = `ubos resolve ID ${outcome} --reason 'how you know'`;
    return { decision: 'resolve', outcome, reason: reasonOr(textOf(invocation.values, 'reason'), 'it is the only evidence', next) };
  },
});

export const withdraw = decisionCommand({
  usage: 'ubos withdraw ID [--reason TEXT] [--key FILE] [--print-signal] [--json]',
  details: 'Takes back your own approval, for as long as nothing was started.',
  done: 'Took back the approval of',
  words: 1,
  fields: (invocation) => ({ decision: 'withdraw', ...reasonOf(invocation) }),
});

export const breakGlass = decisionCommand({
  usage: 'ubos break-glass ID --reason TEXT [--digest DIGITS] [--key FILE] [--print-signal] [--json]',
  details:
    'Starts an action of high risk alone, where agent.yaml names a group for that. The others are told, and have to look at it afterwards.\nAsked for like an approval of high risk; without a terminal --digest names what you have read.',
  done: 'Broke the glass for',
  words: 1,
  needsDigest: true,
  fields: ({ values }) => ({
    decision: 'break_glass',
    reason: reasonOr(textOf(values, 'reason'), 'the others will read it', "ubos break-glass ID --reason 'what cannot wait'"),
  }),
});
