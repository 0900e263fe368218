import type { Judged } from '../../../contract/orders.js';
import type { Order } from '../../../domain/approval/order.js';
import { parseOrderStatement } from '../../../domain/approval/order.js';
import type { SignedWord } from '../../../domain/modes/evidence.js';
import { day } from '../../../domain/modes/settings.js';
import { shorten } from '../../../domain/text/visible.js';
import { trailEvent } from '../../../domain/trail/events.js';
import type { OrderedBy } from '../../../domain/trail/order-event-fields.js';
import type { BrainDependencies } from '../dependencies.js';

export type Verdict = Pick<Judged, 'accepted' | 'code' | 'why'>;

export const refused = (code: string, why: string): Verdict => ({ accepted: false, code, why });
export const accepted: Verdict = { accepted: true, code: 'ACCEPTED', why: '' };

export interface Judging<Kind extends Order = Order> {
  readonly order: Kind;
  readonly id: string;
  readonly receivedAt: string;
}

/** No word about mode or policy counts for longer than this after it was said (charter: the review is of what stands). */
const statementMilliseconds = 7 * day;

/** What a signed word is called, and whether it may count once; a claim has no name. */
export function spending(deps: BrainDependencies, { statement: text }: Order): { readonly nonce?: string; readonly problem?: Verdict } {
  if (text === undefined) return {};
  const statement = parseOrderStatement(text);
  if ('malformed' in statement) return { problem: refused('MALFORMED_STATEMENT', statement.malformed) };
  const { nonce, issued_at: issued, expires_at: expires } = statement;
  if (deps.mode.vessel.snapshot().spent.has(nonce)) return { problem: refused('REPLAYED', 'this very order was given before') };
  if (Date.parse(expires) - Date.parse(issued) > statementMilliseconds)
    return { problem: refused('STATEMENT_TOO_LONG', 'an order about mode or policy counts for 7 days at most') };
  return { nonce };
}

/** A signed word is spent, whatever became of it: nobody sends it again when the figures have changed. */
export async function spend(
  { trail }: BrainDependencies,
  { order, id, receivedAt }: Judging,
  nonce: string,
  { code, why }: Verdict,
): Promise<void> {
  const { kind, by, of = '' } = order;
  await trail.append('mission_log', {
    id: `order/${id}/spent`,
    eventType: trailEvent.controlOrderRefused,
    summary: shorten(`${kind} by ${by} not obeyed: ${why}`, 400),
    data: { order: kind, of, by, code, nonce, received_at: receivedAt },
  });
}

/** What somebody said who may: who may not has spent nothing that could ever count. */
export const isSpent = ({ accepted: isAccepted, code }: Verdict): boolean => !isAccepted && code !== 'NOT_AUTHORISED';

export const isSigned = (voice: OrderedBy): voice is OrderedBy & SignedWord => voice.key !== undefined;

/** The words themselves, as a record has them. */
export const wordsOf = (voices: readonly OrderedBy[]): readonly SignedWord[] =>
  voices.filter(isSigned).map(({ by, key, statement, signature }) => ({ by, key, statement, signature }));
