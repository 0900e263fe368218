import { createHash } from 'node:crypto';
import type { ProposalView } from '../../contract/messages.js';
import { JanusError } from '../../domain/errors.js';
import { planDigest } from '../../domain/ids.js';
import { reviewText } from '../../domain/review-text.js';
import { visible } from '../../domain/text.js';
import type { Context } from '../command.js';
import { paint, wrap } from '../output.js';

/** The digest of the plan that is displayed, computed here: what the server says it is, is not believed (spec P5). */
export function displayedDigest(view: ProposalView): string {
  if (view.plan === undefined || view.digest === undefined)
    throw new JanusError('CONFLICT', `${view.proposal_id} has no plan to decide about: it is ${view.status}`);
  const digest = planDigest((text) => createHash('sha256').update(text).digest('hex'), view.plan);
  if (digest !== view.digest) {
    throw new JanusError(
      'CONFLICT',
      `the digest of what is shown (${digest.slice(0, 8)}) is not the one that the worker names (${view.digest.slice(0, 8)}): do not approve`,
      {
        next: 'look at the worker and at its version: ubos doctor',
      },
    );
  }
  return digest;
}

/** The review, then what has happened so far; for the width of the terminal. */
export function renderView(view: ProposalView, context: Context): string {
  const review = reviewText({
    document: view.document,
    ...(view.plan && { plan: view.plan }),
    ...(view.digest !== undefined && { digest: view.digest }),
    ...(view.deadline !== undefined && { deadline: new Date(view.deadline) }),
    now: context.now(),
    status: view.status,
    warnings: view.warnings,
    violations: view.violations,
  });
  const results = view.results.map(
    ({ reason, exitCode, wallSeconds, note }, index) =>
      `  step ${String(index + 1)}: ${reason === 'exit' ? `exit ${String(exitCode)}` : reason}${note === undefined ? '' : ` (${visible(note)})`} in ${String(wallSeconds)} s`,
  );
  const rollbacks = view.rollbacks.map(
    ({ tool, ok, summary }) => `  ${ok ? 'undone' : 'NOT UNDONE'} with ${visible(tool)}: ${visible(summary)}`,
  );
  const decisions = view.decisions.map(
    ({ at, kind, by, code, why }) =>
      `  ${at}  ${kind} by ${visible(by)}: ${code === 'ACCEPTED' ? 'accepted' : `${code} (${visible(why)})`}`,
  );
  const sections = [
    ...(view.status === 'proposed' ? [] : [`NOW:\n  ${view.status}: ${visible(view.reason)}`]),
    ...(results.length > 0 ? [`RESULTS:\n${results.join('\n')}`] : []),
    ...(rollbacks.length > 0 ? [`ROLLBACK:\n${rollbacks.join('\n')}`] : []),
    ...(decisions.length > 0 ? [`MESSAGES (${String(view.messages)}):\n${decisions.join('\n')}`] : []),
  ];
  const text = wrap([review, ...sections].join('\n\n'), context.columns);
  return `${text.replace(/^([A-Z][A-Z ,()-]+:)/gm, (title) => paint(context, 'bold', title))}\n`;
}
