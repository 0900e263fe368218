export const logNames = ['mission_log', 'tool_use', 'proposals'] as const;
export type LogName = (typeof logNames)[number];

/** Where a record lies. It ends in workflow history, so that log and history can be held against each other. */
export interface Receipt {
  readonly log: string;
  readonly seq: number;
  /** SHA-256(0x00 || line), RFC 6962 leaf, hex. */
  readonly leaf: string;
}
