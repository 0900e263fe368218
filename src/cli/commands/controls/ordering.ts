import { signOrder } from '../../../client/deciding/sign-order.js';
import { signalLine } from '../../../client/deciding/signal-line.js';
import { orderSignal, vesselWorkflowId } from '../../../contract/names.js';
import type { VesselClient } from '../../../client/vessel.js';
import type { OrderAnswer, OrderMessage, StandingView } from '../../../contract/orders.js';
import { areHandsAwaited, orderKinds } from '../../../domain/approval/order.js';
import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Context, Values } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { wrap } from '../../terminal/output.js';
import { personOf, signingOptions } from '../decide/cli-desk.js';
import { sayDone } from '../decide/plain-decision.js';
import { settingWords } from './standing-words.js';

/** Understood by every verb that orders something of the vessel. */
export const orderOptions = { reason: { type: 'string' }, ...signingOptions } as const;

export const orderJson = jsonObjects(({ z, text, count, isoTime }) => ({
  order: z.strictObject({
    kind: z.enum(orderKinds),
    of: text.nullable().describe('what it was about: a stop, a pause, the order before, or the digest of a policy'),
    by: text,
    signed: z.boolean(),
    reason: text,
    code: text.describe('ACCEPTED; AWAITS_OTHERS: more persons have to order the same; NOTHING_CHANGES'),
    message: text,
    hands: z
      .strictObject({ cleared: z.array(text), problem: text.nullable() })
      .nullable()
      .describe('null: they have not answered yet'),
    standing: z
      .strictObject({
        stops: z.array(text),
        pauses: z.array(text),
        setting: z.strictObject({ id: text, limit: count.nullable(), hold: z.boolean(), by: text, at: isoTime.or(z.literal('')) }),
        limit_max: count,
      })
      .nullable(),
  }),
}));

export const orderSignalJson = jsonObjects(({ z, text }) => ({
  'order-signal': z.strictObject({
    kind: z.enum(orderKinds),
    of: text.nullable(),
    signed: z.boolean(),
    command: text,
  }),
}));

export interface Given {
  readonly answer: OrderAnswer;
  readonly message: OrderMessage;
}

/** The line that sends it without ubos. */
function printSignal(context: Context, { vessel, namespace }: Pick<VesselClient, 'vessel' | 'namespace'>, message: OrderMessage): void {
  const command = signalLine(namespace, vesselWorkflowId(vessel), orderSignal, message);
  const { kind, of = null, signature } = message;
  if (context.json) orderSignalJson.write(context.stdout, 'order-signal', { kind, of, signed: signature !== undefined, command });
  else context.stdout.write(`${command}\n`);
}

/**
 * Signs it where the person has a key, sends it and waits for the judgement. With --print-signal the line that would send it is printed instead:
 * undefined. Throws what it was refused for.
 */
export async function giveOrder(context: Context, values: Values, order: Omit<OrderMessage, 'by'>): Promise<Given | undefined> {
  const person = await personOf(context, values);
  const vessel = await context.vessel();
  const unsigned: OrderMessage = { ...order, by: person.by };
  const place = { vessel: vessel.vessel, namespace: vessel.namespace, now: context.now() };
  const message = person.sign === undefined ? unsigned : await signOrder(unsigned, place, person.sign);
  if (values['print-signal'] === true) {
    printSignal(context, vessel, message);
    return undefined;
  }
  const answer = await vessel.order(message);
  if (!answer.accepted && !isDone(order, answer)) throw refusal(order, answer);
  return { answer, message };
}

/** What was ordered is so, though by no word of now: held already, or a mark that had been left behind, which hands have just taken away. */
const isDone = ({ of = '' }: Omit<OrderMessage, 'by'>, { code, hands }: OrderAnswer) =>
  code === 'NOTHING_CHANGES' || (code === 'ALREADY_RESUMED' && hands?.cleared.includes(of) === true);

const notPermitted = /^(?:SIGNATURE|SIGNER|KEY|WRONG_|NOT_AUTHORISED|MALFORMED_STATEMENT|STATEMENT)/;

