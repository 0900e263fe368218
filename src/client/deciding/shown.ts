import { sha256 } from '../../adapters/files/sha256.js';
import type { ProposalView } from '../../contract/messages.js';
import { glassReviewId } from '../../contract/names.js';
import { planDigest } from '../../domain/action/digests.js';
import { effectDigest } from '../../domain/action/effect.js';
import type { RiskLevel } from '../../domain/action/proposal.js';
import { JanusError } from '../../domain/errors.js';
import { riskShown } from '../../domain/review/consent.js';
import { happenedSections } from '../../domain/review/happened.js';
import type { Section } from '../../domain/review/section.js';
import { reviewSections } from '../../domain/review/sections.js';

/** One proposal as it lies before a person. */
export interface Shown {
  readonly view: ProposalView;
  readonly sections: readonly Section[];
  readonly risk: RiskLevel;
  /** All 64 digits, computed here over what is shown: what is sent and signed names exactly this. */
  readonly digest: string;
}

const mismatch = { details: { answer: 'DIGEST_MISMATCH' }, next: 'look at the worker and at its version: ubos doctor' };

/** The review, then what has happened so far. Checks nothing: for looking, not for deciding. */
export function sectionsOf(view: ProposalView, now: Date): Section[] {
  return [...reviewSections({ ...view, now }), ...happenedSections(view)];
}

/** The digest of the effect that is displayed as bound, computed here where all of it is displayed. */
function displayedEffect({ preview }: ProposalView): string | undefined {
  if (preview?.bound !== true || preview.report.state !== 'previewed') return undefined;
  const { effect, effectDigest: said } = preview.report;
  return effect.omitted > 0 ? said : effectDigest(sha256, effect);
}

/**
 * The digest of the plan that is displayed, computed here: what the server says it is, is not believed (spec P5). Throws CONFLICT where the two
 * differ, and where there is nothing to decide about.
 */
function displayedDigest(view: ProposalView): string {
  if (view.plan === undefined || view.digest === undefined)
    throw new JanusError('CONFLICT', `${view.proposalId} has no plan to decide about: it is ${view.status}`, {
      next: `ubos proposals show ${view.proposalId}`,
    });
  const digest = planDigest(sha256, view.plan);
  if (digest !== view.digest) {
    throw new JanusError(
      'CONFLICT',
      `the digest of what is shown (${digest.slice(0, 8)}) is not the one that the worker names (${view.digest.slice(0, 8)}): do not approve`,
      mismatch,
    );
  }
  // The review of a broken glass shows the plan that ran already, under an id of its own: an answer to it starts nothing.
  if (view.proposalId === glassReviewId(view.plan.proposalId)) return digest;
  if (view.plan.proposalId !== view.proposalId)
    throw new JanusError('CONFLICT', `what is shown for ${view.proposalId} is the plan of another proposal: do not approve`, mismatch);
  if (view.plan.effect !== displayedEffect(view))
    throw new JanusError('CONFLICT', 'the effect that is shown is not the one that the digest covers: do not approve', mismatch);
  return digest;
}

/** What is to be decided about. Throws CONFLICT for what must not be: see `displayedDigest`. */
export function show(view: ProposalView, now: Date): Shown {
  return { view, sections: sectionsOf(view, now), risk: riskShown(view.document, view.plan), digest: displayedDigest(view) };
}
