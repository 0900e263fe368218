import type { SignedWord } from '../modes/evidence.js';
import type { trailEvent } from '../trail/events.js';

interface Differences {
  /** What changed, in words, the first of each; the counts are of all. */
  readonly looser: readonly string[];
  readonly stricter: readonly string[];
  readonly looser_count: number;
  readonly stricter_count: number;
}

interface Signed extends SignedWord {
  /** SHA-256 of the policy that it is about. */
  readonly policy: string;
  readonly reason: string;
  readonly nonce: string;
  readonly received_at: string;
}

/** What the records about the security policy say beside the keys that every record has. */
export interface PolicyEventFields {
  readonly [trailEvent.policyAdopted]: Differences & {
    /** SHA-256 of what it says; the whole is kept in `policies/`. */
    readonly policy: string;
    /** Which one was adopted before; null: it is the first. */
    readonly of: string | null;
    /** What becomes of a looser one from now on. */
    readonly amendments: 'recorded' | 'required';
    /** SHA-256 of the documents that say it, kept in `policies/`; absent where amendments are recorded only. */
    readonly documents?: string;
    /** Where a review let it take effect: the record of the proposal, and whose words it rests on. */
    readonly proposal?: string;
    readonly rationale?: string;
    readonly orders?: readonly SignedWord[];
    readonly nonce?: string;
  };
  /** The files say a looser one than the adopted one, and the vessel keeps to that. */
  readonly [trailEvent.policyHeld]: Differences & { readonly policy: string; readonly of: string };
  readonly [trailEvent.policyProposed]: Differences & Signed & { readonly of: string };
  readonly [trailEvent.policyRecommended]: Signed & { readonly proposal: string; readonly verdict: 'yes' | 'no' };
  /** The days of the review are over. */
  readonly [trailEvent.policyReviewed]: {
    readonly policy: string;
    readonly proposal: string;
    /** The record of the last recommendation. */
    readonly of: string;
    readonly recommended_by: readonly string[];
    readonly lived_seconds: number;
  };
}
