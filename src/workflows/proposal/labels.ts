import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { proposalAttributes, searchAttributes } from '../../contract/search-attributes.js';
import type { ProposalStatus } from '../../domain/action/status.js';
import { shorten } from '../../domain/text/visible.js';
import type { ProposalState } from './state.js';
import { setStatus } from './state.js';
import { detailsOf } from './view.js';

/** Moves the proposal on, and tells people in the details. Lists learn of it by `showStatus`, which costs an event. */
export function moveTo(state: ProposalState, status: ProposalStatus, reason: string): void {
  setStatus(state, status, reason);
  showDetails(state);
}

/** What the web UI shows as current details; costs no event. */
export function showDetails(state: ProposalState): void {
  setCurrentDetails(detailsOf(state));
}

/** One event for one upsert, so only what changed: rejected, expired and rolled back all close as Completed, so lists need the status. */
export function showStatus(state: ProposalState, deadline?: number): void {
  upsertSearchAttributes([
    { key: searchAttributes.state, value: state.status },
    ...(deadline === undefined ? [] : [{ key: searchAttributes.deadline, value: new Date(deadline) }]),
  ]);
}

/** A keyword on a SQL server has room for 255 characters; the details have all of it. */
const keywordMax = 250;

export function showNeeds(needs: string): void {
  upsertSearchAttributes([{ key: searchAttributes.needs, value: shorten(needs, keywordMax) }]);
}

/** A proposal that some other Temporal client started shows in the same lists as the others. */
export function showStrangersAttributes({ document, deadline }: ProposalState): void {
  if (workflowInfo().typedSearchAttributes.get(searchAttributes.vessel) !== undefined) return;
  upsertSearchAttributes(proposalAttributes({ document, source: 'client', deadline: new Date(deadline ?? Date.now()) }));
}
