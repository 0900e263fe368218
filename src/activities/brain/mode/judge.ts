import type { VesselActivities } from '../../../contract/orders.js';
import type { ModeOrder, Order } from '../../../domain/approval/order.js';
import type { SignedWord } from '../../../domain/modes/evidence.js';
import { saidIn } from '../../../domain/modes/figures.js';
import { isHigher } from '../../../domain/modes/mode.js';
import type { ModeView } from '../../../domain/modes/view.js';
import { unknownToWorkflow } from '../../../domain/modes/view.js';
import { shorten } from '../../../domain/text/visible.js';
import { trailEvent } from '../../../domain/trail/events.js';
import type { BrainDependencies } from '../dependencies.js';
import { consentTo, verifyOrder } from '../orders/consent.js';
import type { Judging, Verdict } from '../orders/signed.js';
import { accepted, isSigned, isSpent, refused, spend, spending, wordsOf } from '../orders/signed.js';
import type { Change } from './change.js';
import { changeEntry } from './change.js';
import { lapsedVotes } from './words.js';
import { catchUp, modeTrailOf, viewForRecord, viewNow } from './mode-now.js';

type JudgeRequest = Parameters<VesselActivities['judgeOrder']>[0];

const namesStanding = ({ of }: Order, { figures: { standing } }: ModeView): Verdict | undefined =>
  of === standing ? undefined : refused('NOT_CURRENT', `it is about ${String(of).slice(0, 60)}; what stands is ${standing}`);

/** Whether the step up that is ordered may be taken now; why not, where it may not. */
function weighStep(deps: BrainDependencies, order: ModeOrder, view: ModeView): Change | Verdict {
  const stale = namesStanding(order, view);
  if (stale !== undefined) return stale;
  const { next, conditions, recorded } = view;
  if (view.mode !== viewForRecord(deps).mode)
    return refused('SIGNATURES_UNAVAILABLE', 'the words that the mode rests on cannot be confirmed by the keys of now: ubos mode check');
  const lost = modeTrailOf(deps).vessel.changes.at(-1);
  if (order.kind === 'restore' && recorded === 'alpha' && lost?.why === unknownToWorkflow)
    return { to: lost.from, rule: 'restored', why: order.reason, by: order.by };
  if (order.kind === 'restore' && next !== 'alpha')
    return refused('NOTHING_STANDS', `there is nothing to restore: the mode is ${recorded}`);
  const target = order.kind === 'restore' ? ('alpha' as const) : order.mode;
  if (target === undefined || target !== next) return refused('NOT_NEXT', `${String(target)} does not follow ${view.mode}`);
  if (isHigher(target, deps.mode.ceiling))
    return refused('ABOVE_CONFIGURATION', `operational_mode allows ${deps.mode.ceiling}: nothing goes beyond it`);
  const missing = conditions.filter(({ met }) => !met);
  if (missing.length > 0)
    return refused('NOT_EARNED', missing.map(({ rule, need, found }) => `${rule}: ${found}, needed: ${need}`).join('; '));
  return { to: target, rule: order.kind === 'restore' ? 'restored' : 'authorised', why: order.reason, by: order.by };
}

async function stepUp(deps: BrainDependencies, judging: Judging<ModeOrder>, nonce: string): Promise<Verdict> {
  const { order, id, receivedAt } = judging;
  const consent = await consentTo(deps, order, deps.standing.snapshot());
  if (consent.kind === 'refused') return refused(consent.code, consent.why);
  const lapsed = order.mode === 'omega' ? await lapsedVotes(modeTrailOf(deps), deps.approvals.signatures) : [];
  if (lapsed.length > 0) return refused('KEY_REVOKED', `recommended by a key that counts no more: ${lapsed.join(', ')}`);
  const weighed = weighStep(deps, order, viewNow(deps));
  if ('code' in weighed) return weighed;
  if (consent.kind === 'counted') {
    const { kind, of = '', reason, mode } = order;
    await deps.trail.append('mission_log', {
      id: `order/${id}`,
      eventType: trailEvent.controlOrderGiven,
      summary: shorten(`${kind} ${mode ?? ''} by ${order.by}: ${consent.progress}`, 400),
      data: {
        ...consent.voice,
        ...{ order: kind, of, limit: null, reason, progress: consent.progress, received_at: receivedAt },
        ...(mode !== undefined && { mode }),
      },
    });
    return { accepted: true, code: 'AWAITS_OTHERS', why: consent.progress };
  }
  const orders = wordsOf(consent.voices);
  let verdict = accepted;
  await deps.trail.decide('mission_log', () => {
    const view = viewNow(deps);
    const again = weighStep(deps, order, view);
    if (!('code' in again)) return changeEntry(deps, view, { ...again, orders, nonce });
    verdict = again;
    return undefined;
  });
  // The words that it rests on count from here on.
  await catchUp(deps);
  return verdict;
}

