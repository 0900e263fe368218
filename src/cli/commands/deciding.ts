import type { ProposalClient } from '../../client/proposals.js';
import type { DecideAnswer, DecideMessage, DecisionRecord, ProposalOutcome } from '../../contract/messages.js';
import { JanusError } from '../../domain/errors.js';
import { visible } from '../../domain/text.js';
import type { Context } from '../command.js';
import { EXIT, exitCodeOfStatus } from '../exit-codes.js';
import { paint, wrap, writeJson } from '../output.js';

/** The message that decided it, from the proposal's own records; undefined where nobody can say. */
async function decisive(proposals: ProposalClient, id: string): Promise<DecisionRecord | undefined> {
  try {
    return (await proposals.view(id)).decisions.findLast(({ code, kind }) => code === 'ACCEPTED' && kind !== 'extend');
  } catch {
    return undefined;
  }
}

const past: Readonly<Record<string, string>> = { approve: 'approved', reject: 'rejected', cancel: 'cancelled', resolve: 'resolved' };

/** Why an answer means that nothing was done, as the error that ends the command; for whoever came second, who was first and when. */
export async function refusal(proposals: ProposalClient, id: string, { code, message, status }: DecideAnswer): Promise<JanusError> {
  const first = code === 'LATE' ? await decisive(proposals, id) : undefined;
  const why =
    first === undefined
      ? visible(message)
      : `already ${past[first.kind] ?? first.kind} by ${visible(first.by)} at ${first.at}; now it is ${status}`;
  return new JanusError(code === 'MALFORMED' ? 'USAGE' : 'CONFLICT', `${id}: ${why}. Nothing done.`, {
    details: { answer: code, status, ...(first && { decided_by: first.by, decided_at: first.at }) },
    next: `ubos proposals show ${id}`,
  });
}

/** Sends one decision and comes back when the proposal has judged it. */
export async function send(proposals: ProposalClient, id: string, message: DecideMessage): Promise<DecideAnswer> {
  const answer = await proposals.decide(id, message);
  if (!answer.accepted) throw await refusal(proposals, id, answer);
  return answer;
}

/** What every decision prints for programs: the same keys, whatever was decided. */
export function writeDecision(context: Context, id: string, message: DecideMessage, { status }: DecideAnswer): void {
  const { decision, by, reason = null, digest = null, extend = null, outcome = null } = message;
  writeJson(context, 'decision', { proposal_id: id, decision, by, status, reason, digest, extend, outcome });
}

/** Says how it ended; the exit status stands for it. */
export async function reportOutcome(proposals: ProposalClient, id: string, context: Context): Promise<number> {
  const outcome: ProposalOutcome = await proposals.outcome(id);
  const code = exitCodeOfStatus(outcome.status);
  if (context.json) writeJson(context, 'outcome', outcome);
  else {
    const mark = code === EXIT.ok ? paint(context, 'green', '✓') : paint(context, 'red', '✗');
    context.stdout.write(`${wrap(`${mark} ${id} ${outcome.status}: ${visible(outcome.reason)}`, context.columns, 2)}\n`);
    context.stderr.write(`  Output: ubos logs ${id}\n`);
  }
  return code;
}

/** The reason that a decision needs before anything is asked of the server. */
export function reasonOr(reason: string | undefined, why: string, next: string): string {
  const text = reason?.trim() ?? '';
  if (text.length < 3) throw new JanusError('USAGE', `--reason is required: ${why}`, { next });
  return text;
}
