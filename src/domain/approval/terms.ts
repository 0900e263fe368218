import type { Groups, Requirement } from './rules.js';
import { anybody, groupsOf, isMember, isMet, personOf, unmeetable } from './rules.js';
import type { Decision } from './decision.js';
import type { RiskLevel } from '../action/proposal.js';
import type { ModeGrantTerms } from '../modes/grant.js';
import type { Violation } from '../violation.js';

/** `required`: what is unsigned does not count; `optional`: what is signed is verified; `off`: names are claims. */
export type SignaturePolicy = 'required' | 'optional' | 'off';

export interface BreakGlass {
  readonly group: string;
  /** How long the others have to look at it afterwards, in seconds. */
  readonly reviewSeconds: number;
}

/** What a proposal needs, frozen into its plan at review (spec A4): the digest that people sign covers it. */
export interface ApprovalTerms {
  readonly actionType: string;
  readonly requirement: Requirement;
  /** Only the groups that are named here. */
  readonly groups: Groups;
  readonly signature: SignaturePolicy;
  /** Who may neither approve nor break the glass: its proposer, the operators of the model that proposed it. They may still reject. */
  readonly excluded: readonly string[];
  /** Asked too when 80 % of the time is over; then one of it is enough too. */
  readonly escalateTo?: string;
  readonly breakGlass?: BreakGlass;
  /** A mode that is high enough consents as well (spec T7); absent: only people do. */
  readonly grant?: ModeGrantTerms;
}

export interface ApprovalRule {
  readonly risks?: readonly RiskLevel[];
  readonly actionTypes?: readonly string[];
  readonly requirement: Requirement;
  readonly signature?: SignaturePolicy;
  readonly escalateTo?: string;
}

/** `approvals` of agent.yaml. */
export interface ApprovalPolicy {
  readonly signature: 'required' | 'by_risk' | 'optional' | 'off';
  /** Path of the keys, where there is such a file: then persons are told apart. */
  readonly allowedSigners: string | undefined;
  readonly groups: Groups;
  readonly rules: readonly ApprovalRule[];
  readonly selfApproval: 'forbidden' | 'allowed';
  readonly modelOperators: readonly string[];
  readonly breakGlass: BreakGlass | undefined;
}

/** Who made a proposal, as far as a signature shows it. */
export type Proposer =
  | { readonly assurance: 'signed'; readonly name: string; readonly key: string }
  /** The brain's own key: a playbook, or the model. */
  | { readonly assurance: 'brain'; readonly name: string }
  /** Counts as everybody. */
  | { readonly assurance: 'unsigned'; readonly name: string };

function signatureFor(policy: ApprovalPolicy, rule: ApprovalRule | undefined, risk: RiskLevel): SignaturePolicy {
  if (rule?.signature !== undefined) return rule.signature;
  if (policy.signature !== 'by_risk') return policy.signature;
  if (policy.allowedSigners === undefined) return 'off';
  return risk === 'low' ? 'optional' : 'required';
}

export interface TermsRequest {
  readonly risk: RiskLevel;
  readonly actionType: string;
  readonly proposer: Proposer;
}

/** What this host would ask, whoever proposed it: for those who look at approvals a second time. */
export function ownTerms(policy: ApprovalPolicy, subject: Omit<TermsRequest, 'proposer'>): ApprovalTerms {
  return { ...termsOf(policy, { ...subject, proposer: { assurance: 'unsigned', name: '' } }), excluded: [] };
}

function excludedBy(policy: ApprovalPolicy, proposer: Proposer): readonly string[] {
  if (proposer.assurance === 'brain') return policy.modelOperators;
  return policy.selfApproval === 'forbidden' && proposer.assurance === 'signed' ? [proposer.name] : [];
}

/**
 * Whether persons are told apart. A fresh machine knows no keys and names nobody: then one word of anybody who reaches the server is enough, and
 * marked as unsigned.
 */
export function knowsPersons({ rules, allowedSigners, signature }: ApprovalPolicy): boolean {
  return rules.length > 0 || (allowedSigners !== undefined && signature !== 'off');
}

/** The whole policy applied to one proposal; no reference to what may change. */
function termsOf(policy: ApprovalPolicy, { risk, actionType, proposer }: TermsRequest): ApprovalTerms {
  const rule = policy.rules.find(
    ({ risks, actionTypes }) => (risks?.includes(risk) ?? true) && (actionTypes?.includes(actionType) ?? true),
  );
  const names = Object.keys(policy.groups);
  const requirement = rule?.requirement ?? { group: knowsPersons(policy) ? (names[0] ?? '') : anybody, approve: 1 };
  const escalateTo = rule === undefined ? names[1] : rule.escalateTo;
  const breakGlass = risk === 'high' ? policy.breakGlass : undefined;
  // Where any name will do, nobody needs to know who is of the next group.
  const next = knowsPersons(policy) ? escalateTo : undefined;
  const named = [...groupsOf(requirement), next, breakGlass?.group].filter((name) => name !== undefined && name !== anybody);
  return {
    actionType,
    requirement,
    groups: Object.fromEntries([...new Set(named as string[])].map((name) => [name, policy.groups[name] ?? []])),
    signature: signatureFor(policy, rule, risk),
    excluded: excludedBy(policy, proposer),
    ...(escalateTo !== undefined && { escalateTo }),
    ...(breakGlass && { breakGlass }),
  };
}

const violation = (rule: string, message: string): Violation => ({ rule, clause: 'spec A4', message });

