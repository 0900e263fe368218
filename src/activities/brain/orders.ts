import type { StandingView, Told, VesselActivities } from '../../contract/orders.js';
import { vesselWorkflowId } from '../../contract/names.js';
import type { Order } from '../../domain/approval/order.js';
import { isAboutMode, isAboutPolicy } from '../../domain/approval/order.js';
import { obeyedText, ordersText, parseOrders, resumedMax } from '../../domain/controls/standing-orders.js';
import { isStopId } from '../../domain/controls/stop.js';
import { weighOrder } from '../../domain/controls/weigh-order.js';
import { canonicalJson } from '../../domain/text/canonical.js';
import { shorten } from '../../domain/text/visible.js';
import type { Restored } from '../../domain/backup/restored.js';
import { trailEvent } from '../../domain/trail/events.js';
import type { EntryOf } from '../../domain/trail/records.js';
import type { Standing } from '../../domain/trail/standing.js';
import { refusalsPerHourMax } from '../../domain/trail/standing.js';
import type { BrainDependencies } from './dependencies.js';
import type { Consent } from './orders/consent.js';
import { lowest } from '../../domain/modes/mode.js';
import { lookAtMode } from './mode/look.js';
import { catchUp, viewNow } from './mode/mode-now.js';
import { judgeModeOrder } from './mode/judge.js';
import { judgePolicyOrder } from './policy/judge.js';
import type { Verdict } from './orders/signed.js';
import { isAboutRestore, judgeRestored } from './orders/restored.js';
import { accepted, refused } from './orders/signed.js';
import { consentTo, isSigningAsked, orderedBy } from './orders/consent.js';

type JudgeRequest = Parameters<VesselActivities['judgeOrder']>[0];
type MissionEntry = EntryOf<'mission_log'>;

/** One order, as it was given at that moment: a repeated activity finds its own record. */
const idOf = ({ sha256 }: BrainDependencies, { order, receivedAt }: JudgeRequest): string =>
  sha256(canonicalJson({ order, receivedAt })).slice(0, 12);

function viewOf(deps: BrainDependencies, { stops, pauses, setting }: Standing): StandingView {
  const { limitMax } = deps.orders;
  const signed = { resume: isSigningAsked(deps, 'resume'), controls: isSigningAsked(deps, 'release') };
  return { stops: [...stops.values()], pauses: [...pauses.values()], setting, limitMax, signed };
}

let lastSeq = 0;

/** All that stands, for people and, signed, for the hands of this host. */
function tell(deps: BrainDependencies): Told {
  const standing = deps.standing.snapshot();
  const { setting, released, resumed } = standing;
  const { vessel, host } = deps.self;
  // Of the clock, so that a trail that was restored from a backup does not make every order an old one.
  lastSeq = Math.max(deps.now().getTime(), lastSeq + 1);
  const text = ordersText({
    ...{ vessel, host, seq: lastSeq, hold: setting.hold, released, resumed: [...resumed.keys()].slice(-resumedMax) },
    ...(setting.limit !== undefined && { limit: setting.limit }),
    // Earned, not what counts at this moment: a pause or an overload ends without a word to the hands.
    mode: lowest(viewNow(deps).mode, deps.mode.ceiling),
  });
  return { vessel, host, standing: viewOf(deps, standing), orders: { text, signature: deps.orders.vouch(text) } };
}

/** Takes in what other processes wrote, and records a stop that nobody has recorded yet. */
async function lookAround(deps: BrainDependencies): Promise<void> {
  await deps.emergencyStop();
  await catchUp(deps);
}

function settingAfter({ kind, limit }: Order, { setting }: Standing) {
  if (kind === 'release') return { limit: null, hold: false };
  if (kind === 'hold') return { limit: setting.limit ?? null, hold: true };
  return { limit: limit ?? null, hold: setting.hold };
}

interface Accepting extends Pick<JudgeRequest, 'receivedAt'> {
  readonly id: string;
  readonly order: Order;
  readonly effect: 'tightens' | 'loosens';
  readonly consent: Extract<Consent, { readonly kind: 'given' }>;
}

