import type { SearchAttributePair } from '@temporalio/common';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { ProposalDocument } from '../domain/action/proposal.schema.js';
import { toSnakeCase } from '../domain/text/visible.js';

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

/** Who proposed; `client`: any other Temporal client; `break_glass`: what is listed is the review of a broken glass. */
export const proposalSources = ['person', 'thinking_cycle', 'client', 'break_glass'] as const;

export interface ProposalListing {
  readonly document: ProposalDocument;
  readonly source: (typeof proposalSources)[number];
  readonly actionKey?: string;
  readonly deadline: Date;
}

/** What every starter of a proposal sets, so that lists need no upsert (set at the start they cost nothing). */
export function proposalAttributes({ document, source, actionKey, deadline }: ProposalListing): SearchAttributePair[] {
  const tool = document.tool_name ?? document.steps?.[0]?.tool_name ?? '';
  return [
    { key: searchAttributes.vessel, value: document.vessel_id },
    { key: searchAttributes.state, value: 'proposed' },
    { key: searchAttributes.risk, value: document.risk_level },
    { key: searchAttributes.actionType, value: toSnakeCase(document.action_type) },
    { key: searchAttributes.tool, value: tool },
    { key: searchAttributes.source, value: source },
    { key: searchAttributes.mode, value: 'alpha' },
    ...(actionKey === undefined ? [] : [{ key: searchAttributes.actionKey, value: actionKey }]),
    { key: searchAttributes.deadline, value: deadline },
  ];
}
