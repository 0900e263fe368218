/** Where an audit record lies: witness two, since it ends in workflow history. */
export interface Receipt {
  readonly log: string;
  readonly seq: number;
  /** SHA-256(0x00 || line), RFC 6962 leaf, hex. */
  readonly leaf: string;
}

export type LogName = 'mission_log' | 'tool_use' | 'proposals';

/** One record before the chain's own fields (v, log, seq, id, prev) are added. The seed's keys, flat. */
export interface AuditEntry {
  /** `<proposal_id>/<milestone>[/<n>]`, no run id: a retry, a reset, a restored server produce the same one. */
  readonly id: string;
  readonly eventType: string;
  readonly actionId?: string;
  readonly summary: string;
  /** Further keys, snake_case, flat. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** A record as it stands in the file. */
export interface AuditRecord {
  readonly timestamp: string;
  readonly vessel_id: string;
  readonly event_type: string;
  readonly action_id?: string;
  readonly summary: string;
  readonly v: 1;
  readonly log: LogName;
  readonly seq: number;
  readonly id: string;
  readonly prev: string;
  readonly [key: string]: unknown;
}
