import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

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
