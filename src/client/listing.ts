import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { searchAttributes, turnIn } from '../contract/search-attributes.js';
import { memoKeys, queues, workflowTypes } from '../contract/names.js';
import type { ProposalStatus } from '../domain/action/status.js';
import { isKnownId } from './identifiers.js';
import { isFinal } from '../domain/action/status.js';
import { nearestDeadlines, pageMax } from './nearest-deadlines.js';

export interface ListFilter {
  /** Ended ones too. */
  readonly all: boolean;
  readonly state?: ProposalStatus | undefined;
  readonly limit: number;
}

/** One line of a list, from the visibility store alone: no proposal is asked. */
export interface ListedProposal {
  readonly proposalId: string;
  readonly status: string;
  readonly riskLevel: string;
  readonly actionType: string;
  readonly toolName: string;
  readonly source: string;
  readonly deadline: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Whose approval it waits for: a group, or as far as it has come ("trinity 1 of 2 (missing: ana)"). Empty once it waits for none. */
  readonly needs: string;
  /** Approved, and held back by the rate of its type: when its turn is. */
  readonly again: string | null;
  /** The first words of the rationale; empty where whoever started it left none. */
  readonly summary: string;
}

/** States that are counted, each with how many proposals are in it. */
export const countedStates = [
  'proposed',
  'approved',
  'suspended',
  'executing',
  'indeterminate',
  'completed',
  'rejected',
  'failed',
  'expired',
  'cancelled',
  'rolled_back',
  'rollback_failed',
  'stale',
] as const satisfies readonly ProposalStatus[];

export type StateCounts = Readonly<Record<(typeof countedStates)[number], number>>;

/** A backslash first: else it would free the quote after it. */
export const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** A run that was ended from outside keeps the state that it had: what has not ended must also run. */
function isRunning({ all, state }: Omit<ListFilter, 'limit'>): boolean {
  return state === undefined ? !all : !isFinal(state);
}

/** The visibility query of a list. */
export function queryFor(vessel: string, filter: Omit<ListFilter, 'limit'>, types: readonly string[] = [workflowTypes.proposal]): string {
  return [
    types.length === 1 ? `WorkflowType = ${quote(types[0] ?? '')}` : `WorkflowType IN (${types.map(quote).join(', ')})`,
    `TaskQueue = ${quote(queues.brain(vessel))}`,
    ...(filter.state === undefined ? [] : [`${searchAttributes.state.name} = ${quote(filter.state)}`]),
    ...(isRunning(filter) ? ["ExecutionStatus = 'Running'"] : []),
  ].join(' AND ');
}

/** Terminated and failed runs never told their last state; the server's word is shown instead. */
function statusOf({ status, typedSearchAttributes: attributes }: WorkflowExecutionInfo): string {
  const state = attributes.get(searchAttributes.state) ?? 'proposed';
  return status.name === 'RUNNING' || status.name === 'COMPLETED' ? state : status.name.toLowerCase();
}

function toListed(info: WorkflowExecutionInfo): ListedProposal {
  const attributes = info.typedSearchAttributes;
  const why = info.memo?.[memoKeys.why];
  const needs = attributes.get(searchAttributes.needs) ?? '';
  return {
    proposalId: info.workflowId,
    status: statusOf(info),
    riskLevel: attributes.get(searchAttributes.risk) ?? 'unknown',
    actionType: attributes.get(searchAttributes.actionType) ?? 'unknown',
    toolName: attributes.get(searchAttributes.tool) ?? 'unknown',
    source: attributes.get(searchAttributes.source) ?? 'unknown',
    deadline: attributes.get(searchAttributes.deadline)?.toISOString() ?? null,
    startedAt: info.startTime.toISOString(),
    endedAt: info.closeTime?.toISOString() ?? null,
    needs: statusOf(info) === 'proposed' && info.closeTime === undefined ? needs : '',
    again: statusOf(info) === 'approved' && info.closeTime === undefined ? (turnIn(needs) ?? null) : null,
    summary: typeof why === 'string' ? why : '',
  };
}

