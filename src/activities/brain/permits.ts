import type { Permit, PermitGrant, PermitPurpose, SignedPermit } from '../../domain/action/permit.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import type { Receipt } from '../../domain/trail/logs.js';
import type { BrainDependencies } from './dependencies.js';

export interface PermitRequest {
  readonly plan: ExecutionPlan;
  readonly firstRunId: string;
  readonly digest: string;
  /** The record that says so. */
  readonly recordId: string;
  /** Of that record, where it has just been written. */
  readonly receipt?: Receipt;
  readonly purpose?: PermitPurpose;
  /** Only for a rollback: how many steps count as started. */
  readonly steps?: number;
  /** Only for a start that a mode consented to. */
  readonly grant?: PermitGrant;
}

export interface IssuedPermit {
  readonly host: string;
  readonly permit: SignedPermit;
  readonly permitSeconds: number;
}

const receiptText = ({ log, seq, leaf }: Receipt) => `${log}:${seq}:${leaf.slice(0, 16)}`;

/**
 * A permit for this host, and for the key of its hands. Its times come from the record, so a repeated call issues the same one. Throws
 * HANDS_UNKNOWN where the hands have no key yet.
 */
export async function issuePermit(
  { trail, permits, now, hands, self: { host } }: BrainDependencies,
  { plan: { vessel, proposalId }, firstRunId, digest, recordId, receipt, purpose, steps, grant }: PermitRequest,
): Promise<IssuedPermit> {
  const record = await trail.find('proposals', recordId);
  const issued = record === undefined ? now() : new Date(record.timestamp);
  const permit: Permit = {
    ...{ v: 1, vessel, proposalId, firstRunId, host, hands: hands.fingerprint(), digest },
    receipt: receipt === undefined ? `proposals:${record?.seq ?? 0}` : receiptText(receipt),
    expiresAt: new Date(issued.getTime() + permits.seconds * 1_000).toISOString(),
    ...(purpose !== undefined && { purpose }),
    ...(steps !== undefined && { steps }),
    ...(grant !== undefined && { grant }),
  };
  return { host, permit: permits.issue(permit), permitSeconds: permits.seconds };
}
