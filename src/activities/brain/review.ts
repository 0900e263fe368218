import type { BrainActivities, ReviewOutcome, RunIdentity } from '../../contract/activities.js';
import type { ApprovalTerms, Proposer } from '../../domain/approval/terms.js';
import { areOpen, freezeTerms } from '../../domain/approval/terms.js';
import { trailEvent } from '../../domain/trail/events.js';
import type { EntryOf } from '../../domain/trail/records.js';
import { planDigest } from '../../domain/action/digests.js';
import { packPlan } from '../../domain/action/packing.js';
import type { ProposalDocument } from '../../domain/action/proposal.schema.js';
import { shorten } from '../../domain/text/visible.js';
import type { Violation } from '../../domain/violation.js';
import { noteAttempt } from './attempts.js';
import type { BrainDependencies } from './dependencies.js';
import type { Assessment } from './assess.js';
import { about, assess, noveltyViolations } from './assess.js';
import { grantOf } from './mode/granting.js';
import { modeNow } from './mode/mode-now.js';
import { bindingOf, refuseReuse, reviewOf } from './own-proposal.js';
import { isLate, proposerOf } from './proposer.js';
import { isPreviewAsked, orderPreview } from './preview-order.js';

function summaryOf(document: ProposalDocument): string {
  const text: unknown = (document as Partial<ProposalDocument> | null)?.rationale;
  return typeof text === 'string' ? shorten(text, 200) : 'not a proposal';
}

function refusalEntry(
  deps: BrainDependencies,
  { identity, document }: Pick<Sound, 'identity' | 'document'>,
  violations: readonly Violation[],
): EntryOf<'proposals'> {
  const id = identity.workflowId;
  return {
    id: `${id}/review`,
    eventType: trailEvent.actionRefused,
    actionId: id,
    summary: shorten(violations.map(({ rule, message }) => `${rule}: ${message}`).join('; '), 400),
    data: {
      ...about(document),
      ...bindingOf(deps, { identity, document }),
      status: 'rejected',
      violations,
      policy_version: deps.rules.policyVersion,
    },
  };
}

interface Sound {
  readonly identity: RunIdentity;
  readonly document: ProposalDocument;
  readonly sound: Assessment & { kind: 'sound' };
  readonly proposer: Proposer;
}

function proposedEntry(deps: BrainDependencies, { identity, document, sound, proposer }: Sound): EntryOf<'proposals'> {
  const id = identity.workflowId;
  // Only the vessel's own cycle, which signs it, proposes for a playbook; else its cooldown would be for strangers to use up.
  const playbook: unknown = proposer.assurance === 'brain' ? document.metadata?.['playbook_id'] : undefined;
  return {
    id: `${id}/review`,
    eventType: trailEvent.actionProposed,
    actionId: id,
    summary: summaryOf(document),
    data: {
      ...about(document),
      ...bindingOf(deps, { identity, document }),
      status: 'proposed',
      digest: sound.digest,
      action_key: sound.actionKey,
      deadline: new Date(deps.now().getTime() + deps.approvals.seconds * 1_000).toISOString(),
      policy_version: deps.rules.policyVersion,
      mission_context: shorten(document.mission_context, 200),
      ...(typeof playbook === 'string' && { playbook_id: playbook }),
      ...(proposer.name !== '' && { proposed_by: proposer.name }),
      proposer_assurance: proposer.assurance,
      approval: sound.plan.approval,
      ...(isPreviewAsked(deps, identity, sound) && { preview_follows: true as const }),
      proposal: document,
    },
  };
}

/** In `manual` the vessel proposes nothing (charter: sunset); people do. */
function whyNotNow(deps: BrainDependencies, { assurance }: Proposer): readonly Violation[] {
  if (assurance !== 'brain' || modeNow(deps) !== 'manual') return [];
  return [{ rule: 'mode', clause: 'spec T7', message: 'the mode is manual, and the vessel proposes nothing: ubos mode restore' }];
}

/** The same plan, with what a mode may consent to in the place of people (spec T7): frozen here, so that the digest covers it. */
async function withGrant(
  deps: BrainDependencies,
  { document, sound, isOwn }: Pick<Sound, 'document' | 'sound'> & { readonly isOwn: boolean },
): Promise<Sound['sound']> {
  const grant = await grantOf(deps, { document, plan: sound.plan, isOwn });
  if ('why' in grant) return sound;
  const plan = { ...sound.plan, approval: { ...sound.plan.approval, grant } };
  return { ...sound, plan, digest: planDigest(deps.sha256, plan) };
}

/** That it was approved, and in other words: whoever reads it may think that they know it (spec T6). */
async function aboutPlaybook(deps: BrainDependencies, { document, proposer }: Omit<Sound, 'identity'>): Promise<readonly string[]> {
  const { playbook_id: id, playbook_hash: hash } = document.metadata ?? {};
  if (proposer.assurance !== 'brain' || typeof id !== 'string' || typeof hash !== 'string') return [];
  const consent = await deps.playbookConsent(id, hash);
  return !consent.approved && (consent.code === 'EDITED' || consent.code === 'SIGNATURE_REFUSED')
    ? [`playbook ${id} is not approved beforehand: ${consent.why}`]
    : [];
}

