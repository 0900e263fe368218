import type { SearchAttributePair } from '@temporalio/common';
import { upsertMemo, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { whyOf } from '../../contract/labels.js';
import { memoKeys } from '../../contract/names.js';
import { documentAttributes, searchAttributes, turnText } from '../../contract/search-attributes.js';
import type { ProposalStatus } from '../../domain/action/status.js';
import { shorten } from '../../domain/text/visible.js';
import type { ProposalState } from './state.js';
import { setStatus } from './state.js';

/** Moves the proposal on; whoever asks for its details sees it. Lists learn of it by `showStatus`, which costs an event. */
export function moveTo(state: ProposalState, status: ProposalStatus, reason: string): void {
  setStatus(state, status, reason);
}

/** A keyword on a SQL server has room for 255 characters; the details have all of it. */
const keywordMax = 250;

/** Whoever starts a proposal says the deadline before the review fixes it, and nobody sees the difference in a list. */
const deadlineSlackMilliseconds = 10_000;

function isShown(pair: SearchAttributePair): boolean {
  // The keys are of two kinds, which no compiler can follow through one call.
  const shown = workflowInfo().typedSearchAttributes.get(pair.key as typeof searchAttributes.state) as unknown;
  const value: unknown = pair.value;
  if (value instanceof Date && shown instanceof Date) return Math.abs(value.getTime() - shown.getTime()) <= deadlineSlackMilliseconds;
  return shown === value;
}

/** What lists are to say: of what was reviewed, and of where it stands; nothing of what its starter says it is. */
function listed({ document, plan, status, source, actionKey, needsListed, turn, deadline, mode }: ProposalState): SearchAttributePair[] {
  const { risk, actionType, tool } = documentAttributes(document);
  return [
    ...(plan === undefined ? [] : [{ key: searchAttributes.vessel, value: plan.vessel }]),
    { key: searchAttributes.state, value: status },
    { key: searchAttributes.risk, value: plan?.risk ?? risk },
    { key: searchAttributes.actionType, value: actionType },
    { key: searchAttributes.tool, value: plan?.steps[0]?.tool ?? tool },
    { key: searchAttributes.source, value: source },
    { key: searchAttributes.mode, value: mode },
    ...(actionKey === undefined ? [] : [{ key: searchAttributes.actionKey, value: actionKey }]),
    ...(deadline === undefined ? [] : [{ key: searchAttributes.deadline, value: new Date(deadline) }]),
    ...needsPair(needsNow({ status, needsListed, turn })),
  ];
}

/** Whom or what it waits for. */
function needsNow({ status, needsListed, turn }: Pick<ProposalState, 'status' | 'needsListed' | 'turn'>): string {
  if (turn !== undefined) return turnText(new Date(turn));
  return status === 'proposed' ? needsListed : '';
}

/** It is unset where nobody is waited for. */
function needsPair(needs: string): SearchAttributePair[] {
  if (needs !== '') return [{ key: searchAttributes.needs, value: shorten(needs, keywordMax) }];
  const isSet = workflowInfo().typedSearchAttributes.get(searchAttributes.needs) !== undefined;
  return isSet ? [{ key: searchAttributes.needs, value: null } as unknown as SearchAttributePair] : [];
}

/** One event for one upsert, so only what lists have wrong, all at once: rejected, expired and rolled back all close as Completed. */
export function showStatus(state: ProposalState): void {
  const wrong = listed(state).filter((pair) => !isShown(pair));
  if (wrong.length > 0) upsertSearchAttributes(wrong);
  const why = whyOf(state.document);
  if ((workflowInfo().memo?.[memoKeys.why] ?? '') !== why) upsertMemo({ [memoKeys.why]: why });
}