/** Whoever reaches the server starts workflows under any name: none of them takes the place of a proposal in a page. */
const isOurs = ({ workflowId }: WorkflowExecutionInfo) => isKnownId(workflowId);

/** As the server gives them: the newest first. */
async function* newestFirst(client: Client, query: string, limit: number): AsyncGenerator<WorkflowExecutionInfo[]> {
  let page: WorkflowExecutionInfo[] = [];
  let left = limit;
  for await (const info of client.workflow.list({ query, pageSize: Math.min(pageMax, limit) })) {
    if (!isOurs(info)) continue;
    page.push(info);
    left -= 1;
    if (page.length < pageMax && left > 0) continue;
    yield page;
    page = [];
    if (left === 0) return;
  }
  if (page.length > 0) yield page;
}

export interface ListSettings {
  readonly client: Client;
  readonly vessel: string;
  readonly now: () => number;
  /** How long people have to decide, where nobody says otherwise. */
  readonly approvalSeconds: number;
}

/** Page by page: the waiting proposals, the nearest deadline first; with `all`, the newest first. */
export async function* listPages(
  { client, vessel, now, approvalSeconds }: ListSettings,
  filter: ListFilter,
): AsyncGenerator<ListedProposal[]> {
  const { limit } = filter;
  // Reviews of broken glasses wait for people as well.
  const query = queryFor(vessel, filter, [workflowTypes.proposal, workflowTypes.glassReview]);
  const pages = isRunning(filter)
    ? nearestDeadlines({ client, query, isOurs, limit, now: now(), usually: approvalSeconds * 1_000 })
    : newestFirst(client, query, limit);
  for await (const page of pages) yield page.map(toListed);
}

export async function listProposals(settings: ListSettings, filter: ListFilter): Promise<ListedProposal[]> {
  const found: ListedProposal[] = [];
  for await (const page of listPages(settings, filter)) found.push(...page);
  return found;
}

/** How many wait for a decision, as the server counts, and when the first of them has to be decided. */
export interface Waiting {
  readonly count: number;
  readonly nextDeadline: string | null;
}

/** `nearest`: a list of what waits, as far as it is known already. */
export async function whatWaits(settings: ListSettings, nearest: readonly ListedProposal[]): Promise<Waiting> {
  const { client, vessel } = settings;
  const filter = { all: false, state: 'proposed' } as const;
  const { count } = await client.workflow.count(queryFor(vessel, filter, [workflowTypes.proposal, workflowTypes.glassReview]));
  const [next] = nearest.length > 0 || count === 0 ? nearest : await listProposals(settings, { ...filter, limit: 1 });
  return { count, nextDeadline: next?.deadline ?? null };
}

/** How many proposals are in each state: counted by the server, so that ten thousand cost no more than ten. */
export async function countProposals(client: Client, vessel: string): Promise<StateCounts> {
  const counts = await Promise.all(
    countedStates.map(async (state) => {
      const { count } = await client.workflow.count(queryFor(vessel, { all: true, state }));
      return [state, count] as const;
    }),
  );
  return Object.fromEntries(counts) as unknown as StateCounts;
}

/** Ids that begin with `prefix`; without one, the newest of those that have not ended, or else the one that ended last. */
export async function findIds(client: Client, vessel: string, prefix: string | undefined): Promise<string[]> {
  const condition = prefix === undefined ? '' : ` AND WorkflowId STARTS_WITH ${quote(prefix)}`;
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({
    query: `WorkflowType = ${quote(workflowTypes.proposal)} AND TaskQueue = ${quote(queues.brain(vessel))}${condition}`,
    pageSize: 20,
  })) {
    if (isKnownId(workflowId)) ids.push(workflowId);
    if (ids.length >= (prefix === undefined ? 1 : 9)) break;
  }
  return ids;
}
