import type { ProposalView } from '../../../contract/messages.js';
import { areOpen, ownTerms } from '../../../domain/approval/terms.js';
import { JanusError } from '../../../domain/errors.js';
import type { Context } from '../../command.js';

type Subject = Parameters<typeof ownTerms>[1];

/** Whether this machine, with the keys and rules that it has by now, would ask for more than one word of anybody. */
export async function asksForPersons(context: Context, subject: Subject): Promise<boolean> {
  return !areOpen(ownTerms((await context.config()).approvals, subject));
}

export const againHint = (id: string) => `ubos proposals cancel ${id}, then ubos propose --from ${id}`;

const why =
  'It waits from before there were keys or rules here. Its plan names nobody who has to approve it, so no approval starts it any more';

/** Why no approval starts this any more: its terms are of a time that knew no persons, and they are a part of its digest. Undefined where one does. */
export async function outgrown(
  { proposalId, status, plan, document }: ProposalView,
  context: Context,
): Promise<{ readonly why: string; readonly next: string } | undefined> {
  if (status !== 'proposed' || plan === undefined || !areOpen(plan.approval)) return undefined;
  const isOutgrown = await asksForPersons(context, { risk: plan.risk, actionType: String(document.action_type) });
  return isOutgrown ? { why, next: againHint(proposalId) } : undefined;
}

/** Before anybody is asked for an approval that would only end it as stale. */
export async function refuseOutgrown(view: ProposalView, context: Context): Promise<void> {
  const found = await outgrown(view, context);
  if (found !== undefined) throw new JanusError('CONFLICT', `${view.proposalId}: ${found.why}. Nothing done.`, { next: found.next });
}
