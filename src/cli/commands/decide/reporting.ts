import type { Accepted } from '../../../client/deciding/answer.js';
import type { ProposalClient } from '../../../client/proposals.js';
import { snakeKeys } from '../../../domain/text/key-case.js';
import { visible } from '../../../domain/text/visible.js';
import type { Context } from '../../command.js';
import { EXIT, exitCodeOfStatus } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, wrap } from '../../terminal/output.js';
import { tellWhatHolds } from './holding-words.js';

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

/** What every decision prints for programs: the same keys, whatever was decided. */
export function writeDecision(context: Context, id: string, { message, status }: Accepted): void {
  const { decision, by, reason = null, digest = null, extend = null, outcome = null } = message;
  decisionJson.write(context.stdout, 'decision', { proposal_id: id, decision, by, status, reason, digest, extend, outcome });
}

/** Waits for the end, and says what it waits for meanwhile; then how it ended. The exit status stands for that. */
export async function reportOutcome(
  proposals: Pick<ProposalClient, 'outcome' | 'view' | 'heldBack'>,
  id: string,
  context: Context,
): Promise<number> {
  const waiting = new AbortController();
  const telling = tellWhatHolds(proposals, id, context, waiting.signal);
  const outcome = await proposals.outcome(id).finally(() => waiting.abort());
  await telling;
  const code = exitCodeOfStatus(outcome.status);
  if (context.json) outcomeJson.write(context.stdout, 'outcome', snakeKeys(outcome));
  else {
    const mark = code === EXIT.ok ? paint(context, 'green', '✓') : paint(context, 'red', '✗');
    context.stdout.write(`${wrap(`${mark} ${id} ${visible(outcome.status)}: ${visible(outcome.reason)}`, context.columns, 2)}\n`);
    context.stderr.write(`  Output: ubos logs ${id}\n`);
  }
  return code;
}
