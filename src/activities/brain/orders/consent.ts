import type { Order, OrderKind } from '../../../domain/approval/order.js';
import { matchOrderStatement, parseOrderStatement } from '../../../domain/approval/order.js';
import { isMet, personOf, progressOf, progressText } from '../../../domain/approval/rules.js';
import { modeSubject } from '../../../domain/modes/words.js';
import { adoptionSubject } from '../../../domain/policy/review.js';
import { signatureNamespaces } from '../../../domain/approval/statement.js';
import type { ApprovalTerms } from '../../../domain/approval/terms.js';
import { notEntitled, ownTerms } from '../../../domain/approval/terms.js';
import type { OrderedBy } from '../../../domain/trail/order-event-fields.js';
import type { Standing, Voice } from '../../../domain/trail/standing.js';
import { subjectOf } from '../../../domain/trail/standing.js';
import type { BrainDependencies } from '../dependencies.js';

export type Consent =
  | { readonly kind: 'given'; readonly voices: readonly OrderedBy[] }
  | { readonly kind: 'counted'; readonly voice: OrderedBy; readonly progress: string }
  | { readonly kind: 'refused'; readonly code: string; readonly why: string };

/** What people are asked for who loosen something, by the rules for approvals: as for an action of this type. */
const subjects: Readonly<Record<OrderKind, Parameters<typeof ownTerms>[1]>> = {
  resume: { risk: 'high', actionType: 'resume' },
  limit: { risk: 'medium', actionType: 'controls' },
  release: { risk: 'medium', actionType: 'controls' },
  hold: { risk: 'medium', actionType: 'controls' },
  authorise: modeSubject,
  restore: modeSubject,
  // Whose recommendations count is said by name, see `modes.recommenders`.
  recommend: modeSubject,
  flag: { risk: 'low', actionType: 'flag' },
  propose_policy: adoptionSubject,
  recommend_policy: adoptionSubject,
  adopt_policy: adoptionSubject,
  acknowledge_restore: { risk: 'high', actionType: 'resume' },
};

const termsOf = ({ approvals: { policy } }: BrainDependencies, kind: OrderKind): ApprovalTerms => ownTerms(policy, subjects[kind]);

/** Nobody's claim changes the mode or the policy, whatever signatures are switched off for. */
const alwaysSigned: ReadonlySet<OrderKind> = new Set<OrderKind>([
  ...(['authorise', 'restore', 'recommend'] as const),
  ...(['propose_policy', 'recommend_policy', 'adopt_policy'] as const),
]);

/** Where there are keys, what loosens is signed, unless signatures are switched off (spec K1). */
export function isSigningAsked(deps: BrainDependencies, kind: OrderKind): boolean {
  if (alwaysSigned.has(kind)) return true;
  return deps.approvals.policy.allowedSigners !== undefined && termsOf(deps, kind).signature !== 'off';
}

/** Whose signed word it is, or why it is nobody's. */
type Verified = { readonly code: 'ACCEPTED'; readonly voice: OrderedBy } | { readonly code: string; readonly why: string };

/** The signature and what was signed, held against what was sent. */
export async function verifyOrder({ self, approvals, now }: BrainDependencies, order: Order): Promise<Verified> {
  const { by, statement: text, signature } = order;
  if (text === undefined || signature === undefined)
    return { code: 'SIGNATURE_REQUIRED', why: 'what loosens has to be signed: ubos keys init' };
  const statement = parseOrderStatement(text);
  if ('malformed' in statement) return { code: 'MALFORMED_STATEMENT', why: statement.malformed };
  const at = now();
  const mismatch = matchOrderStatement(statement, { vessel: self.vessel, namespace: self.namespace, order, now: at.getTime() });
  if (mismatch !== undefined) return mismatch;
  const { decision: namespace } = signatureNamespaces;
  const verified = await approvals.signatures.verify({ text, signature, principal: statement.signer, namespace, at });
  return verified.ok ? { code: 'ACCEPTED', voice: { by, key: verified.key, statement: text, signature } } : verified;
}

/** Whose order it is. What tightens needs no key: where the signature does not hold, it is a claim as any other. */
export async function orderedBy(deps: BrainDependencies, order: Order): Promise<OrderedBy> {
  if (order.signature === undefined) return { by: order.by };
  const verified = await verifyOrder(deps, order);
  return 'voice' in verified ? verified.voice : { by: order.by };
}

/** Those who ordered the same before, as far as their word still holds: keys may have been revoked since, and statements expire. */
async function othersOf(deps: BrainDependencies, order: Order, { voices }: Standing, needSigned: boolean): Promise<readonly OrderedBy[]> {
  const said = (voices.get(subjectOf(order)) ?? []).filter(({ by }) => personOf(by) !== personOf(order.by));
  const holding = async ({ by, key, statement, signature, ...voice }: Voice): Promise<OrderedBy[]> => {
    if (key === undefined) return needSigned ? [] : [{ by }];
    const verified = await verifyOrder(deps, {
      ...voice,
      by,
      ...(statement !== undefined && { statement }),
      ...(signature !== undefined && { signature }),
    });
    return 'voice' in verified ? [verified.voice] : [];
  };
  return (await Promise.all(said.map(holding))).flat();
}

/** Whether enough persons order what loosens. */
export async function consentTo(deps: BrainDependencies, order: Order, standing: Standing): Promise<Consent> {
  const needSigned = isSigningAsked(deps, order.kind);
  const own: Verified =
    needSigned || order.signature !== undefined ? await verifyOrder(deps, order) : { code: 'ACCEPTED', voice: { by: order.by } };
  if (!('voice' in own)) return { kind: 'refused', ...own };
  const terms = termsOf(deps, order.kind);
  const not = notEntitled(terms, { kind: 'approve', by: order.by }, false);
  if (not !== undefined) return { kind: 'refused', ...not };
  const voices = [...(await othersOf(deps, order, standing, needSigned)), own.voice];
  const names = voices.map(({ by }) => by);
  if (isMet(terms.requirement, names, terms.groups)) return { kind: 'given', voices };
  return { kind: 'counted', voice: own.voice, progress: progressText(progressOf(terms.requirement, names, terms.groups)) };
}
