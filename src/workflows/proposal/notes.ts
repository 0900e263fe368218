import { log } from '@temporalio/workflow';
import type { JudgedMessage } from '../../contract/messages.js';
import { brain, recordAlways } from '../recording.js';
import { trailEvent } from '../../domain/trail/events.js';
import type { ProposalState } from './state.js';
import { noteEvent, noteJudged, takeNotes } from './state.js';

/** Refused or late messages that get an audit line of their own; more are counted (the history holds them all). */
const refusalsRecordedMax = 20;

/** Notes a message and whether it counted; what was refused or came late gets an audit line, up to a bound. */
export function noteMessage(state: ProposalState, message: JudgedMessage): void {
  const refusal = noteJudged(state, message);
  if (refusal === 0 || refusal > refusalsRecordedMax) return;
  noteEvent(state, {
    name: `refused/${refusal}`,
    eventType: message.code === 'LATE' ? trailEvent.decisionLate : trailEvent.decisionRefused,
    summary: `${message.kind} by ${message.by} not obeyed: ${message.why}`.slice(0, 400),
    data: { decision: message.kind, by: message.by, code: message.code, received_at: message.at },
  });
}

/** Writes what has been noted; at once where there is nothing. */
export async function recordNotes(state: ProposalState): Promise<void> {
  const events = takeNotes(state);
  if (events.length === 0) return;
  const { identity, document, digest } = state;
  const recorded = await recordAlways(() => brain.recordEvents({ identity, document, ...(digest !== undefined && { digest }), events }));
  if (recorded.kind === 'refused') log.warn('the audit trail takes no notes of this workflow', { why: recorded.why });
}
