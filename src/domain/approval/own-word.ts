import type { Json } from '../text/canonical.js';
import { canonicalJson } from '../text/canonical.js';

/*
 * What the vessel says to itself, as text that its own key signs. Whoever reaches the server can start any workflow and answer any activity of
 * the brain's side; what is written to the mission log rests on these words instead. Each has a type of its own, so that none stands for another.
 */

/** Whose word it is. `namespace` is Temporal's. */
export interface OwnVessel {
  readonly vessel: string;
  readonly namespace: string;
}

/** What a Schedule of the vessel starts. The server appends the time to the id. */
export interface ScheduledStart {
  readonly workflowType: string;
  readonly workflowId: string;
  /** What the workflow is told, without the voucher. */
  readonly args: Readonly<Record<string, unknown>>;
}

/** "My own Schedule starts this." */
export function scheduleText({ vessel, namespace }: OwnVessel, { workflowType, workflowId, args }: ScheduledStart): string {
  return canonicalJson({ type: 'janus.schedule.v1', vessel, namespace, workflow_type: workflowType, workflow_id: workflowId, args });
}

/** The run for which something was found out. */
export interface AskingRun {
  readonly workflowId: string;
  readonly firstRunId: string;
}

/** "This is what I found, when that run asked me." `found` is as it comes out of JSON. */
export function foundText({ vessel, namespace }: OwnVessel, { workflowId, firstRunId }: AskingRun, found: unknown): string {
  const content = JSON.parse(JSON.stringify(found)) as Json;
  return canonicalJson({ type: 'janus.found.v1', vessel, namespace, workflow_id: workflowId, run_id: firstRunId, found: content });
}

/** "The model may be asked, for this step of that run." */
export interface TicketText {
  readonly step: string;
  readonly contextDigest: string;
  readonly expiresAt: string;
  readonly seconds: number;
}

export function ticketText({ vessel, namespace }: OwnVessel, { workflowId, firstRunId }: AskingRun, ticket: TicketText): string {
  const { step, contextDigest, expiresAt, seconds } = ticket;
  const content = { step, context_digest: contextDigest, expires_at: expiresAt, seconds };
  return canonicalJson({ type: 'janus.ticket.v1', vessel, namespace, workflow_id: workflowId, run_id: firstRunId, ...content });
}

/** "An oracle may be asked this, for that run." */
export interface LookupTicketText {
  readonly id: string;
  readonly oracle: string;
  readonly query: string;
  readonly expiresAt: string;
  readonly seconds: number;
}

export function lookupTicketText(
  { vessel, namespace }: OwnVessel,
  { workflowId, firstRunId }: AskingRun,
  ticket: LookupTicketText,
): string {
  const { id, oracle, query, expiresAt, seconds } = ticket;
  const content = { id, oracle, query, expires_at: expiresAt, seconds };
  return canonicalJson({ type: 'janus.lookup-ticket.v1', vessel, namespace, workflow_id: workflowId, run_id: firstRunId, ...content });
}