async function recommend(deps: BrainDependencies, judging: Judging<ModeOrder>, nonce: string, voice: SignedWord): Promise<Verdict> {
  const { order, id, receivedAt } = judging;
  const { by, reason, verdict: said = 'no' } = order;
  if (!deps.mode.recommenders.includes(by))
    return refused('NOT_AUTHORISED', `${by.slice(0, 60)} is none of ${deps.mode.recommenders.join(', ')}`);
  const view = viewNow(deps);
  const stale = namesStanding(order, view);
  if (stale !== undefined) return stale;
  if (view.next !== 'omega') return refused('NOT_NEXT', `only omega is recommended, and it does not follow ${view.mode}`);
  const { key, statement, signature } = voice;
  await deps.trail.append('mission_log', {
    id: `order/${id}`,
    eventType: trailEvent.modeRecommended,
    summary: shorten(`${by}: ${said} to omega: ${reason}`, 400),
    data: {
      by,
      key,
      reason,
      statement,
      signature,
      nonce,
      of: view.figures.standing,
      mode: 'omega',
      verdict: said,
      received_at: receivedAt,
    },
  });
  return accepted;
}

async function flag(deps: BrainDependencies, { order, id, receivedAt }: Judging<ModeOrder>, nonce: string | undefined): Promise<Verdict> {
  const { of = '', by, reason } = order;
  const consent = await consentTo(deps, order, deps.standing.snapshot());
  if (consent.kind === 'refused') return refused(consent.code, consent.why);
  const trail = modeTrailOf(deps);
  if (!trail.proposals.alone.has(of))
    return refused('DID_NOT_RUN_ALONE', `${of.slice(0, 40)} did not run without a person: there is nothing to flag`);
  if (saidIn(trail).some((said) => said.id === of)) return refused('NOTHING_CHANGES', `${of} is flagged already`);
  const voice = consent.kind === 'given' ? consent.voices.find((each) => each.by === by) : consent.voice;
  await deps.trail.append('mission_log', {
    id: `order/${id}`,
    eventType: trailEvent.actionFlagged,
    actionId: of,
    summary: shorten(`${by} objects to what ran alone: ${reason}`, 400),
    data: {
      ...{ by, ...voice, proposal_id: of, reason, assurance: voice?.key === undefined ? 'unsigned' : 'signed', received_at: receivedAt },
      ...(nonce !== undefined && { nonce }),
    },
  });
  return accepted;
}

/** An order about the mode (spec T7): signed, by somebody who may, about what stands, and held against the figures of this moment. */
export async function judgeModeOrder(deps: BrainDependencies, request: JudgeRequest, order: ModeOrder, id: string): Promise<Verdict> {
  await catchUp(deps);
  const judging: Judging<ModeOrder> = { order, id, receivedAt: request.receivedAt };
  const { nonce, problem } = spending(deps, order);
  if (problem !== undefined) return problem;
  if (order.kind === 'flag') return flag(deps, judging, nonce);
  const verified = await verifyOrder(deps, order);
  if (!('voice' in verified)) return refused(verified.code, verified.why);
  if (nonce === undefined || !isSigned(verified.voice)) return refused('SIGNATURE_REQUIRED', 'the mode changes by signed words only');
  const judge = order.kind === 'recommend' ? recommend(deps, judging, nonce, verified.voice) : stepUp(deps, judging, nonce);
  const verdict = await judge;
  if (isSpent(verdict)) await spend(deps, judging, nonce, verdict);
  return verdict;
}
