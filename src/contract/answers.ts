import type { RecordedEntries } from '../domain/controls/kept-entries.js';
import type { SignedAnswer } from '../domain/action/answer.js';
import type { SignedPermit } from '../domain/action/permit.js';
import type { ExecutionPlan } from '../domain/action/plan.js';
import type { ProposalDocument } from '../domain/action/proposal.schema.js';
import type { ProbeResult } from '../domain/action/result.js';

/** What hands answered, and what they had been asked: the brain verifies both before it believes a word. */
export interface HandsAnswer<Answer> {
  readonly document: ProposalDocument;
  readonly digest: string;
  readonly plan: ExecutionPlan;
  readonly permit: SignedPermit;
  readonly answer: SignedAnswer<Answer>;
}

/** It was not the hands that said this, or not about this permit. Nothing is recorded. */
export interface AnswerRefused {
  readonly kind: 'refused';
  readonly why: string;
}

export interface ResultRecorded {
  /** `verified`: nothing ran, so there is nothing to write; the end says so. */
  readonly kind: 'recorded' | 'verified';
  readonly ok: boolean;
  readonly problems: readonly string[];
  /** For the probe of an interrupted action, where it has one. */
  readonly probe?: SignedPermit;
  /** For the rollback, where there is one to be done. */
  readonly rollback?: SignedPermit;
}

export interface ProbeRecorded {
  readonly kind: 'recorded';
  readonly verdict: ProbeResult['verdict'];
  readonly rollback?: SignedPermit;
}

export interface PreviewRecorded {
  readonly kind: 'recorded';
  /** Why the answer does not count: it is on record that there was no preview. */
  readonly refused?: string;
  readonly bound?: { readonly effect: string; readonly digest: string };
}

/** What hands kept is in the mission log, with the brain's word for how far. */
export interface ControlsRecorded {
  readonly kind: 'recorded';
  readonly recorded: RecordedEntries;
}
