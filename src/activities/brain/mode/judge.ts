import type { Judged, VesselActivities } from '../../../contract/orders.js';
import type { ModeOrder, Order } from '../../../domain/approval/order.js';
import { parseOrderStatement } from '../../../domain/approval/order.js';
import type { SignedWord } from '../../../domain/modes/evidence.js';
import { saidIn } from '../../../domain/modes/figures.js';
import { isHigher } from '../../../domain/modes/mode.js';
import { day } from '../../../domain/modes/settings.js';
import type { ModeView } from '../../../domain/modes/view.js';
import { unknownToWorkflow } from '../../../domain/modes/view.js';
import { shorten } from '../../../domain/text/visible.js';
import { trailEvent } from '../../../domain/trail/events.js';
import type { OrderedBy } from '../../../domain/trail/order-event-fields.js';
import type { BrainDependencies } from '../dependencies.js';
import { consentTo, verifyOrder } from '../order-consent.js';
import type { Change } from './change.js';
import { changeEntry } from './change.js';
import { catchUp, modeTrailOf, viewNow } from './mode-now.js';

type Verdict = Pick<Judged, 'accepted' | 'code' | 'why'>;
type JudgeRequest = Parameters<VesselActivities['judgeOrder']>[0];

/** No word about the mode counts for longer than this after it was said (charter: the review is of what stands). */
const statementMilliseconds = 7 * day;

const refused = (code: string, why: string): Verdict => ({ accepted: false, code, why });

interface Judging {
  readonly order: ModeOrder;
  readonly id: string;
  readonly receivedAt: string;
}

/** What a signed word is called, and whether it may count once; a claim has no name. */
function spending(deps: BrainDependencies, { statement: text }: Order): { readonly nonce?: string; readonly problem?: Verdict } {
  if (text === undefined) return {};
  const statement = parseOrderStatement(text);
  if ('malformed' in statement) return { problem: refused('MALFORMED_STATEMENT', statement.malformed) };
  const { nonce, issued_at: issued, expires_at: expires } = statement;
  if (deps.mode.vessel.snapshot().spent.has(nonce)) return { problem: refused('REPLAYED', 'this very order was given before') };
  if (Date.parse(expires) - Date.parse(issued) > statementMilliseconds)
    return { problem: refused('STATEMENT_TOO_LONG', 'an order about the mode counts for 7 days at most') };
  return { nonce };
}

const namesStanding = ({ of }: Order, { figures: { standing } }: ModeView): Verdict | undefined =>
  of === standing ? undefined : refused('NOT_CURRENT', `it is about ${String(of).slice(0, 60)}; what stands is ${standing}`);

/** Whether the step up that is ordered may be taken now; why not, where it may not. */
function weighStep(deps: BrainDependencies, order: ModeOrder, view: ModeView): Change | Verdict {
  const stale = namesStanding(order, view);
  if (stale !== undefined) return stale;
  const { next, conditions, recorded } = view;
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

/** A signed word is spent, whatever became of it: nobody sends it again when the figures have changed. */
async function spend(
  { trail }: BrainDependencies,
  { order, id, receivedAt }: Judging,
  nonce: string,
  { code, why }: Verdict,
): Promise<void> {
  const { kind, by, of = '' } = order;
  await trail.append('mission_log', {
    id: `order/${id}/spent`,
    eventType: trailEvent.controlOrderRefused,
    summary: shorten(`${kind} by ${by} not obeyed: ${why}`, 400),
    data: { order: kind, of, by, code, nonce, received_at: receivedAt },
  });
}

const isSigned = (voice: OrderedBy): voice is OrderedBy & SignedWord => voice.key !== undefined;

async function stepUp(deps: BrainDependencies, judging: Judging, nonce: string): Promise<Verdict> {
  const { order, id, receivedAt } = judging;
  const consent = await consentTo(deps, order, deps.standing.snapshot());
  if (consent.kind === 'refused') return refused(consent.code, consent.why);
  const weighed = weighStep(deps, order, viewNow(deps));
  if ('code' in weighed) {
    await spend(deps, judging, nonce, weighed);
    return weighed;
  }
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
  const orders = consent.voices.filter(isSigned).map(({ by, key, statement, signature }) => ({ by, key, statement, signature }));
  let verdict: Verdict = { accepted: true, code: 'ACCEPTED', why: '' };
  await deps.trail.decide('mission_log', () => {
    const view = viewNow(deps);
    const again = weighStep(deps, order, view);
    if (!('code' in again)) return changeEntry(deps, view, { ...again, orders, nonce });
    verdict = again;
    return undefined;
  });
  return verdict;
}

async function recommend(deps: BrainDependencies, judging: Judging, nonce: string, voice: SignedWord): Promise<Verdict> {
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
  return { accepted: true, code: 'ACCEPTED', why: '' };
}

async function flag(deps: BrainDependencies, { order, id, receivedAt }: Judging, nonce: string | undefined): Promise<Verdict> {
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
  return { accepted: true, code: 'ACCEPTED', why: '' };
}

/** An order about the mode (spec T7): signed, by somebody who may, about what stands, and held against the figures of this moment. */
export async function judgeModeOrder(deps: BrainDependencies, request: JudgeRequest, order: ModeOrder, id: string): Promise<Verdict> {
  await catchUp(deps);
  const judging: Judging = { order, id, receivedAt: request.receivedAt };
  const { nonce, problem } = spending(deps, order);
  if (problem !== undefined) return problem;
  if (order.kind === 'flag') return flag(deps, judging, nonce);
  const verified = await verifyOrder(deps, order);
  if (!('voice' in verified)) return refused(verified.code, verified.why);
  if (nonce === undefined || !isSigned(verified.voice)) return refused('SIGNATURE_REQUIRED', 'the mode changes by signed words only');
  return order.kind === 'recommend' ? recommend(deps, judging, nonce, verified.voice) : stepUp(deps, judging, nonce);
}
