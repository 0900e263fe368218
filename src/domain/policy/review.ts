import type { SignedWord } from '../modes/evidence.js';
import { addSign, lifeOf, livedUntil } from '../modes/life.js';
import { trailEvent } from '../trail/events.js';
import type { Projection } from '../trail/projection.js';
import type { AuditRecord } from '../trail/records.js';

/** Who may adopt a policy that is looser: those who approve such an action (charter: the First Citizen). */
export const adoptionSubject = { risk: 'high', actionType: 'policy' } as const;

/** A word that a policy may be adopted. */
export interface PolicyVote {
  /** Of the record. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly word: SignedWord;
}

/** The constitutional review of a policy that is looser than the adopted one (spec C7). One at a time. */
export interface PolicyReview {
  /** Id of the record of the proposal. */
  readonly proposal: string;
  /** SHA-256 of what is proposed. */
  readonly policy: string;
  readonly by: string;
  readonly at: string;
  readonly rationale: string;
  readonly looser: readonly string[];
  /** A "no" has cleared those before it. */
  readonly votes: readonly PolicyVote[];
  /** The last recommendation, since which the days of the review are over. */
  readonly over: string | undefined;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function proposedIn(record: AuditRecord): PolicyReview | undefined {
  const { id, timestamp, policy, by, reason, looser } = record;
  if (textOf(policy) === '') return undefined;
  const texts = Array.isArray(looser) ? (looser as readonly unknown[]).map(textOf) : [];
  return {
    ...{ proposal: id, policy: textOf(policy), by: textOf(by), at: timestamp, rationale: textOf(reason), looser: texts },
    ...{ votes: [], over: undefined },
  };
}

function votedIn(review: PolicyReview, record: AuditRecord): PolicyReview {
  const word = { by: textOf(record.by), key: textOf(record.key), statement: textOf(record.statement), signature: textOf(record.signature) };
  if (Object.values(word).includes('')) return review;
  if (record.verdict !== 'yes') return { ...review, votes: [], over: undefined };
  // Three names of one key are one voice.
  const others = review.votes.filter(({ word: { by, key } }) => by !== word.by && key !== word.key);
  return { ...review, votes: [...others, { id: record.id, at: Date.parse(record.timestamp), word }], over: undefined };
}

/** Of the mission log; undefined where nothing is proposed. Whatever is adopted ends it: what was reviewed is compared with what is adopted. */
export function createPolicyReview(): Projection<PolicyReview | undefined> {
  let review: PolicyReview | undefined;
  return {
    apply(record) {
      const { event_type: type, proposal, of } = record;
      if (type === trailEvent.policyAdopted) review = undefined;
      if (type === trailEvent.policyProposed) review = proposedIn(record);
      if (review === undefined || review.proposal !== proposal) return;
      if (type === trailEvent.policyRecommended) review = votedIn(review, record);
      if (type === trailEvent.policyReviewed) review = { ...review, over: textOf(of) };
    },
    forget: () => void (review = undefined),
    snapshot: () => review,
  };
}

/** The last of the recommendations that are needed, all of them; undefined while one is missing. */
export function unanimousSince({ votes }: Pick<PolicyReview, 'votes'>, recommenders: readonly string[]): PolicyVote | undefined {
  const said = votes.filter(({ word }) => recommenders.includes(word.by));
  const isWhole = recommenders.length >= 3 && said.length === recommenders.length;
  return isWhole ? said.reduce((last, each) => (each.at >= last.at ? each : last)) : undefined;
}

/** Whether the days of the review that rests on this recommendation are over. */
export const isOver = ({ over }: PolicyReview, last: PolicyVote): boolean => over === last.id;

/** Seconds of life since a moment, up to now: a clock that is set forward earns nothing but what silence may last (spec T7). */
export function livedSince(signs: readonly number[], silenceHoursMax: number, since: number, now: number): number {
  const until = [...signs];
  addSign(until, now);
  const life = lifeOf(until, silenceHoursMax);
  return Math.max(0, Math.floor((livedUntil(life, now) - livedUntil(life, since)) / 1_000));
}
