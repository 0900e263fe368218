import type { SignatureVerifier } from '../../../adapters/signatures/signature-verifier.js';
import type { ApprovalPolicy } from '../../../domain/approval/terms.js';
import type { ModeTrail, SignedWord } from '../../../domain/modes/evidence.js';
import type { Claim } from '../../../domain/modes/words.js';
import { claimsOf, signedTextOf, whyNotEntitled, whyNotSaid, whyNotSigned, withoutWords } from '../../../domain/modes/words.js';

/** Who may say what about the mode. */
export interface WordJudge {
  readonly self: { readonly vessel: string };
  readonly approvals: { readonly policy: ApprovalPolicy };
  readonly mode: { readonly keys: SignatureVerifier };
}

/**
 * `good`: these very words, signed by a key of somebody who may say them. `false`: no configuration makes them true. `unconfirmed`: nobody can vouch for
 * them by the keys and groups of this moment.
 */
type Standing = 'good' | 'false' | 'unconfirmed';

/** A record never changes, and is read once: what is known of its words stands until the next look. */
const known = new WeakMap<SignedWord, Standing>();

async function standingOf(claim: Claim, judge: WordJudge): Promise<Standing> {
  if (whyNotSaid(claim, judge.self.vessel) !== undefined) return 'false';
  const verdict = await judge.mode.keys.verify(signedTextOf(claim));
  if (!verdict.ok) return verdict.code === 'SIGNATURE_INVALID' ? 'false' : 'unconfirmed';
  if (whyNotSigned(claim, verdict) !== undefined) return 'false';
  return whyNotEntitled(claim, judge.approvals.policy) === undefined ? 'good' : 'unconfirmed';
}

/** Verifies every signed word that the mode rests on and that is new; all of them with `anew`, because keys come and go. */
export async function verifyWords(trail: ModeTrail, judge: WordJudge, { anew = false } = {}): Promise<void> {
  for (const claim of claimsOf(trail)) if (anew || !known.has(claim.word)) known.set(claim.word, await standingOf(claim, judge));
}

/** Whose recommendation of the next mode is by a key that counts no more: that it was good once keeps only what it has brought about. */
export async function lapsedVotes({ vessel: { votes } }: ModeTrail, signatures: SignatureVerifier): Promise<readonly string[]> {
  const verdicts = await Promise.all(votes.map((vote) => signatures.verify(signedTextOf(vote))));
  return votes.flatMap(({ by }, index) => (verdicts[index]?.ok === true ? [] : [by]));
}

const wordsThat = (trail: ModeTrail, are: (standing: Standing | undefined) => boolean): ReadonlySet<SignedWord> =>
  new Set(claimsOf(trail).flatMap(({ word }) => (are(known.get(word)) ? [word] : [])));

/** With the words alone that were found good: what nobody has looked at yet raises nothing (spec T7). */
export const confirmedTrail = (trail: ModeTrail): ModeTrail =>
  withoutWords(
    trail,
    wordsThat(trail, (standing) => standing !== 'good'),
  );

/** Without the words that are false: what only waits for a key takes nothing away for good. */
export const undisputedTrail = (trail: ModeTrail): ModeTrail =>
  withoutWords(
    trail,
    wordsThat(trail, (standing) => standing === 'false'),
  );
