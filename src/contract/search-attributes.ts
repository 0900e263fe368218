import type { SearchAttributePair } from '@temporalio/common';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { ProposalDocument } from '../domain/action/proposal.schema.js';
import { shorten, toSnakeCase, visible } from '../domain/text/visible.js';

/** At most ten keywords exist on a SQL server; these are nine. Registered idempotently at worker start. */
export const searchAttributes = {
  vessel: defineSearchAttributeKey('JanusVessel', SearchAttributeType.KEYWORD),
  state: defineSearchAttributeKey('JanusState', SearchAttributeType.KEYWORD),
  risk: defineSearchAttributeKey('JanusRisk', SearchAttributeType.KEYWORD),
  actionType: defineSearchAttributeKey('JanusActionType', SearchAttributeType.KEYWORD),
  tool: defineSearchAttributeKey('JanusTool', SearchAttributeType.KEYWORD),
  source: defineSearchAttributeKey('JanusSource', SearchAttributeType.KEYWORD),
  mode: defineSearchAttributeKey('JanusMode', SearchAttributeType.KEYWORD),
  actionKey: defineSearchAttributeKey('JanusActionKey', SearchAttributeType.KEYWORD),
  needs: defineSearchAttributeKey('JanusNeeds', SearchAttributeType.KEYWORD),
  deadline: defineSearchAttributeKey('JanusDeadline', SearchAttributeType.DATETIME),
} as const;

/** What an approved proposal needs that waits for its turn: time. */
export const turnText = (turn: Date): string => `again at ${turn.toISOString()}`;

/** The turn of such a one; undefined for all others. */
export function turnIn(needs: string): string | undefined {
  const [, at] = /^again at (\d{4}-\d\d-\d\dT[\d:.]+Z)$/.exec(needs) ?? [];
  return at === undefined || Number.isNaN(Date.parse(at)) ? undefined : at;
}

/** Who proposed; `client`: any other Temporal client; `break_glass`: what is listed is the review of a broken glass. */
export const proposalSources = ['person', 'thinking_cycle', 'client', 'break_glass'] as const;

export type ProposalSource = (typeof proposalSources)[number];

export interface ProposalListing {
  readonly document: ProposalDocument;
  readonly source: ProposalSource;
  readonly actionKey?: string;
  readonly deadline: Date;
}

const keyword = (value: unknown, max = 64): string => (typeof value === 'string' ? shorten(visible(value), max) : 'unknown');

/** What lists say of what a proposal is. What is no proposal is called unknown, whatever it is. */
export function documentAttributes(document: unknown) {
  const fields = (typeof document === 'object' && document !== null ? document : {}) as Partial<Record<keyof ProposalDocument, unknown>>;
  const { risk_level: risk, action_type: actionType, tool_name: tool, steps } = fields;
  const [first] = Array.isArray(steps) ? (steps as readonly (Partial<ToolCallDocument> | null)[]) : [];
  return {
    risk: keyword(risk, 16),
    actionType: typeof actionType === 'string' ? toSnakeCase(keyword(actionType)) : 'unknown',
    tool: keyword(tool ?? first?.tool_name),
  };
}

interface ToolCallDocument {
  readonly tool_name: unknown;
}

/**
 * What every starter of a proposal sets, so that lists need no upsert (set at the start they cost nothing). The workflow itself sets right what a
 * starter has wrong.
 */
export function proposalAttributes({ document, source, actionKey, deadline }: ProposalListing): SearchAttributePair[] {
  const { risk, actionType, tool } = documentAttributes(document);
  return [
    { key: searchAttributes.vessel, value: document.vessel_id },
    { key: searchAttributes.state, value: 'proposed' },
    { key: searchAttributes.risk, value: risk },
    { key: searchAttributes.actionType, value: actionType },
    { key: searchAttributes.tool, value: tool },
    { key: searchAttributes.source, value: source },
    { key: searchAttributes.mode, value: 'alpha' },
    ...(actionKey === undefined ? [] : [{ key: searchAttributes.actionKey, value: actionKey }]),
    { key: searchAttributes.deadline, value: deadline },
  ];
}
