import type { ProposalClient } from '../../../client/proposals.js';
import type { DecideAnswer, DecideMessage, JudgedMessage, ProposalOutcome, ProposalView } from '../../../contract/messages.js';
import { JanusError } from '../../../domain/errors.js';
import { snakeKeys } from '../../../domain/text/key-case.js';
import { visible } from '../../../domain/text/visible.js';
import type { Context, Values } from '../../command.js';
import { EXIT, exitCodeOfStatus } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, wrap } from '../../terminal/output.js';
import { signalCommand, signDecision, signingOf } from './signing.js';

/** The message that decided it, from the proposal's own records; undefined where nobody can say. */
async function decisive(proposals: ProposalClient, id: string): Promise<JudgedMessage | undefined> {
  try {
    return (await proposals.view(id)).decisions.findLast(({ code, kind }) => code === 'ACCEPTED' && Object.hasOwn(past, kind));
  } catch {
    return undefined;
  }
}

const past: Readonly<Record<string, string>> = {
  approve: 'approved',
  break_glass: 'started alone',
  reject: 'rejected',
  cancel: 'cancelled',
  resolve: 'resolved',
};

/** Answers that say who may not, or by what signature not: another person, or another key, could. */
const notPermitted = /^(?:PREVIEW_REFUSED|SIGNATURE|SIGNER|KEY|WRONG_KEY|NOT_AUTHORISED|SELF_APPROVAL|WRONG_SIGNER)/;

function errorCode(code: string): 'USAGE' | 'NOT_PERMITTED' | 'CONFLICT' {
  if (code === 'MALFORMED') return 'USAGE';
  return notPermitted.test(code) ? 'NOT_PERMITTED' : 'CONFLICT';
}

/** For whoever comes when it is decided already: by whom, and when, as far as the proposal can say. */
export function tooLate(view: ProposalView): JanusError {
  const { proposalId: id, status, reason, decisions } = view;
  const first = decisions.findLast(({ code, kind }) => code === 'ACCEPTED' && Object.hasOwn(past, kind));
  const why = first === undefined ? `it is ${status} (${visible(reason)})` : alreadyDecided(first, status);
  return new JanusError('CONFLICT', `${id}: ${why}. Nothing done.`, {
    details: { answer: 'LATE', status, ...(first && { decided_by: first.by, decided_at: first.at }) },
    next: `ubos proposals show ${id}`,
  });
}

const alreadyDecided = ({ kind, by, at }: JudgedMessage, status: string) =>
  `already ${past[kind] ?? kind} by ${visible(by)} at ${at}; now it is ${status}`;

/** Why an answer means that nothing was done, as the error that ends the command; for whoever came second, who was first and when. */
export async function refusal(proposals: ProposalClient, id: string, { code, message, status }: DecideAnswer): Promise<JanusError> {
  const first = code === 'LATE' ? await decisive(proposals, id) : undefined;
  const why = first === undefined ? visible(message) : alreadyDecided(first, status);
  return new JanusError(errorCode(code), `${id}: ${why}. Nothing done.`, {
    details: { answer: code, status, ...(first && { decided_by: first.by, decided_at: first.at }) },
    next: `ubos proposals show ${id}`,
  });
}

async function send(proposals: ProposalClient, id: string, message: DecideMessage): Promise<DecideAnswer> {
  const answer = await proposals.decide(id, message);
  if (!answer.accepted) throw await refusal(proposals, id, answer);
  return answer;
}

/** What is to be decided about: `view` is asked only where its plan has to be known. */
export interface Deciding {
  readonly context: Context;
  readonly values: Values;
  readonly proposals: ProposalClient;
  readonly id: string;
  readonly view: () => Promise<ProposalView>;
}

async function signed({ context, values, proposals, id, view }: Deciding, words: Omit<DecideMessage, 'by' | 'proposal_id'>) {
  const signing = await signingOf(context, values);
  const unsigned: DecideMessage = { ...words, by: signing.by, proposal_id: id };
  if (signing.key === undefined) return unsigned;
  const shown = await view();
  if (shown.proposalId !== id)
    throw new JanusError('CONFLICT', `the server shows ${shown.proposalId} for ${id}. Nothing done.`, { next: 'ubos doctor' });
  return signDecision(context, signing, proposals, shown, words);
}

export const signalJson = jsonObjects(({ z, text, kind, proposalId }) => ({
  signal: z.strictObject({ proposal_id: proposalId, decision: kind, signed: z.boolean(), command: text }),
}));
export const decisionJson = jsonObjects(({ z, text, kind, status, digest, proposalId }) => ({
  decision: z.strictObject({
    proposal_id: proposalId,
    decision: kind,
    by: text,
    status: status.describe('right after the decision'),
    reason: text.nullable(),
    digest: digest.nullable(),
    extend: text.nullable(),
    outcome: z.enum(['completed', 'failed']).nullable(),
  }),
}));
export const outcomeJson = jsonObjects(({ outcome }) => ({ outcome }));

/** Prints the line that would send it, for a shell that has no ubos. */
function printSignal({ context, proposals, id }: Deciding, message: DecideMessage): void {
  const command = signalCommand(proposals, id, message);
  if (context.json)
    signalJson.write(context.stdout, 'signal', {
      proposal_id: id,
      decision: message.decision,
      signed: message.signature !== undefined,
      command,
    });
  else context.stdout.write(`${command}\n`);
}

/**
 * Signs one decision where there is a key, sends it, and comes back when the proposal has judged it. With --print-signal it is only printed:
 * undefined.
 */
export async function decide(
  deciding: Deciding,
  words: Omit<DecideMessage, 'by' | 'proposal_id'>,
): Promise<{ readonly message: DecideMessage; readonly answer: DecideAnswer } | undefined> {
  const message = await signed(deciding, words);
  if (deciding.values['print-signal'] === true) {
    printSignal(deciding, message);
    return undefined;
  }
  return { message, answer: await send(deciding.proposals, deciding.id, message) };
}

/** What every decision prints for programs: the same keys, whatever was decided. */
export function writeDecision(context: Context, id: string, message: DecideMessage, { status }: DecideAnswer): void {
  const { decision, by, reason = null, digest = null, extend = null, outcome = null } = message;
  decisionJson.write(context.stdout, 'decision', { proposal_id: id, decision, by, status, reason, digest, extend, outcome });
}

/** Says how it ended; the exit status stands for it. */
export async function reportOutcome(proposals: ProposalClient, id: string, context: Context): Promise<number> {
  const outcome: ProposalOutcome = await proposals.outcome(id);
  const code = exitCodeOfStatus(outcome.status);
  if (context.json) outcomeJson.write(context.stdout, 'outcome', snakeKeys(outcome));
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
