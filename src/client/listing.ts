import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { searchAttributes } from '../contract/search-attributes.js';
import { queues, workflowTypes } from '../contract/names.js';

export interface ListFilter {
  /** Ended ones too. */
  readonly all: boolean;
  readonly state?: string | undefined;
  readonly limit: number;
}

/** One line of a list, from the visibility store alone: no proposal is asked. */
export interface ListedProposal {
  readonly proposal_id: string;
  readonly status: string;
  readonly risk_level: string;
  readonly action_type: string;
  readonly tool_name: string;
  readonly source: string;
  readonly deadline: string | null;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly summary: string;
}

const quote = (text: string) => `'${text.replaceAll("'", "\\'")}'`;

function queryFor(vessel: string, { all, state }: ListFilter): string {
  return [
    `WorkflowType = ${quote(workflowTypes.proposal)}`,
    `TaskQueue = ${quote(queues.brain(vessel))}`,
    ...(state === undefined ? [] : [`JanusState = ${quote(state)}`]),
    ...(all || state !== undefined ? [] : ["ExecutionStatus = 'Running'"]),
  ].join(' AND ');
}

/** Terminated and failed runs never told their last state; the server's word is shown instead. */
function statusOf({ status, typedSearchAttributes: attributes }: WorkflowExecutionInfo): string {
  const state = attributes.get(searchAttributes.state) ?? 'proposed';
  return status.name === 'RUNNING' || status.name === 'COMPLETED' ? state : status.name.toLowerCase();
}

function toListed(info: WorkflowExecutionInfo): ListedProposal {
  const attributes = info.typedSearchAttributes;
  return {
    proposal_id: info.workflowId,
    status: statusOf(info),
    risk_level: attributes.get(searchAttributes.risk) ?? 'unknown',
    action_type: attributes.get(searchAttributes.actionType) ?? 'unknown',
    tool_name: attributes.get(searchAttributes.tool) ?? 'unknown',
    source: attributes.get(searchAttributes.source) ?? 'unknown',
    deadline: attributes.get(searchAttributes.deadline)?.toISOString() ?? null,
    started_at: info.startTime.toISOString(),
    ended_at: info.closeTime?.toISOString() ?? null,
    summary: '',
  };
}

/** The waiting proposals, the nearest deadline first; with `all`, the newest first. */
export async function listProposals(client: Client, vessel: string, filter: ListFilter): Promise<ListedProposal[]> {
  const found: ListedProposal[] = [];
  for await (const info of client.workflow.list({ query: queryFor(vessel, filter), pageSize: Math.min(1_000, filter.limit) })) {
    found.push(toListed(info));
    if (found.length >= filter.limit) break;
  }
  const byDeadline = (a: ListedProposal, b: ListedProposal) => (a.deadline ?? '').localeCompare(b.deadline ?? '');
  return filter.all || filter.state !== undefined ? found : found.sort(byDeadline);
}

/** Ids that begin with `prefix`; without one, the newest. */
export async function findIds(client: Client, vessel: string, prefix: string | undefined): Promise<string[]> {
  const condition = prefix === undefined ? '' : ` AND WorkflowId STARTS_WITH ${quote(prefix)}`;
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({
    query: `WorkflowType = ${quote(workflowTypes.proposal)} AND TaskQueue = ${quote(queues.brain(vessel))}${condition}`,
    pageSize: 20,
  })) {
    ids.push(workflowId);
    if (ids.length >= (prefix === undefined ? 1 : 9)) break;
  }
  return ids;
}