/** Who is left out, for what, and the ways out. */
function whyNotCounted({ assurance }: Proposer, { excluded }: ApprovalTerms): string {
  const names = excluded.join(', ');
  if (names === '') return '. Name more people in approvals.groups';
  if (assurance === 'brain')
    return `. Those who run the model do not approve what it proposes: ${names}. Name another person in approvals.groups`;
  return `. ${names} proposed it, and nobody approves what they proposed: let another person of a group propose or approve it (approvals.groups, ubos keys add), or set approvals.self_approval to allowed, which lets one person do both`;
}

/** The terms of a proposal, or why nobody could ever approve it. */
export function freezeTerms(policy: ApprovalPolicy, request: TermsRequest): ApprovalTerms | Violation {
  const terms = termsOf(policy, request);
  const { proposer } = request;
  if (terms.signature === 'required' && policy.selfApproval === 'forbidden' && proposer.assurance === 'unsigned') {
    const who = proposer.name === '' ? 'nobody signed' : `nobody but the name ${proposer.name.slice(0, 60)} stands for`;
    return violation(
      'proposer',
      `${who} this proposal, so anybody may have made it, and nobody's approval would be another person's: propose it with a key (ubos keys init), or set approvals.self_approval to allowed`,
    );
  }
  const never = unmeetable(terms.requirement, terms.groups, terms.excluded);
  return never === undefined ? terms : violation('approvers', `${never}${whyNotCounted(proposer, terms)}`);
}

/** Terms that ask for one approval of anybody, unsigned: a name is a claim, and nothing depends on who proposed it. */
export function areOpen({ requirement, signature, breakGlass }: ApprovalTerms): boolean {
  return (
    signature === 'off' && breakGlass === undefined && 'group' in requirement && requirement.group === anybody && requirement.approve === 1
  );
}

/** What a machine asks that knows no persons. */
export function openTerms(actionType: string): ApprovalTerms {
  return { actionType, requirement: { group: anybody, approve: 1 }, groups: {}, signature: 'off', excluded: [] };
}

/** A decision that counts, as far as it is counted. */
export type Counted = Pick<Decision, 'kind' | 'by'>;

export type TallyState = 'pending' | 'approved' | 'rejected' | 'cancelled';

/** Who approves now: approvals that were not taken back, by persons who may. */
export function standingApprovers(decisions: readonly Counted[], { excluded }: Pick<ApprovalTerms, 'excluded'>): readonly string[] {
  const standing = new Map<string, string>();
  for (const { kind, by } of decisions) {
    if (kind === 'approve') standing.set(personOf(by), by);
    if (kind === 'withdraw') standing.delete(personOf(by));
  }
  for (const name of excluded) standing.delete(personOf(name));
  return [...standing.values()];
}

const isExcluded = ({ excluded }: Pick<ApprovalTerms, 'excluded'>, by: string) => excluded.some((name) => personOf(name) === personOf(by));

/**
 * What the accepted decisions add up to (spec A4). Pure. The order of approvals and rejections does not matter: any rejection ends it, whatever
 * else was said; only a withdrawal refers to what came before it.
 */
export function tallyDecisions(terms: ApprovalTerms, decisions: readonly Counted[], escalated = false): TallyState {
  if (decisions.some(({ kind }) => kind === 'cancel')) return 'cancelled';
  if (decisions.some(({ kind }) => kind === 'reject')) return 'rejected';
  const { breakGlass } = terms;
  const mayBreak = (by: string) => breakGlass !== undefined && isMember(terms.groups, breakGlass.group, by) && !isExcluded(terms, by);
  if (decisions.some(({ kind, by }) => kind === 'break_glass' && mayBreak(by))) return 'approved';
  return isMet(requirementNow(terms, escalated), standingApprovers(decisions, terms), terms.groups) ? 'approved' : 'pending';
}

/** Once the next group has been asked, one of it is enough too. */
export function requirementNow({ requirement, escalateTo }: ApprovalTerms, escalated: boolean): Requirement {
  return escalated && escalateTo !== undefined ? { anyOf: [requirement, { group: escalateTo, approve: 1 }] } : requirement;
}

/** Why this person's decision does not count; undefined where it does. */
export function notEntitled(
  terms: ApprovalTerms,
  { kind, by }: { readonly kind: string; readonly by: string },
  escalated: boolean,
): { readonly code: 'NOT_AUTHORISED' | 'SELF_APPROVAL'; readonly why: string } | undefined {
  // Whoever starts it alone approves it, too.
  if ((kind === 'approve' || kind === 'break_glass') && isExcluded(terms, by))
    return { code: 'SELF_APPROVAL', why: `${by.slice(0, 60)} proposed it, or runs the model that did, and does not approve it` };
  const { breakGlass, escalateTo } = terms;
  if (kind === 'break_glass') {
    if (breakGlass !== undefined && isMember(terms.groups, breakGlass.group, by)) return undefined;
    const why =
      breakGlass === undefined ? 'nobody may break the glass for this proposal' : `${by.slice(0, 60)} is not in ${breakGlass.group}`;
    return { code: 'NOT_AUTHORISED', why };
  }
  // Whoever may be asked at all may object, extend and cancel from the beginning; to approve, a group must have been asked.
  const mayObject = kind !== 'approve' && kind !== 'withdraw';
  const asked = [
    ...groupsOf(terms.requirement),
    ...(escalateTo !== undefined && (escalated || mayObject) ? [escalateTo] : []),
    ...(breakGlass !== undefined && mayObject ? [breakGlass.group] : []),
  ];
  if (asked.some((group) => isMember(terms.groups, group, by))) return undefined;
  // Whoever made a proposal may take it back.
  if (kind === 'cancel' && isExcluded(terms, by)) return undefined;
  return { code: 'NOT_AUTHORISED', why: `${by.slice(0, 60)} is not in any of ${asked.join(', ')}` };
}
