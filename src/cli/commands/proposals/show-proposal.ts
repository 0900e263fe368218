import { createHash } from 'node:crypto';
import type { ProposalView } from '../../../contract/messages.js';
import { glassReviewId } from '../../../contract/names.js';
import { effectDigest } from '../../../domain/action/effect.js';
import { JanusError } from '../../../domain/errors.js';
import { planDigest } from '../../../domain/action/digests.js';
import { reviewText } from '../../../domain/review/text.js';
import { quoted } from '../../../domain/text/quoted.js';
import { visible, visibleJson } from '../../../domain/text/visible.js';
import type { Context } from '../../command.js';
import { paint, paintRisk, wrap, wrapCommand } from '../../terminal/output.js';
import { snakeKeys } from '../../../domain/text/key-case.js';
import { when } from '../../terminal/times.js';

const mismatch = { details: { answer: 'DIGEST_MISMATCH' }, next: 'look at the worker and at its version: ubos doctor' };

/** The digest of the plan that is displayed, computed here: what the server says it is, is not believed (spec P5). */
export function displayedDigest(view: ProposalView): string {
  if (view.plan === undefined || view.digest === undefined)
    throw new JanusError('CONFLICT', `${view.proposalId} has no plan to decide about: it is ${view.status}`, {
      next: `ubos proposals show ${view.proposalId}`,
    });
  const digest = planDigest((text) => createHash('sha256').update(text).digest('hex'), view.plan);
  if (digest !== view.digest) {
    throw new JanusError(
      'CONFLICT',
      `the digest of what is shown (${digest.slice(0, 8)}) is not the one that the worker names (${view.digest.slice(0, 8)}): do not approve`,
      mismatch,
    );
  }
  // The review of a broken glass shows the plan that ran already, under an id of its own: an answer to it starts nothing.
  if (view.proposalId === glassReviewId(view.plan.proposalId)) return digest;
  if (view.plan.proposalId !== view.proposalId)
    throw new JanusError('CONFLICT', `what is shown for ${view.proposalId} is the plan of another proposal: do not approve`, mismatch);
  if (view.plan.effect !== displayedEffect(view))
    throw new JanusError('CONFLICT', 'the effect that is shown is not the one that the digest covers: do not approve', mismatch);
  return digest;
}

/** The digest of the effect that is displayed as bound, computed here where all of it is displayed. */
function displayedEffect({ preview }: ProposalView): string | undefined {
  if (preview?.bound !== true || preview.report.state !== 'previewed') return undefined;
  const { effect, effectDigest: said } = preview.report;
  return effect.omitted > 0 ? said : effectDigest((text) => createHash('sha256').update(text).digest('hex'), effect);
}

/** The view in the words of files and logs. */
export function writeView(view: ProposalView, { stdout }: Context): void {
  stdout.write(`${visibleJson(snakeKeys(view))}\n`);
}

const hostOfCommands = /^(?:TOOL INVOCATION|WILL RUN|ON FAILURE|PROBE|PREVIEW)/;

/** Prose is wrapped; a command line too long for the terminal hangs, so that its rest is not taken for another; what is to be typed stays typeable. */
function layOut(section: string, columns: number): string {
  const [title = '', ...lines] = section.split('\n');
  if (title === 'COMMANDS:')
    return [
      title,
      ...lines.flatMap((line) => {
        const [, label = '', rest = ''] = /^ {2}(\w+:) +(.*)$/.exec(line) ?? [];
        return columns >= 72 || rest === '' ? [line] : [`  ${label}`, wrapCommand(`    ${rest}`, columns)];
      }),
    ].join('\n');
  // What a wrapped line of the header begins with must not look like a title of its own.
  const isHeader = !/^[A-Z][A-Z ,()-]*:$/.test(title) && !hostOfCommands.test(title);
  return wrap(section, columns, hostOfCommands.test(title) ? 4 : isHeader ? 2 : 0);
}

function happened(view: ProposalView, context: Context): string[] {
  const results = view.results.map(
    ({ reason, exitCode, wallSeconds, note }, index) =>
      `  step ${index + 1}: ${reason === 'exit' ? `exit ${exitCode}` : visible(reason)}${note === undefined ? '' : ` (${visible(note)})`} in ${wallSeconds} s`,
  );
  const dryRun = (view.commandLines ?? []).map((line) => `  ${line.map(quoted).join(' ')}`);
  const rollbacks = view.rollbacks.map(
    ({ tool, ok, summary }) => `  ${ok ? 'undone' : 'NOT UNDONE'} with ${visible(tool)}: ${visible(summary)}`,
  );
  const decisions = view.decisions.map(
    ({ at, kind, by, code, why, reason, consideredSeconds: considered }) =>
      `  ${when(new Date(at), context, 'iso')}  ${visible(kind)} by ${visible(by)}: ${code === 'ACCEPTED' ? 'accepted' : `${visible(code)} (${visible(why)})`}${considered === undefined ? '' : `, looked at for ${considered} s`}${reason === undefined ? '' : ` "${visible(reason)}"`}`,
  );
  return [
    ...(view.status === 'proposed' ? [] : [`NOW:\n  ${visible(view.status)}: ${visible(view.reason)}`]),
    ...(dryRun.length > 0 ? [`DRY RUN, would have started:\n${dryRun.join('\n')}`] : []),
    ...(results.length > 0 ? [`RESULTS:\n${results.join('\n')}`] : []),
    ...(rollbacks.length > 0 ? [`ROLLBACK:\n${rollbacks.join('\n')}`] : []),
    ...(decisions.length > 0 ? [`MESSAGES (${view.messages}):\n${decisions.join('\n')}`] : []),
  ];
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
    ...(view.needs !== undefined && { needs: view.needs }),
    ...(view.proposer && { proposer: view.proposer }),
    ...(view.preview && { preview: view.preview }),
  });
  const text = [review, ...happened(view, context)]
    .join('\n\n')
    .split(/\n\n(?=[A-Z])/)
    .map((section) => layOut(section, context.columns))
    .join('\n\n');
  const painted = text
    .replace(/^([A-Z][A-Z ,()-]+:)/gm, (title) => paint(context, 'bold', title))
    .replace(/(RISK LEVEL:\S*) (\w+)/, (_, title: string, risk: string) => `${title} ${paintRisk(context, risk)}`);
  return `${painted}\n`;
}
