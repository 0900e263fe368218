import type { ApprovalPolicy } from '../approval/terms.js';
import { notEntitled, ownTerms } from '../approval/terms.js';
import { isMet } from '../approval/rules.js';
import { canonicalJson } from '../text/canonical.js';
import type { Playbook } from './playbook.js';
import { actionTypeOf } from './playbook.js';

/** What is signed when a playbook is approved: its content, by its digest, and nothing that could be read as anything else. */
export interface PlaybookStatement {
  readonly vessel: string;
  readonly playbookId: string;
  readonly contentHash: string;
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** The text of it. All that it says stands in the playbook's entry too, so that entry keeps the signature alone. */
export const playbookStatement = ({ vessel, playbookId, contentHash, by, at }: PlaybookStatement): string =>
  canonicalJson({ type: 'janus.playbook.v1', vessel, playbook_id: playbookId, playbook_sha256: contentHash, signer: by, issued_at: at });

/** Whether people have said beforehand that this playbook may run, with exactly this content (spec T6). */
export type PlaybookConsent =
  | { readonly approved: true; readonly by: string; readonly at: string; readonly signed: boolean }
  | { readonly approved: false; readonly code: NotApprovedCode; readonly why: string };

/** The same of the playbook that stands in the registry: what was approved, where it is. */
export type PlaybookFound =
  Exclude<PlaybookConsent, { approved: true }> | (Extract<PlaybookConsent, { approved: true }> & { readonly playbook: Playbook });

/** Stable: they are shown to programs. */
export type NotApprovedCode =
  | 'NOT_APPROVED'
  | 'UNBOUND'
  | 'EDITED'
  | 'EXPIRED'
  | 'MALFORMED'
  | 'NOT_AUTHORISED'
  | 'SIGNATURE_REQUIRED'
  | 'SIGNATURE_REFUSED'
  | 'UNKNOWN'
  | 'UNAVAILABLE';

export const notApproved = (code: NotApprovedCode, why: string): Exclude<PlaybookConsent, { approved: true }> => ({
  approved: false,
  code,
  why,
});

const clockSkewMilliseconds = 5 * 60_000;

/** What an approval asks of a person: the rules for an action of its type and risk (spec A4). */
const termsOf = (policy: ApprovalPolicy, playbook: Playbook) =>
  ownTerms(policy, { risk: playbook.risk, actionType: actionTypeOf(playbook.document) });

/** Where there are keys a playbook is approved by a signature, unless signatures are switched off. */
export const isSignatureAsked = (policy: ApprovalPolicy, playbook: Playbook): boolean =>
  policy.allowedSigners !== undefined && termsOf(policy, playbook).signature !== 'off';

/** Why nobody of this name can approve it alone; undefined where they can. */
export function whyNotEntitled(policy: ApprovalPolicy, playbook: Playbook, by: string): string | undefined {
  const terms = termsOf(policy, playbook);
  const not = notEntitled(terms, { kind: 'approve', by }, false);
  if (not !== undefined) return not.why;
  return isMet(terms.requirement, [by], terms.groups)
    ? undefined
    : 'an action of its type and risk needs more than one person, and a playbook carries the word of one: people are asked each time';
}

function contentProblem({ document, contentHash }: Playbook, now: Date): PlaybookConsent | undefined {
  const { approved_by: by, approved_at: at, approved_hash: hash, expires_at: expires } = document;
  const again = `ubos playbooks approve ${document.playbook_id}`;
  if (by === undefined || at === undefined) return notApproved('NOT_APPROVED', `nobody has approved it: ${again}`);
  if (hash === undefined) return notApproved('UNBOUND', `approved_by ${by} names no content that was approved: ${again}`);
  if (hash !== contentHash) return notApproved('EDITED', `edited since ${by} approved it: ${again}`);
  const issued = Date.parse(at);
  if (Number.isNaN(issued) || new Date(issued).toISOString() !== at)
    return notApproved('MALFORMED', `approved_at is no UTC time: ${again}`);
  if (issued > now.getTime() + clockSkewMilliseconds) return notApproved('MALFORMED', 'approved_at is in the future');
  return expires !== undefined && new Date(expires) <= now ? notApproved('EXPIRED', `expired at ${expires}`) : undefined;
}

/** All that can be said without a key. What comes back as approved and asks for a signature has yet to be verified. */
export function consentInFile(playbook: Playbook, policy: ApprovalPolicy, now: Date): PlaybookConsent {
  const problem = contentProblem(playbook, now);
  if (problem !== undefined) return problem;
  const { approved_by: by = '', approved_at: at = '', approved_signature: signature } = playbook.document;
  const not = whyNotEntitled(policy, playbook, by);
  if (not !== undefined) return notApproved('NOT_AUTHORISED', not);
  if (isSignatureAsked(policy, playbook) && signature === undefined)
    return notApproved('SIGNATURE_REQUIRED', `there are keys, and ${by} did not sign it`);
  return { approved: true, by, at, signed: signature !== undefined };
}
