import type { CountedDecision } from '../../contract/activities.js';
import type { ApprovalTerms } from '../../domain/approval/terms.js';
import { notEntitled, openTerms } from '../../domain/approval/terms.js';
import { anybody } from '../../domain/approval/rules.js';
import type { Decision } from '../../domain/approval/decision.js';
import { judgeDecision, temporalCancel } from '../../domain/approval/decision.js';
import type { CaseFile } from './state.js';
import type { Letter } from './inbox.js';
import { brain } from '../recording.js';

/** What one message came to: whether it counts, why not, and the key that signed it. */
export interface Judgement {
  readonly code: string;
  readonly why: string;
  readonly key?: string;
}

const accepted: Judgement = { code: 'ACCEPTED', why: '' };

/** The terms of a proposal whose plan holds none: any name is as good as another. */
export function termsOf(file: CaseFile): ApprovalTerms {
  return file.plan?.approval ?? { ...openTerms, requirement: { group: anybody, approve: file.approvalsNeeded } };
}

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
export async function judgeLetter(file: CaseFile, { decision, at }: Letter): Promise<Judgement> {
  const { digest = '' } = file;
  const judged = judgeDecision(decision, { proposalId: file.identity.workflowId, digest, extendedSeconds: file.extension.seconds });
  if (judged.code !== 'ACCEPTED' || 'malformed' in decision) return judged;
  const terms = termsOf(file);
  if (decision.by !== temporalCancel) {
    const objection = notEntitled(terms, decision, file.escalated);
    if (objection !== undefined) return objection;
  }
  if (!mustVerify(terms, decision)) return accepted;
  if (decision.signature === undefined || decision.statement === undefined)
    return { code: 'SIGNATURE_REQUIRED', why: `${decision.kind} counts only when it is signed: ubos keys init` };
  const verdict = await brain.verifyDecision({
    identity: file.identity,
    decision,
    digest,
    ...(file.status === 'proposed' && { deadline: new Date(file.deadline ?? at).toISOString() }),
    receivedAt: new Date(at).toISOString(),
    usedNonces: file.usedNonces,
  });
  if (verdict.nonce !== undefined) file.usedNonces.push(verdict.nonce);
  return verdict;
}

/** A decision that counts, with what the signature showed. */
export function counted({ decision, at }: Letter, { key }: Judgement): CountedDecision {
  if ('malformed' in decision) throw new TypeError('what is malformed does not count');
  return { ...decision, ...(key !== undefined && { key, receivedAt: new Date(at).toISOString() }) };
}
