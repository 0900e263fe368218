import { allHandlersFinished, condition, log } from '@temporalio/workflow';
import type { EndRequest } from '../../contract/activities.js';
import type { ProposalOutcome } from '../../contract/messages.js';
import type { FinalStatus } from '../../domain/action/status.js';
import type { SnakeKeys } from '../../domain/text/key-case.js';
import { snakeKeys } from '../../domain/text/key-case.js';
import { brain, untilRecorded } from '../recording.js';
import { answerLate } from './answering.js';
import { moveTo, showStatus } from './labels.js';
import { recordNotes } from './notes.js';
import { dropDeadline } from './question.js';
import type { ProposalState } from './state.js';
import type { Undoing } from './undoing.js';

/** How a proposal ends; `recorded` when the audit trail has it already. */
export interface Ending {
  readonly status: FinalStatus;
  readonly reason: string;
  readonly recorded?: boolean;
  readonly dryRun?: boolean;
  readonly timedOut?: boolean;
  readonly undoing?: Undoing;
  /** For how long whoever ended it had it before them. */
  readonly consideredSeconds?: number;
}

/** A history and a record hold no more of a reason. */
export const reasonMax = 2_000;

/** Records the end where that has not been done, shows it, and answers whoever still asks. */
export async function end(state: ProposalState, ending: Ending): Promise<SnakeKeys<ProposalOutcome>> {
  await answerLate(state);
  await recordNotes(state);
  if (ending.recorded !== true) {
    const recorded = await untilRecorded(() => brain.recordEnd(endRequest(state, ending)));
    if (recorded.kind === 'refused') log.warn('the audit trail takes no end of this workflow', { why: recorded.why });
  }
  await showEnd(state, ending);
  const { decidedBy, decidedAt, results } = state;
  return snakeKeys<ProposalOutcome>({
    proposalId: state.identity.workflowId,
    status: ending.status,
    reason: ending.reason.slice(0, reasonMax),
    decidedBy,
    decidedAt,
    endedAt: new Date(Date.now()).toISOString(),
    exitCode: results.at(-1)?.exitCode,
  });
}

/** Nothing is open any more: for lists and web UI, and for whoever asked with the update `decide`, who gets an answer before the run is gone. */
export async function showEnd(state: ProposalState, { status, reason }: Pick<Ending, 'status' | 'reason'>): Promise<void> {
  dropDeadline(state);
  moveTo(state, status, reason);
  showStatus(state);
  await answerLate(state);
  await condition(allHandlersFinished);
}

function endRequest(state: ProposalState, ending: Ending): EndRequest {
  return {
    identity: state.identity,
    document: state.document,
    status: ending.status,
    reason: ending.reason.slice(0, reasonMax),
    ...(state.digest !== undefined && { digest: state.digest }),
    ...(state.decidedBy !== undefined && { decidedBy: state.decidedBy }),
    ...(state.decidedAt !== undefined && { decidedAt: state.decidedAt }),
    ...(state.decidingNonce !== undefined && { nonce: state.decidingNonce }),
    ...(state.isSigned && { assurance: 'signed' as const }),
    ...(ending.consideredSeconds !== undefined && { consideredSeconds: ending.consideredSeconds }),
    ...(ending.timedOut === true && { timedOut: true }),
    ...(ending.dryRun === true && { dryRun: true }),
    ...(ending.undoing && { rollbacks: ending.undoing.steps }),
  };
}
