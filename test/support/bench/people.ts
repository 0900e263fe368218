import type { DecideAnswer, DecideMessage, ProposalOutcome, ProposalView, ProposerProof } from '../../../src/contract/messages.js';
import type { SnakeKeys } from '../../../src/domain/text/key-case.js';
import { updateNames } from '../../../src/contract/names.js';
import type { ProposalDocument } from '../../../src/domain/action/proposal.schema.js';
import type { ProposalStatus } from '../../../src/domain/action/status.js';
import type { Bench, ProposalHandle } from './bench.js';

/** Proposes and waits until the review has put it before people. */
export async function proposed(bench: Bench, document: ProposalDocument, proof?: ProposerProof): Promise<ProposalHandle> {
  const handle = await bench.propose(document, proof);
  await bench.digest(document.proposal_id);
  return handle;
}

/** Says yes to exactly what the review fixed. */
export async function approve(bench: Bench, handle: ProposalHandle): Promise<void> {
  await handle.signal('approve', { by: 'approver', digest: await bench.digest(handle.workflowId) });
}

/** An approved proposal of this script. */
export async function started(bench: Bench, script: string, change: Partial<ProposalDocument> = {}): Promise<ProposalHandle> {
  const handle = await proposed(bench, bench.document(script, change));
  await approve(bench, handle);
  return handle;
}

export function decide(handle: ProposalHandle, message: DecideMessage): Promise<DecideAnswer> {
  return handle.executeUpdate<DecideAnswer, [DecideMessage]>(updateNames.decide, { args: [message] });
}

/** From proposal to end, with nothing in between but an approval. */
export async function approvedOutcome(bench: Bench, document: ProposalDocument): Promise<SnakeKeys<ProposalOutcome>> {
  const handle = await proposed(bench, document);
  await approve(bench, handle);
  return handle.result();
}

/** The server tells nobody when a workflow changes its mind, so it is asked until it has. */
export async function untilStatus(bench: Bench, handle: ProposalHandle, ...wanted: ProposalStatus[]): Promise<ProposalView> {
  for (;;) {
    const view = await bench.view(handle);
    if (wanted.includes(view.status)) return view;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The trail is asked for this kind of record of it until it holds one: unlike a query, that leaves no mark in a history. */
export async function untilRecorded(bench: Bench, { workflowId }: ProposalHandle, type: string): Promise<void> {
  while (!(await bench.records(workflowId)).some(({ event_type: each }) => each === type)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const shellCall = (script: string) => ({ tool_name: 'shell', tool_args: [script] });

/** Medium risk with a rollback, as the constitution demands. */
export const undoable = (...rollback: string[]): Partial<ProposalDocument> => ({
  risk_level: 'medium',
  rollback_plan: 'Put back what was there before',
  rollback: rollback.map(shellCall),
});

/** Several steps, each with its own rollback: `[script, rollback script]`. */
export const stepwise = (...steps: (readonly [string, string])[]): Partial<ProposalDocument> => ({
  risk_level: 'medium',
  rollback_plan: 'Each step undoes itself',
  steps: steps.map(([script, undo]) => ({ ...shellCall(script), rollback: [shellCall(undo)] })),
});