function acceptance({ id, order, effect, consent, receivedAt }: Accepting, standing: Standing): MissionEntry {
  const { kind, by, reason, of = '' } = order;
  const { voices } = consent;
  const assurance = voices.every(({ key }) => key !== undefined) ? ('signed' as const) : ('unsigned' as const);
  const base = { by, reason, assurance, orders: voices, received_at: receivedAt };
  if (kind === 'resume') {
    const ends = standing.stops.has(of) ? ('stop' as const) : ('pause' as const);
    const data = { ...base, of, ends };
    return { id: `order/${id}`, eventType: trailEvent.vesselResumed, summary: shorten(`${of} ended by ${by}: ${reason}`, 400), data };
  }
  const after = settingAfter(order, standing);
  const words = kind === 'limit' ? `limit ${after.limit}` : kind;
  return {
    id: `order/${id}`,
    eventType: trailEvent.controlOrder,
    summary: shorten(`${words} by ${by}: ${reason}`, 400),
    // What is about mode or policy never comes here.
    data: { ...base, ...after, order: kind as 'limit' | 'hold' | 'release', order_id: `order-${id}`, of: standing.setting.id, effect },
  };
}

/** Weighed once more under the lock of the log: what another order has just changed is not changed twice. */
async function accept(deps: BrainDependencies, accepting: Accepting): Promise<Verdict> {
  let verdict = accepted;
  await deps.trail.decide('mission_log', () => {
    const standing = deps.standing.snapshot();
    const weighed = weighOrder(accepting.order, standing, deps.orders);
    if ('code' in weighed) verdict = refused(weighed.code, weighed.why);
    else if (weighed.effect !== accepting.effect) verdict = refused('NOT_CURRENT', 'something else stands by now: look again');
    else return acceptance(accepting, standing);
    return undefined;
  });
  return verdict;
}

interface Weighing {
  readonly order: Order;
  readonly id: string;
  /** What was put back, and waits for this order. */
  readonly restored?: Restored;
}

async function weighAndConsent(deps: BrainDependencies, request: JudgeRequest, { order, id, restored }: Weighing): Promise<Verdict> {
  if (isAboutRestore(order))
    return restored === undefined
      ? refused('NOTHING_STANDS', 'no backup was put back that somebody has to say yes to')
      : judgeRestored(deps, { order, id, receivedAt: request.receivedAt }, restored);
  if (isAboutMode(order)) return judgeModeOrder(deps, request, order, id);
  if (isAboutPolicy(order)) return judgePolicyOrder(deps, request, order, id);
  const { receivedAt } = request;
  const standing = deps.standing.snapshot();
  const weighed = weighOrder(order, standing, deps.orders);
  if ('code' in weighed) return refused(weighed.code, weighed.why);
  const { effect } = weighed;
  const consent =
    effect === 'loosens' ? await consentTo(deps, order, standing) : ({ kind: 'given', voices: [await orderedBy(deps, order)] } as const);
  if (consent.kind === 'refused') return refused(consent.code, consent.why);
  if (consent.kind === 'given') return accept(deps, { id, order, effect, consent, receivedAt });
  const { kind, of = '', limit = null, reason } = order;
  await deps.trail.append('mission_log', {
    id: `order/${id}`,
    eventType: trailEvent.controlOrderGiven,
    summary: shorten(`${kind} ${of} by ${order.by}: ${consent.progress}`, 400),
    data: { ...consent.voice, order: kind, of, limit, reason, progress: consent.progress, received_at: receivedAt },
  });
  return { accepted: true, code: 'AWAITS_OTHERS', why: consent.progress };
}

