import type { Sha256 } from '../text/canonical.js';
import { canonicalJson } from '../text/canonical.js';
import type { ExecutionPlan } from './plan.js';
import type { Proposal, ProposalId, ToolCall } from './proposal.js';

/** The same idea has the same key (spec P3): a hash over action type, tools and arguments, and nothing that differs from telling to telling. */
export function actionKey(sha256: Sha256, proposal: Pick<Proposal, 'actionType' | 'steps'>): string {
  const call = ({ toolName, toolArgs, toolKwargs }: ToolCall) => ({ toolName, toolArgs, stdin: toolKwargs.stdin });
  return sha256(`janus.action.v1\0${canonicalJson({ actionType: proposal.actionType, steps: proposal.steps.map(call) })}`).slice(0, 32);
}

/** Made once, by the proposer: a retried start is the same proposal (spec P3). The vessel is in it, so vessels can share a cluster. */
export function proposalId(sha256: Sha256, parts: { vessel: string; actionKey: string; timestamp: string; nonce: string }): ProposalId {
  return `janus-${sha256(`janus.id.v1\0${canonicalJson(parts)}`).slice(0, 12)}` as ProposalId;
}

/** The digest that people approve (spec P5): 64 hex digits over everything that will run. */
export function planDigest(sha256: Sha256, plan: ExecutionPlan): string {
  return sha256(`janus.plan.v1\0${canonicalJson(plan)}`);
}

/** What a proposer signs: 64 hex digits over the document as it was proposed (spec A3). */
export function documentDigest(sha256: Sha256, document: unknown): string {
  return sha256(canonicalJson(document));
}

/** Short enough to compare by eye: the first 8 digits in two groups. */
export function shortDigest(digest: string): string {
  return `${digest.slice(0, 4)}-${digest.slice(4, 8)}`;
}
