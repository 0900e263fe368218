import type { Order } from '../approval/order.js';
import { matchOrderStatement, parseOrderStatement } from '../approval/order.js';
import { signatureNamespaces } from '../approval/statement.js';
import type { ApprovalPolicy } from '../approval/terms.js';
import { notEntitled, ownTerms } from '../approval/terms.js';
import type { ModeChange, ModeTrail, SignedWord, Vote } from './evidence.js';
import { initialStanding } from './figures.js';

/** A signed word that raises something: what it has to say, and when it counted. */
export interface Claim {
  readonly word: SignedWord;
  readonly order: Pick<Order, 'kind' | 'of'> & Partial<Pick<Order, 'mode' | 'verdict'>>;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const claimsOfChange = ({ to, why, orders, at }: ModeChange, of: string): readonly Claim[] => {
  const order =
    why === 'restored' || (to !== 'beta' && to !== 'omega') ? { kind: 'restore' as const } : { kind: 'authorise' as const, mode: to };
  return orders.map((word) => ({ word, order: { ...order, of }, at }));
};

const claimsOfVotes = (votes: readonly Vote[], of: string): readonly Claim[] =>
  votes.map(({ word, at, verdict }) => ({ word, order: { kind: 'recommend', of, verdict }, at }));

/** All signed words that the mode rests on: who authorised and who recommended each step up, and who recommends the next. */
export function claimsOf({ vessel: { changes, votes } }: ModeTrail): readonly Claim[] {
  const standing = (index: number) => changes[index - 1]?.id ?? initialStanding;
  return [
    ...changes.flatMap((change, index) => [
      ...claimsOfChange(change, standing(index)),
      ...claimsOfVotes(change.before.votes, standing(index)),
    ]),
    ...claimsOfVotes(votes, standing(changes.length)),
  ];
}

/**
 * Why a signed word does not say what it is taken for; undefined where it does. Says nothing about its signature. Where the vessel is not
 * known, it may be any.
 */
export function whyNotSaid({ word: { by, statement: text }, order, at }: Claim, vessel: string | undefined): string | undefined {
  const statement = parseOrderStatement(text);
  if ('malformed' in statement) return statement.malformed;
  const { reason, namespace } = statement;
  const expected = { vessel: vessel ?? statement.vessel, namespace, order: { ...order, by, reason }, now: at };
  return matchOrderStatement(statement, expected)?.why;
}

/** What a verifier is asked about a word: by the keys that were good when it counted. */
export const signedTextOf = ({ word: { by, statement, signature }, at }: Pick<Claim, 'word' | 'at'>) => ({
  ...{ text: statement, signature, principal: by },
  namespace: signatureNamespaces.decision,
  at: new Date(at),
});

type Verdict = { readonly ok: true; readonly key: string } | { readonly ok: false; readonly why: string };

/** Why the signature of a word does not hold, by what a verifier says of it; undefined where it does. */
export function whyNotSigned({ word: { key } }: Claim, verdict: Verdict): string | undefined {
  if (!verdict.ok) return verdict.why;
  return verdict.key === key ? undefined : `signed with ${verdict.key}, the record names ${key}`;
}

/** Who may step up or restore: those who approve such an action. */
export const modeSubject = { risk: 'high', actionType: 'mode' } as const;

/**
 * Why somebody may not say it by the rules of now; undefined where they may. Whose recommendation counts, the step up itself names; whoever
 * authorised it stays in a group that may, with a key that has run out where they have left.
 */
export function whyNotEntitled({ order: { kind }, word: { by } }: Claim, policy: ApprovalPolicy): string | undefined {
  if (kind === 'recommend') return undefined;
  return notEntitled(ownTerms(policy, modeSubject), { kind: 'approve', by }, false)?.why;
}

/** The trail without words that nobody can vouch for: a step up that rests on none was not earned. */
export function withoutWords({ vessel, proposals }: ModeTrail, doubted: ReadonlySet<SignedWord>): ModeTrail {
  const trusted = (votes: readonly Vote[]) => votes.filter(({ word }) => !doubted.has(word));
  return {
    proposals,
    vessel: {
      ...vessel,
      votes: trusted(vessel.votes),
      changes: vessel.changes.map((change) => ({
        ...change,
        orders: change.orders.filter((word) => !doubted.has(word)),
        before: { ...change.before, votes: trusted(change.before.votes) },
      })),
    },
  };
}
