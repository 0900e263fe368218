import type { VesselActivities } from '../../../contract/orders.js';
import type { PolicyOrder } from '../../../domain/approval/order.js';
import { signatureNamespaces } from '../../../domain/approval/statement.js';
import { hasCode } from '../../../domain/errors.js';
import type { SignedWord } from '../../../domain/modes/evidence.js';
import { amendmentEntry, differenceFields, differenceWords } from '../../../domain/policy/amendment.js';
import type { PolicyReview } from '../../../domain/policy/review.js';
import { isOver, unanimousSince } from '../../../domain/policy/review.js';
import { shorten } from '../../../domain/text/visible.js';
import { trailEvent } from '../../../domain/trail/events.js';
import type { OrderedBy } from '../../../domain/trail/order-event-fields.js';
import type { BrainDependencies } from '../dependencies.js';
import { consentTo, verifyOrder } from '../orders/consent.js';
import type { Judging, Verdict } from '../orders/signed.js';
import { accepted, isSigned, isSpent, refused, spend, spending, wordsOf } from '../orders/signed.js';
import type { FilesSay } from './dependencies.js';

type JudgeRequest = Parameters<VesselActivities['judgeOrder']>[0];

interface JudgingPolicy extends Judging<PolicyOrder> {
  readonly nonce: string;
  readonly voice: SignedWord;
  readonly files: FilesSay;
}

async function propose(deps: BrainDependencies, { order, id, receivedAt, nonce, voice, files }: JudgingPolicy): Promise<Verdict> {
  const { policy, differences } = files;
  if (!differences.some(({ effect }) => effect === 'looser'))
    return refused('NOTHING_CHANGES', 'nothing of it is looser: it takes effect when the vessel starts next');
  if (deps.policy.review.snapshot()?.policy === policy) return refused('NOTHING_CHANGES', 'this policy is proposed already');
  const fields = differenceFields(differences);
  await deps.trail.append('mission_log', {
    id: `order/${id}`,
    eventType: trailEvent.policyProposed,
    summary: shorten(`policy ${policy.slice(0, 12)} proposed by ${order.by}, ${differenceWords(fields)}: ${order.reason}`, 400),
    data: {
      ...{ policy, of: deps.policy.adopted.snapshot()?.policy ?? '', ...fields },
      ...{ ...voice, reason: order.reason, nonce, received_at: receivedAt },
    },
  });
  return accepted;
}

async function recommend(deps: BrainDependencies, judging: JudgingPolicy, review: PolicyReview): Promise<Verdict> {
  const { order, id, receivedAt, nonce, voice } = judging;
  const { by, reason, verdict = 'no' } = order;
  const { recommenders } = deps.mode;
  if (!recommenders.includes(by)) return refused('NOT_AUTHORISED', `${by.slice(0, 60)} is none of ${recommenders.join(', ')}`);
  const same = review.votes.find(({ word }) => word.key === voice.key);
  if (verdict === 'yes' && same?.word.by === by) return refused('NOTHING_CHANGES', `${by} has recommended it already`);
  if (verdict === 'yes' && same !== undefined)
    return refused('NOT_AUTHORISED', `with this key ${same.word.by} has recommended it: each needs a key of its own`);
  const { policy, proposal } = review;
  await deps.trail.append('mission_log', {
    id: `order/${id}`,
    eventType: trailEvent.policyRecommended,
    summary: shorten(`${by}: ${verdict} to policy ${policy.slice(0, 12)}: ${reason}`, 400),
    data: { policy, proposal, verdict, ...voice, reason, nonce, received_at: receivedAt },
  });
  return accepted;
}

/** A key that was revoked since recommends nothing any more. */
async function goodVotes({ approvals }: BrainDependencies, { votes }: PolicyReview) {
  const { decision: namespace } = signatureNamespaces;
  const verified = await Promise.all(
    votes.map(async ({ at, word: { by: principal, key, statement: text, signature } }) => {
      const verdict = await approvals.signatures.verify({ text, signature, principal, namespace, at: new Date(at) });
      return verdict.ok && verdict.key === key;
    }),
  );
  return votes.filter((_, index) => verified[index] === true);
}

/** Why what is proposed cannot be adopted yet. */
async function missing(deps: BrainDependencies, review: PolicyReview): Promise<Verdict | undefined> {
  const { recommenders } = deps.mode;
  const votes = await goodVotes(deps, review);
  const said = votes.map(({ word }) => word.by);
  const last = unanimousSince({ votes }, recommenders);
  if (last === undefined)
    return refused('NOT_REVIEWED', `it is recommended by ${said.join(', ') || 'nobody'}; needed: ${recommenders.join(', ')}`);
  const days = deps.mode.settings.reviewDays;
  return isOver(review, last) ? undefined : refused('NOT_REVIEWED', `the ${days} days since the last recommendation are not over`);
}

