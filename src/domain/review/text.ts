import type { Proposer } from '../approval/terms.js';
import type { PreviewReport } from '../action/effect.js';
import { previewLines } from './preview.js';
import { digestWords } from '../text/digest-words.js';
import { shortDigest } from '../action/digests.js';
import { lookAlikes } from '../text/look-alikes.js';
import type { ExecutionPlan, PlannedCommand } from '../action/plan.js';
import type { ProposalDocument } from '../action/proposal.schema.js';
import type { ProposalStatus } from '../action/status.js';
import { quoted } from '../text/quoted.js';
import { timeLeft } from '../text/time-left.js';
import { toSnakeCase, visible } from '../text/visible.js';
import type { Violation } from '../violation.js';

/** Everything that the review of one proposal shows; the same for terminal, web UI and notification (spec A5). */
export interface ReviewSubject {
  readonly document: ProposalDocument;
  readonly plan?: ExecutionPlan;
  readonly digest?: string;
  readonly deadline?: Date;
  readonly now: Date;
  readonly status: ProposalStatus;
  /** Which approvals are there and which are missing. */
  readonly needs?: string;
  readonly proposer?: Proposer;
  readonly warnings: readonly string[];
  readonly violations: readonly Violation[];
  readonly preview?: { readonly report: PreviewReport; readonly bound: boolean };
}

const indent = (text: string, by = '  '): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? line : `${by}${line}`))
    .join('\n');

const prose = (text: unknown): string =>
  indent(visible(typeof text === 'string' && text.trim() !== '' ? text : '(none)', { keepNewlines: true }));

function commandLines(command: PlannedCommand): string {
  const whole = [command.path, ...command.args].map(quoted);
  // One element per line as soon as the eye could lose where one argument ends.
  const run = whole.join(' ').length <= 100 ? whole.join(' ') : whole.join('\n    ');
  const stdin =
    command.stdin === undefined
      ? []
      : [`stdin (${command.stdin.length} characters):`, indent(visible(command.stdin, { keepNewlines: true }), '  | ')];
  const expect = Object.entries(command.expect ?? {}).map(
    ([name, value]) => `expects ${toSnakeCase(name)}: ${visible(JSON.stringify(value))}`,
  );
  return [run, ...stdin, ...expect].join('\n');
}

function invocation({ document }: ReviewSubject): string {
  const calls = document.steps ?? [{ tool_name: document.tool_name ?? '', tool_args: document.tool_args ?? [] }];
  return calls
    .map(
      ({ tool_name, tool_args }) =>
        `  Tool: ${visible(tool_name)}\n  Args: ${(tool_args ?? []).map((argument) => visible(argument)).join(' ')}`,
    )
    .join('\n');
}

function sandboxLines({ network, grants, limits, minimumTier, dryRun }: ExecutionPlan): string {
  const granted = grants.map(({ path, writable }) => `${writable ? 'rw' : 'ro'} ${visible(path)}`);
  return [
    `network ${network.length === 0 ? 'none' : network.map((domain) => visible(domain)).join(', ')} · system read-only · rw /workspace${granted.length === 0 ? '' : ` · ${granted.join(' · ')}`}`,
    `${limits.cpuSeconds} s CPU · ${limits.wallSeconds} s wall · ${limits.memoryMb} MB memory · ${limits.diskWriteMb} MB writes · ${limits.processes} processes${minimumTier === undefined ? '' : ` · enforced by ${minimumTier} or better`}`,
    ...(dryRun ? ['DRY RUN: nothing will be started'] : []),
  ].join('\n');
}

function planned(plan: ExecutionPlan): [string, string][] {
  const list = (commands: readonly PlannedCommand[]) => indent(commands.map(commandLines).join('\n'));
  return [
    ['WILL RUN', list(plan.steps)],
    ['SANDBOX', indent(sandboxLines(plan))],
    ...(plan.rollback.length > 0 ? [['ON FAILURE', list(plan.rollback)] satisfies [string, string]] : []),
    ...(plan.probe ? [['PROBE (read-only, after an interruption)', list([plan.probe])] satisfies [string, string]] : []),
  ];
}

