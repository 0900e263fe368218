import type { ProposalView } from '../../contract/messages.js';
import { reviewMarkdown } from '../../domain/review/markdown.js';
import type { ProposalState } from './state.js';

/** Everything about it, as the query `status` answers. */
export function viewOf(state: ProposalState): ProposalView {
  return {
    schema: 'ubos.proposal/v1',
    proposalId: state.identity.workflowId,
    firstRunId: state.identity.firstRunId,
    status: state.status,
    reason: state.reason,
    needs: state.needs === '' ? undefined : state.needs,
    proposer: state.proposer,
    document: state.document,
    plan: state.plan,
    digest: state.digest,
    deadline: state.deadline === undefined ? undefined : new Date(state.deadline).toISOString(),
    ...(state.grantAt !== undefined && { modeAskedAt: new Date(state.grantAt).toISOString() }),
    warnings: state.warnings,
    preview: state.preview,
    violations: state.violations,
    decisions: state.judged,
    messages: state.inbox.count,
    results: state.results,
    commandLines: state.commandLines,
    rollbacks: state.rollbacks,
  };
}

/** What the web UI shows as current details. */
export function detailsOf(state: ProposalState): string {
  try {
    return reviewMarkdown({ ...viewOf(state), now: new Date(Date.now()) });
  } catch {
    // What the review refused may be anything; an Error here would fail the workflow task for ever.
    return `**${state.status}**\n\nThis is not a proposal and cannot be shown as one: the query \`status\` tells why.`;
  }
}
