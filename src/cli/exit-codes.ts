import type { JanusErrorCode } from '../domain/errors.js';
import type { ProposalStatus } from '../domain/action/status.js';

/** What `ubos` says with its exit status: `ubos help exit-codes` prints this table, and one test holds each. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  notFound: 3,
  notPermitted: 4,
  conflict: 5,
  endedBadly: 6,
  rolledBack: 7,
  rollbackFailed: 8,
  degraded: 9,
  unreachable: 69,
  unwritten: 74,
  timeout: 124,
  interrupted: 130,
} as const;

export const exitMeanings: readonly (readonly [number, string])[] = [
  [EXIT.ok, 'it worked'],
  [
    EXIT.failure,
    'something went wrong that is none of the below; audit verify: the trail was tampered with or is broken; audit reconcile: it differs from the histories',
  ],
  [EXIT.usage, 'wrong use or bad input, or a question would have to be asked and there is no terminal; nothing was changed'],
  [EXIT.notFound, 'there is no such proposal, or no such log'],
  [EXIT.notPermitted, 'not permitted (mode, signature, sandbox, model or oracle not available, files of another account)'],
  [EXIT.conflict, 'decided already, expired, or the digest changed'],
  [EXIT.endedBadly, '--wait, watch ID, propose: it ended rejected, failed, expired, cancelled or stale'],
  [EXIT.rolledBack, '--wait: it failed and was rolled back'],
  [EXIT.rollbackFailed, '--wait: the rollback itself failed; someone has to look'],
  [EXIT.degraded, 'status --exit-code, doctor: something is not in order'],
  [EXIT.unreachable, 'Temporal is not reachable'],
  [EXIT.unwritten, 'what it says could not be written to stdout, such as to a full disk; a reader who has gone is none'],
  [EXIT.timeout, 'no answer in time, or --timeout is over'],
  [EXIT.interrupted, 'interrupted by Ctrl-C, or left with q; the question on the screen decided nothing'],
];

const byCode: Readonly<Record<JanusErrorCode, number>> = {
  AMBIGUOUS_ID: EXIT.usage,
  AUDIT_UNAVAILABLE: EXIT.failure,
  BACKUP_FAILED: EXIT.failure,
  COMMAND_REFUSED: EXIT.usage,
  CONFIG_INVALID: EXIT.usage,
  CONFLICT: EXIT.conflict,
  EMERGENCY_STOP: EXIT.degraded,
  HANDS_UNKNOWN: EXIT.degraded,
  INTERRUPTED: EXIT.interrupted,
  LOG_NOT_FOUND: EXIT.notFound,
  MODEL_FAILED: EXIT.failure,
  MODEL_UNAVAILABLE: EXIT.notPermitted,
  NOT_PERMITTED: EXIT.notPermitted,
  ORACLE_FAILED: EXIT.failure,
  ORACLE_UNAVAILABLE: EXIT.notPermitted,
  PERMIT_REFUSED: EXIT.notPermitted,
  PROPOSAL_INVALID: EXIT.usage,
  PROPOSAL_NOT_FOUND: EXIT.notFound,
  SANDBOX_UNAVAILABLE: EXIT.notPermitted,
  TEMPORAL_UNREACHABLE: EXIT.unreachable,
  TIMEOUT: EXIT.timeout,
  USAGE: EXIT.usage,
};

export function exitCodeOf(code: JanusErrorCode): number {
  return byCode[code];
}

/** For `--wait`: the exit status that a proposal's end stands for. */
export function exitCodeOfStatus(status: ProposalStatus): number {
  if (status === 'completed') return EXIT.ok;
  if (status === 'rolled_back') return EXIT.rolledBack;
  return status === 'rollback_failed' ? EXIT.rollbackFailed : EXIT.endedBadly;
}