/** Where to look at what an order is about. */
const looks: Readonly<Partial<Record<OrderMessage['kind'], string>>> = {
  ...{ authorise: 'ubos mode check', recommend: 'ubos mode check', restore: 'ubos mode check', flag: 'ubos mode check' },
  ...{ propose_policy: 'ubos policy show', recommend_policy: 'ubos policy show', adopt_policy: 'ubos policy show', resume: 'ubos status' },
};

function refusal({ kind }: Omit<OrderMessage, 'by'>, { code, message, hands }: OrderAnswer): JanusError {
  const problem = hands?.problem === undefined ? '' : `; ${visible(hands.problem)}`;
  const words = `${visible(message)}${problem}. Nothing done.`;
  const details = { details: { answer: code } };
  if (code === 'AUDIT_UNAVAILABLE') return new JanusError('AUDIT_UNAVAILABLE', words, { ...details, next: 'ubos doctor' });
  if (code === 'ABOVE_CONFIGURATION' && kind === 'authorise')
    return new JanusError('USAGE', words, { ...details, next: 'ubos config explain operational_mode' });
  if (code === 'NOT_REQUIRED')
    return new JanusError('CONFLICT', words, { ...details, next: 'ubos config explain constitutional.amendments' });
  if (code === 'FILES_INVALID') return new JanusError('CONFIG_INVALID', words, { ...details, next: 'ubos config validate' });
  if (code === 'ABOVE_CONFIGURATION' || code === 'MALFORMED')
    return new JanusError('USAGE', words, { ...details, next: 'ubos config explain harness.max_concurrency' });
  if (notPermitted.test(code)) return new JanusError('NOT_PERMITTED', words, { ...details, next: 'ubos keys list' });
  return new JanusError('CONFLICT', words, { ...details, next: looks[kind] ?? 'ubos controls show' });
}

function writeJson(context: Context, { answer, message }: Given): void {
  const { code, message: words, hands, standing } = answer;
  const { kind, of = null, by, reason, signature } = message;
  orderJson.write(context.stdout, 'order', {
    ...{ kind, of, by, signed: signature !== undefined, reason, code, message: words },
    hands: hands === undefined ? null : { cleared: hands.cleared, problem: hands.problem ?? null },
    standing:
      standing === undefined
        ? null
        : {
            stops: standing.stops.map(({ id }) => id),
            pauses: standing.pauses.map(({ id }) => id),
            setting: { limit: null, ...pick(standing.setting) },
            limit_max: standing.limitMax,
          },
  });
}

const pick = ({ id, limit, hold, by, at }: StandingView['setting']) => ({ id, hold, by, at, ...(limit !== undefined && { limit }) });

/** Says what came of it. `done` is said where it counts. */
export function reportOrder(context: Context, given: Given | undefined, done: string): number {
  if (given === undefined) return EXIT.ok;
  const { answer } = given;
  const { code, message, hands, standing } = answer;
  const say = (text: string) => context.stderr.write(`${wrap(`  ${text}`, context.columns, 2)}\n`);
  if (context.json) writeJson(context, given);
  else if (code === 'AWAITS_OTHERS') sayDone(context, `Counted, and not enough: ${visible(message)}. Others have to order the same.`);
  else if (code === 'NOTHING_CHANGES') sayDone(context, `Nothing changes: ${visible(message)}`);
  else sayDone(context, done);
  if (context.json) return hands?.problem === undefined ? EXIT.ok : EXIT.degraded;
  if (!areHandsAwaited(given.message.kind)) return EXIT.ok;
  if (standing !== undefined && given.message.kind !== 'resume') say(settingWords(standing));
  if (code !== 'ACCEPTED') return EXIT.ok;
  if (hands === undefined) say('The hands have not answered yet: they are told again until they do.');
  if (hands?.problem === undefined) return EXIT.ok;
  say(`The hands could not do it: ${visible(hands.problem)}. Then the same once more.`);
  return EXIT.degraded;
}