async function adopt(deps: BrainDependencies, judging: JudgingPolicy, review: PolicyReview): Promise<Verdict> {
  const { order, id, receivedAt, nonce, files } = judging;
  const consent = await consentTo(deps, order, deps.standing.snapshot());
  if (consent.kind === 'refused') return refused(consent.code, consent.why);
  const lacks = await missing(deps, review);
  if (lacks !== undefined) return lacks;
  if (consent.kind === 'counted') {
    const { kind, of = '', reason } = order;
    await deps.trail.append('mission_log', {
      id: `order/${id}`,
      eventType: trailEvent.controlOrderGiven,
      summary: shorten(`${kind} by ${order.by}: ${consent.progress}`, 400),
      data: { ...consent.voice, ...{ order: kind, of, limit: null, reason, progress: consent.progress, received_at: receivedAt } },
    });
    return { accepted: true, code: 'AWAITS_OTHERS', why: consent.progress };
  }
  const kept = await deps.policy.keep(files.policy);
  const { proposal, rationale, votes } = review;
  const orders = [...votes.map(({ word }) => word), ...wordsOf(consent.voices)];
  const receipt = await deps.trail.decide('mission_log', () => {
    const before = deps.policy.adopted.snapshot();
    const now = deps.policy.review.snapshot();
    if (now?.proposal !== proposal || now.over !== review.over) return undefined;
    return amendmentEntry(deps.sha256, { ...kept, before, review: { proposal, rationale, orders, nonce } });
  });
  if (receipt === undefined) return refused('NOT_CURRENT', 'somebody has said something else of it meanwhile: look again');
  await deps.policy.publish();
  return accepted;
}

async function readFiles(deps: BrainDependencies): Promise<FilesSay | Verdict> {
  try {
    return await deps.policy.files();
  } catch (error) {
    if (hasCode(error, 'CONFIG_INVALID')) return refused('FILES_INVALID', error.message);
    throw error;
  }
}

/** By what the files say at this moment, and by who says it. */
async function judgeSigned(
  deps: BrainDependencies,
  judging: Judging<PolicyOrder>,
  { nonce, voice: said }: { readonly nonce: string; readonly voice: OrderedBy },
): Promise<Verdict> {
  const { order } = judging;
  if (deps.policy.adopted.snapshot()?.documents === undefined)
    return refused('NOT_REQUIRED', 'a looser policy takes effect at the next start: constitutional.amendments is recorded');
  const files = await readFiles(deps);
  if ('code' in files) return files;
  if (order.of !== files.policy)
    return refused('NOT_CURRENT', `it is about policy ${String(order.of).slice(0, 12)}; the files say ${files.policy.slice(0, 12)}`);
  const [voice] = wordsOf([said]) as [SignedWord];
  const about: JudgingPolicy = { ...judging, nonce, voice, files };
  if (order.kind === 'propose_policy') return propose(deps, about);
  const review = deps.policy.review.snapshot();
  if (review?.policy !== files.policy) return refused('NOT_PROPOSED', 'nobody has proposed what the files say: ubos policy propose');
  return order.kind === 'recommend_policy' ? recommend(deps, about, review) : adopt(deps, about, review);
}

/**
 * An order about the security policy (spec C7): signed, by somebody who may, about exactly what the files say at this moment. The keys are those of the
 * adopted policy.
 */
export async function judgePolicyOrder(deps: BrainDependencies, request: JudgeRequest, order: PolicyOrder, id: string): Promise<Verdict> {
  await deps.trail.find('mission_log', '');
  const { nonce, problem } = spending(deps, order);
  if (problem !== undefined) return problem;
  const verified = await verifyOrder(deps, order);
  if (!('voice' in verified)) return refused(verified.code, verified.why);
  if (nonce === undefined || !isSigned(verified.voice)) return refused('SIGNATURE_REQUIRED', 'the policy changes by signed words only');
  const judging: Judging<PolicyOrder> = { order, id, receivedAt: request.receivedAt };
  const verdict = await judgeSigned(deps, judging, { nonce, voice: verified.voice });
  if (isSpent(verdict)) await spend(deps, judging, nonce, verdict);
  return verdict;
}