async function warningsAbout(deps: BrainDependencies, about: Omit<Sound, 'identity'>): Promise<readonly string[]> {
  const { plan, proposal } = about.sound;
  const { tools } = await deps.rules.context();
  const networked = plan.steps.find(({ tool }) => tools.some(({ name, allowNetwork }) => name === tool && allowNetwork));
  return [
    ...(plan.dryRun ? ['dry run: debug.dry_run_mode is on, nothing will be started'] : []),
    ...(networked !== undefined && proposal.networkDomains.length === 0
      ? [`${networked.tool} may use the network, but network_domains is empty: it will run without`]
      : []),
    ...(await aboutPlaybook(deps, about)),
  ];
}

/** As far as a signature shows it. */
function sourceOf({ assurance }: Proposer): { readonly source?: 'thinking_cycle' | 'person' } {
  if (assurance === 'unsigned') return {};
  return { source: assurance === 'brain' ? 'thinking_cycle' : 'person' };
}

/** Of the constitution: what is said of one command, and not of how it was written down. */
const commandRules: ReadonlySet<string> = new Set(['tool', 'privileged', 'path-traversal', 'shell-metacharacter', 'control-character']);

const reused = (why: string): Violation[] => [{ rule: 'identity', clause: 'spec P3', message: `${why}: propose it anew` }];

/** A command that no action may be is more than a mistake in a form (charter: an unauthorised command attempt is told within a minute). */
async function tellOfCommands(deps: BrainDependencies, proposalId: string, violations: readonly Violation[]): Promise<void> {
  const [found] = violations.filter(({ rule }) => commandRules.has(rule));
  if (found !== undefined) await noteAttempt(deps, { kind: 'command', proposalId, summary: `${found.rule}: ${found.message}` });
}

/** The first review of a proposal: its verdict is on record before it counts (spec C3), novelty is decided under the append lock (C5). */
export async function review(deps: BrainDependencies, request: Parameters<BrainActivities['reviewProposal']>[0]): Promise<ReviewOutcome> {
  const { identity, proof } = request;
  const { workflowId: id } = identity;
  const document = request.document as ProposalDocument;
  const { policyVersion } = deps.rules;
  const asking = { identity, document };
  const earlier = await reviewOf(deps, identity);
  const other = earlier === undefined ? undefined : await refuseReuse(deps, asking);
  if (other !== undefined) return { kind: 'refused', violations: reused(other), policyVersion };
  // A worker that died after writing its verdict must find the same one again, whatever the other proposals did since.
  if (earlier?.event_type === trailEvent.actionRefused)
    return { kind: 'refused', violations: earlier.violations as readonly Violation[], policyVersion };
  const proposer = await proposerOf(deps, identity, document, proof);
  const assessed = await assess(deps, id, document, ({ riskLevel: risk, actionType }) =>
    freezeTerms(deps.approvals.policy, { risk, actionType, proposer }),
  );
  // What is on record already stays as it was.
  const granted = (earlier?.approval as ApprovalTerms | undefined)?.grant !== undefined;
  const isOwn = proposer.assurance === 'brain' && (earlier === undefined ? !isLate(proof, deps.now()) : granted);
  const assessment = assessed.kind === 'unsound' ? assessed : await withGrant(deps, { document, sound: assessed, isOwn });
  let violations = assessment.kind === 'unsound' ? assessment.violations : whyNotNow(deps, proposer);
  await deps.trail.decide('proposals', () => {
    if (assessment.kind === 'sound' && earlier === undefined && violations.length === 0) violations = noveltyViolations(deps, assessment);
    return assessment.kind === 'sound' && violations.length === 0
      ? proposedEntry(deps, { identity, document, sound: assessment, proposer })
      : { ...refusalEntry(deps, asking, violations), ...(earlier && { id: `${id}/review/again` }) };
  });
  // The run before may have been ended in this very moment, and written its own: the first one counts.
  const raced = await refuseReuse(deps, asking);
  if (raced !== undefined) return { kind: 'refused', violations: reused(raced), policyVersion };
  if (assessment.kind === 'unsound' || violations.length > 0) {
    await tellOfCommands(deps, id, violations);
    return { kind: 'refused', violations, policyVersion };
  }
  const mode = modeNow(deps);
  return {
    kind: 'passed',
    plan: packPlan(assessment.plan),
    digest: assessment.digest,
    policyVersion,
    approvalSeconds: deps.approvals.seconds,
    ...(!areOpen(assessment.plan.approval) && { proposer }),
    onTimeout: deps.approvals.onTimeout,
    ...(mode !== 'alpha' && { mode }),
    warnings: await warningsAbout(deps, { document, sound: assessment, proposer }),
    ...sourceOf(proposer),
    ...(assessment.actionKey !== request.actionKey && { actionKey: assessment.actionKey }),
    ...(await orderPreview(deps, identity, assessment)),
  };
}
