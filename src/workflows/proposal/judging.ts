import type { CountedDecision } from '../../contract/activities.js';
import type { Decision } from '../../domain/approval/decision.js';
import { judgeDecision, temporalCancel } from '../../domain/approval/decision.js';
import type { ApprovalTerms } from '../../domain/approval/terms.js';
import { notEntitled } from '../../domain/approval/terms.js';
import { brain } from '../recording.js';
import type { Message } from './inbox.js';
import { useNonce } from './question.js';
import type { ProposalState } from './state.js';
import { termsOf } from './tally.js';

/** What one message came to: whether it counts, why not, and the key that signed it. */
export interface Judgement {
  readonly code: string;
  readonly why: string;
  readonly key?: string;
}

const accepted: Judgement = { code: 'ACCEPTED', why: '' };

/** Whether a signature must be looked at before this message can count. Temporal's own cancellation comes by no message and bears none. */
function mustVerify({ signature }: ApprovalTerms, { signature: sent, kind, by }: Decision): boolean {
  // One person alone, against the rule that others look at it: never on a mere claim.
  if (kind === 'break_glass') return true;
  if (signature === 'off' || (kind === 'cancel' && by === temporalCancel)) return false;
  return signature === 'required' || sent !== undefined;
}

/**
 * Judges one message (spec A1, A3, A4): its shape, what it is about, who says it, and the signature. The signature is verified in a local
 * activity, because keys may change while proposals wait; what it found is recorded and never looked up again.
 */
export async function judgeMessage(state: ProposalState, { content, at }: Message): Promise<Judgement> {
  const { digest = '' } = state;
  const judged = judgeDecision(content, { proposalId: state.identity.workflowId, digest, extendedSeconds: state.extension.seconds });
  if (judged.code !== 'ACCEPTED' || 'malformed' in content) return judged;
  const terms = termsOf(state);
  if (content.by !== temporalCancel) {
    const objection = notEntitled(terms, content, state.isEscalated);
    if (objection !== undefined) return objection;
  }
  if (!mustVerify(terms, content)) return accepted;
  if (content.signature === undefined || content.statement === undefined)
    return { code: 'SIGNATURE_REQUIRED', why: `${content.kind} counts only when it is signed: ubos keys init` };
  const verified = await brain.verifyDecision({
    identity: state.identity,
    decision: content,
    digest,
    ...(state.status === 'proposed' && { deadline: new Date(state.deadline ?? at).toISOString() }),
    receivedAt: new Date(at).toISOString(),
    usedNonces: state.usedNonces,
  });
  if (verified.nonce !== undefined) useNonce(state, verified.nonce);
  return verified;
}

/** A decision that counts, with what the signature showed. */
export function counted({ content, at }: Message, { key }: Judgement): CountedDecision {
  if ('malformed' in content) throw new TypeError('what is malformed does not count');
  return { ...content, receivedAt: new Date(at).toISOString(), ...(key !== undefined && { key }) };
}
