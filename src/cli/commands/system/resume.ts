import type { StandingView } from '../../../contract/orders.js';
import { JanusError } from '../../../domain/errors.js';
import { isStopId } from '../../../domain/controls/stop.js';
import type { Halt } from '../../../domain/trail/standing.js';
import type { Command, Context } from '../../command.js';
import { wrap } from '../../terminal/output.js';
import { nameStanding } from '../controls/naming.js';
import { giveOrder, orderJson, orderOptions, orderSignalJson, reportOrder } from '../controls/ordering.js';
import { haltLine } from '../controls/standing-words.js';
import { noWords } from '../controls/words.js';
import { reasonOr } from '../decide/cli-desk.js';

const usage = 'ubos resume [ID] --reason TEXT [--key FILE] [--print-signal] [--json]';
const typedNext = (id: string) => `ubos resume ${id} --reason 'why it is safe again'`;

/** What is to be ended: the one that stands, or the one that was named where there are several. */
function haltOf(halts: readonly Halt[], typed: string | undefined, context: Context): Halt {
  const [first, second] = halts;
  if (first === undefined)
    throw new JanusError(
      'CONFLICT',
      `neither a stop nor a pause stands${typed === undefined ? '' : `, ${JSON.stringify(typed)} neither`}. Nothing done.`,
      {
        details: { answer: 'NOTHING_STANDS' },
        next: 'ubos status',
      },
    );
  const named = halts.find(({ id }) => id === typed);
  if (named !== undefined) return named;
  if (typed !== undefined)
    throw new JanusError(
      'CONFLICT',
      `${JSON.stringify(typed.slice(0, 60))} does not stand; what stands is ${halts.map(({ id }) => id).join(', ')}. Nothing done.`,
      {
        details: { answer: 'UNKNOWN_ID' },
        next: typedNext(first.id),
      },
    );
  if (second === undefined) return first;
  context.stderr.write(halts.map((halt) => `${wrap(haltLine(halt, context), context.columns, 2)}\n`).join(''));
  throw new JanusError('USAGE', `${halts.length} of them stand, and each is ended by its own name. Nothing done.`, {
    next: typedNext(first.id),
  });
}

/** A mark of this host that is on record no longer: whoever lifted it could not take it away, or somebody put it back. It stops all the same. */
async function leftOnDisk(halts: readonly Halt[], context: Context): Promise<readonly Halt[]> {
  const [{ readStopAside }, { paths }] = await Promise.all([import('../../../adapters/controls/stop-reason.js'), context.config()]);
  const { id, at = context.now().toISOString(), by = '', reason = '', mode } = (await readStopAside(paths)) ?? {};
  return id === undefined || halts.some((halt) => halt.id === id) ? [] : [{ id, at, by, reason, ...(mode && { mode }) }];
}

/** More than this are as bad. */
const countedMax = 100;

/** What the guard has said of it; it may not have been recorded yet. */
const endedWords = ({ ended }: Halt) =>
  ended === undefined
    ? 'Ended by it: nothing on record yet.'
    : `Ended by it: ${ended} ${ended === 1 ? 'sandbox' : 'sandboxes'}, with all that ran there.`;

/** What a person sees before they end it. */
async function shownOf(halt: Halt, { signed }: StandingView, context: Context): Promise<string> {
  const proposals = await context.proposals();
  const suspended = (await proposals.list({ all: false, state: 'suspended', limit: countedMax })).length;
  const { indeterminate } = await proposals.counts();
  const isStop = isStopId(halt.id);
  const how = signed.resume ? 'There are keys: it is signed.' : 'There are no keys: it is recorded as unsigned.';
  const lines = [
    haltLine(halt, context),
    ...(isStop ? [endedWords(halt)] : []),
    `Suspended proposals: ${suspended}${suspended === countedMax ? ' or more' : ''}; they are proposed again and ask again. Interrupted: ${indeterminate}.`,
    how,
  ];
  return lines.map((line) => wrap(line, context.columns, 2)).join('\n');
}

export const command: Command = {
  json: [orderJson, orderSignalJson],
  usage,
  details:
    'Ends one emergency stop, or one pause, by its id, and no other. On a terminal it is shown and its id typed in full; without one ID says which. Signed where keys exist, by two persons where the rules for approvals say so. Needs the server and a worker.',
  options: orderOptions,
  async run({ positionals, values }, context) {
    noWords(positionals, 1, usage);
    const reason = reasonOr(values, 'it is on record for ever', "ubos resume --reason 'why it is safe again'");
    const standing = await (await context.vessel()).standing();
    const [typed] = positionals;
    const halts = [...standing.stops, ...standing.pauses];
    const left = await leftOnDisk(halts, context);
    const halt = haltOf([...halts, ...left], typed, context);
    const isAsked = typed === undefined && context.interactive && !context.json;
    const shown = isAsked ? await shownOf(halt, standing, context) : '';
    const of = await nameStanding(context, { id: halt.id, typed, shown, what: `resume after ${halt.id}`, next: typedNext(halt.id) });
    const given = await giveOrder(context, values, { kind: 'resume', reason, of });
    const code = reportOrder(context, given, `Ended ${of}`);
    const { standing: after, code: answer } = given?.answer ?? {};
    const others = [...(after?.stops ?? []), ...(after?.pauses ?? [])];
    if (!context.json && answer === 'ACCEPTED')
      for (const each of others) context.stderr.write(`${wrap(`  Still: ${haltLine(each, context)}`, context.columns, 4)}\n`);
    return code;
  },
};
