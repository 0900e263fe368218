/** Stable machine codes: logs, exit codes and retry rules key on them. Add freely; never rename or reuse one. */
export type JanusErrorCode =
  | 'AMBIGUOUS_ID'
  | 'AUDIT_UNAVAILABLE'
  | 'BACKUP_FAILED'
  | 'COMMAND_REFUSED'
  | 'CONFIG_INVALID'
  | 'CONFLICT'
  | 'EMERGENCY_STOP'
  | 'HANDS_UNKNOWN'
  | 'INTERRUPTED'
  | 'LOG_NOT_FOUND'
  | 'MODEL_FAILED'
  | 'MODEL_UNAVAILABLE'
  | 'NOT_PERMITTED'
  | 'ORACLE_FAILED'
  | 'ORACLE_UNAVAILABLE'
  | 'PERMIT_REFUSED'
  | 'PROPOSAL_INVALID'
  | 'PROPOSAL_NOT_FOUND'
  | 'SANDBOX_UNAVAILABLE'
  | 'TEMPORAL_UNREACHABLE'
  | 'TIMEOUT'
  | 'USAGE';

export interface JanusErrorOptions {
  /** Facts for machines: they appear in `--json` errors and log lines. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** What the operator can type next. */
  readonly next?: string;
  readonly cause?: unknown;
}

/** An expected failure, worded for the operator. Anything else that is thrown is a bug and keeps its stack. */
export class JanusError extends Error {
  override readonly name = 'JanusError';
  readonly code: JanusErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  readonly next: string | undefined;

  constructor(code: JanusErrorCode, message: string, { details = {}, next, cause }: JanusErrorOptions = {}) {
    super(message, { cause });
    this.code = code;
    this.details = details;
    this.next = next;
  }
}

/** Whether this is the expected failure of that code. */
export function hasCode(error: unknown, code: JanusErrorCode): error is JanusError {
  return error instanceof JanusError && error.code === code;
}
