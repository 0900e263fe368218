import type { ProposalClient } from '../../client/proposals.js';
import type { DecideAnswer, DecideMessage, ProposalOutcome } from '../../contract/messages.js';
import { JanusError } from '../../domain/errors.js';
import { visible } from '../../domain/text.js';
import type { Context } from '../command.js';
import { EXIT, exitCodeOfStatus } from '../exit-codes.js';
import { paint, writeJson } from '../output.js';

/** Why an answer means that nothing was done, as the error that ends the command. */
export function refusal(id: string, answer: DecideAnswer): JanusError {
  const code = answer.code === 'MALFORMED' ? 'USAGE' : 'CONFLICT';
  return new JanusError(code, `${id}: ${visible(answer.message)}. Nothing done.`, {
    details: { answer: answer.code, status: answer.status },
    next: `ubos proposals show ${id}`,
  });
}

/** Sends one decision and comes back when the proposal has judged it. */
export async function send(proposals: ProposalClient, id: string, message: DecideMessage): Promise<DecideAnswer> {
  const answer = await proposals.decide(id, message);
  if (!answer.accepted) throw refusal(id, answer);
  return answer;
}

/** Says how it ended; the exit status stands for it. */
export async function reportOutcome(proposals: ProposalClient, id: string, context: Context): Promise<number> {
  const outcome: ProposalOutcome = await proposals.outcome(id);
  const code = exitCodeOfStatus(outcome.status);
  if (context.json) writeJson(context, 'outcome', outcome);
  else {
    const mark = code === EXIT.ok ? paint(context, 'green', '✓') : paint(context, 'red', '✗');
    context.stdout.write(`${mark} ${id} ${outcome.status}: ${visible(outcome.reason)}\n`);
    context.stderr.write(`  Output: ubos logs ${id}\n`);
  }
  return code;
}