/** What did not count is on record too, up to a bound: the history has the rest. */
async function recordRefusal(deps: BrainDependencies, { order, receivedAt }: JudgeRequest, id: string, { code, why }: Verdict) {
  const { kind, by, of = '' } = 'malformed' in order ? { kind: '', by: '' } : order;
  await deps.trail.decide('mission_log', () => {
    const hourAgo = deps.now().getTime() - 3_600_000;
    if (deps.standing.snapshot().refusals.filter((at) => at > hourAgo).length >= refusalsPerHourMax) return undefined;
    return {
      id: `order/${id}/refused`,
      eventType: trailEvent.controlOrderRefused,
      summary: shorten(`${kind || 'a message'} by ${by || 'unknown'} not obeyed: ${why}`, 400),
      data: { order: kind, of, by, code, received_at: receivedAt },
    };
  });
}

/** It was lifted now, or before, and the file may have stayed. */
const isLifted = ({ kind, of }: Order, { code }: Verdict) =>
  kind === 'resume' && isStopId(of) && ['ACCEPTED', 'ALREADY_RESUMED'].includes(code);

const isOfVessel = ({ self }: BrainDependencies, { identity }: Pick<JudgeRequest, 'identity'>) =>
  identity.workflowId === vesselWorkflowId(self.vessel);
const stranger = { kind: 'refused', why: 'this is not the workflow of the vessel' } as const;

/** Whether an order counts, and what stands then. Whoever reaches the server can send one; what loosens rests on more than that (spec G2, K1). */
export async function judgeOrder(deps: BrainDependencies, request: JudgeRequest) {
  if (!isOfVessel(deps, request)) return stranger;
  const { order } = request;
  const restored = isAboutRestore(order) ? deps.restore.pending() : undefined;
  if (restored === undefined) return judgeWith(deps, request);
  // What nobody else may use until then.
  return judgeWith({ ...deps, trail: deps.restore.trail }, request, restored);
}

async function judgeWith(deps: BrainDependencies, request: JudgeRequest, restored?: Restored) {
  await (restored === undefined ? lookAround(deps) : catchUp(deps));
  const id = idOf(deps, request);
  const before = await deps.trail.find('mission_log', `order/${id}`);
  const { order } = request;
  const verdict =
    before !== undefined
      ? {
          accepted: true,
          code: before.event_type === trailEvent.controlOrderGiven ? 'AWAITS_OTHERS' : 'ACCEPTED',
          why: typeof before.progress === 'string' ? before.progress : '',
        }
      : 'malformed' in order
        ? refused('MALFORMED', order.malformed)
        : await weighAndConsent(deps, request, { order, id, ...(restored && { restored }) });
  if (!verdict.accepted) await recordRefusal(deps, request, id, verdict);
  if (!('malformed' in order) && isLifted(order, verdict)) await deps.orders.takeSwitchAway(order.of ?? '');
  return { kind: 'judged', ...verdict, ...tell(deps) } as const;
}

export async function lookAtStanding(deps: BrainDependencies, request: Parameters<VesselActivities['lookAtStanding']>[0]) {
  if (!isOfVessel(deps, request)) return stranger;
  await lookAround(deps);
  return { kind: 'standing', ...tell(deps) } as const;
}

export async function lookAtModeOfVessel(deps: BrainDependencies, request: Parameters<VesselActivities['lookAtMode']>[0]) {
  return isOfVessel(deps, request) ? lookAtMode(deps, request) : stranger;
}

/** Whoever polls the queue of the hands can answer in their place. */
export function verifyObeyed(deps: BrainDependencies, { orders, answer }: Parameters<VesselActivities['verifyObeyed']>[0]): boolean {
  const { obeyed, signature } = (answer ?? {}) as Partial<typeof answer>;
  if (typeof obeyed !== 'object' || obeyed === null || typeof signature !== 'string') return false;
  try {
    if (!deps.hands.isOwn(obeyedText(orders, obeyed), signature)) return false;
    // Those that hands keep to were signed when the clock was ahead: the next ones are newer.
    if (Number.isSafeInteger(obeyed.seq)) lastSeq = Math.max(lastSeq, obeyed.seq);
    return parseOrders(orders.text)?.seq === obeyed.seq;
  } catch (error) {
    // What canonical JSON cannot carry was never signed.
    if (error instanceof TypeError) return false;
    throw error;
  }
}
