import type { Permit, SignedPermit } from '../../domain/action/permit.js';
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
  readonly purpose?: Permit['purpose'];
}

export interface IssuedPermit {
  readonly host: string;
  readonly permit: SignedPermit;
  readonly permitSeconds: number;
}

const receiptText = ({ log, seq, leaf }: Receipt) => `${log}:${seq}:${leaf.slice(0, 16)}`;

/** A permit for this host. Its times come from the record, so a repeated call issues the same one. */
export async function issuePermit(
  { trail, permits, now, self: { host } }: BrainDependencies,
  { plan: { vessel, proposalId }, firstRunId, digest, recordId, receipt, purpose }: PermitRequest,
): Promise<IssuedPermit> {
  const record = await trail.find('proposals', recordId);
  const issued = record === undefined ? now() : new Date(record.timestamp);
  const permit = permits.issue({
    v: 1,
    vessel,
    proposalId,
    firstRunId,
    host,
    digest,
    receipt: receipt === undefined ? `proposals:${record?.seq ?? 0}` : receiptText(receipt),
    expiresAt: new Date(issued.getTime() + permits.seconds * 1_000).toISOString(),
    ...(purpose !== undefined && { purpose }),
  });
  return { host, permit, permitSeconds: permits.seconds };
}
