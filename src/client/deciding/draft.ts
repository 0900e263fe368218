import type { DecideMessage } from '../../contract/messages.js';
import type { Consent } from '../../domain/review/consent.js';
import { snakeKeys } from '../../domain/text/key-case.js';

interface Said {
  readonly reason?: string | undefined;
  /** For how long it was before the person. */
  readonly consideredSeconds?: number | undefined;
}

/** A decision about a plan: it names the plan that was displayed, and how the person consented to it. */
export type DraftOnPlan = Said &
  ({ readonly decision: 'approve' | 'break_glass'; readonly consent: Consent } | { readonly decision: 'preview' });

/** A decision about a proposal, whatever its plan is. */
export type PlainDraft = Said &
  (
    | { readonly decision: 'reject' | 'withdraw' | 'cancel' }
    | { readonly decision: 'extend'; readonly extend: string }
    | { readonly decision: 'resolve'; readonly outcome: 'completed' | 'failed' }
  );

/** What a person decides, before it has a name, a digest and a signature. */
export type DecisionDraft = DraftOnPlan | PlainDraft;

export interface Addressed {
  readonly by: string;
  readonly proposalId: string;
  readonly digest?: string | undefined;
  /** Where nobody signs it: a signed statement says when. */
  readonly saidAt?: string | undefined;
}

/** The message that goes over the wire, unsigned. */
export function messageOf(draft: DecisionDraft, { by, proposalId, digest, saidAt }: Addressed): DecideMessage {
  const { decision, reason, consideredSeconds } = draft;
  const extend = draft.decision === 'extend' ? draft.extend : undefined;
  const outcome = draft.decision === 'resolve' ? draft.outcome : undefined;
  return snakeKeys({ decision, by, proposalId, digest, reason, extend, outcome, consideredSeconds, saidAt });
}