/** A name counts for what proves it. */
function proposerLine(proposer: Proposer): string {
  if (proposer.assurance === 'brain') return `Proposed by: ${visible(proposer.name)} itself, in a thinking cycle`;
  if (proposer.assurance === 'signed') return `Proposed by: ${visible(proposer.name)} (signed, ${visible(proposer.key)})`;
  return `Proposed by: ${proposer.name === '' ? 'nobody knows' : `somebody who says ${visible(proposer.name)}`} (unsigned)`;
}

function header({ document, digest, deadline, now, status, needs, proposer }: ReviewSubject): string {
  const left = deadline === undefined ? '' : `   expires ${deadline.toISOString()} (${timeLeft(deadline, now)})`;
  return [
    `PROPOSAL: ${visible(String(document.proposal_id))}`,
    `Timestamp: ${visible(String(document.timestamp))}`,
    `Vessel: ${visible(String(document.vessel_id))}`,
    ...(proposer === undefined ? [] : [proposerLine(proposer)]),
    `Status: ${status}${digest === undefined ? '' : `   digest ${shortDigest(digest)}`}${left}`,
    // Short enough to compare between screens; the whole digest is what is signed.
    ...(digest === undefined ? [] : [`In words: ${digestWords(digest)}`, `In full: ${digest}`]),
    ...(needs === undefined ? [] : [`Approvals: ${visible(needs)}`]),
  ].join('\n');
}

/** A hint, from all that agents wrote: prose where it mixes alphabets, commands also where a whole word is foreign. */
function looksLike({ document, plan }: ReviewSubject): string[] {
  const { mission_context, rationale, expected_outcome, risk_mitigation, rollback_plan, action_type } = document;
  const prose = [action_type, mission_context, rationale, expected_outcome, risk_mitigation, rollback_plan].map((text) =>
    String(text ?? ''),
  );
  const commands = [...(plan?.steps ?? []), ...(plan?.rollback ?? []), ...(plan?.probe ? [plan.probe] : [])];
  const executed = [...commands.flatMap(({ path, args, stdin = '' }) => [path, ...args, stdin]), ...(plan?.network ?? [])];
  return [...lookAlikes(executed.join('\n'), { wholeWords: true }), ...lookAlikes(prose.join('\n'))];
}

function lookAlikeSection(subject: ReviewSubject): [string, string][] {
  const found = [...new Set(looksLike(subject))];
  return found.length === 0 ? [] : [['LETTERS THAT LOOK LIKE OTHERS', indent(found.join('\n'))]];
}

/** The seed's review text, title by title, with what will really run behind what was asked for. Agent text is made visible throughout. */
export function reviewText(subject: ReviewSubject): string {
  const { document, plan, violations, warnings, preview } = subject;
  const id = visible(String(document.proposal_id));
  const sections: [string, string][] = [
    ['MISSION CONTEXT', prose(document.mission_context)],
    ['RATIONALE', prose(document.rationale)],
    ['EXPECTED OUTCOME', prose(document.expected_outcome)],
    ['RISK MITIGATION', prose(document.risk_mitigation)],
    ['ROLLBACK PLAN', prose(document.rollback_plan)],
    ['TOOL INVOCATION', invocation(subject)],
    ...(plan === undefined ? [] : planned(plan)),
    ...(preview === undefined
      ? []
      : [['PREVIEW', indent(previewLines(preview.report, preview.bound).join('\n'))] satisfies [string, string]]),
    ...(violations.length > 0
      ? [
          ['BROKEN RULES', indent(violations.map(({ rule, message }) => `${rule}: ${visible(message)}`).join('\n'))] satisfies [
            string,
            string,
          ],
        ]
      : []),
    ...(warnings.length > 0
      ? [['WARNINGS', indent(warnings.map((warning) => visible(warning)).join('\n'))] satisfies [string, string]]
      : []),
    ...lookAlikeSection(subject),
    [
      'COMMANDS',
      indent(
        [`Review:  ubos review ${id}`, `Approve: ubos approve ${id}`, `Reject:  ubos reject ${id} --reason 'Your reason here'`].join('\n'),
      ),
    ],
  ];
  const kind = `ACTION TYPE: ${visible(String(document.action_type))}\nRISK LEVEL: ${visible(String(document.risk_level)).toUpperCase()}`;
  return [header(subject), kind, ...sections.map(([title, text]) => `${title}:\n${text}`)].join('\n\n');
}
