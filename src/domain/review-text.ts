import type { Proposer } from './approval-terms.js';
import type { PreviewReport } from './effect.js';
import { previewLines } from './effect-text.js';
import { shortDigest } from './ids.js';
import type { ExecutionPlan, PlannedCommand } from './plan.js';
import type { ProposalDocument } from './proposal.schema.js';
import type { ProposalStatus } from './status.js';
import { shorten, toSnakeCase, visible, wrapText } from './text.js';
import type { Violation } from './violation.js';

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

/** "23h59m", "41m", "12s"; "over" for what has passed. */
export function timeLeft(until: Date, now: Date): string {
  const seconds = Math.floor((until.getTime() - now.getTime()) / 1_000);
  if (seconds <= 0) return 'over';
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  if (hours > 0) return `${String(hours)}h${String(minutes).padStart(2, '0')}m`;
  return minutes > 0 ? `${String(minutes)}m` : `${String(seconds)}s`;
}

/** One argument as it would have to be typed: quoted where a space or a quote would mislead the eye, and every hidden character visible. */
export function quoted(argument: string): string {
  const text = visible(argument);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
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
      : [`stdin (${String(command.stdin.length)} characters):`, indent(visible(command.stdin, { keepNewlines: true }), '  | ')];
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
    `${String(limits.cpuSeconds)} s CPU · ${String(limits.wallSeconds)} s wall · ${String(limits.memoryMb)} MB memory · ${String(limits.diskWriteMb)} MB writes · ${String(limits.processes)} processes${minimumTier === undefined ? '' : ` · enforced by ${minimumTier} or better`}`,
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
    ...(needs === undefined ? [] : [`Approvals: ${visible(needs)}`]),
  ].join('\n');
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

/** A fence longer than any run of backticks inside, so that agent text cannot close it. */
function fence(text: string): string {
  let longest = 2;
  // One by one: a text of backticks has more runs than a call has room for arguments.
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const marks = '`'.repeat(longest + 1);
  return `${marks}text\n${text}\n${marks}`;
}

/** What fits beside the summary in the web UI without scrolling. */
const markdownColumns = 76;

/** What the web UI shows as current details: what to do now, then the review in a fence. */
export function reviewMarkdown(subject: ReviewSubject): string {
  const { status, digest, deadline, plan } = subject;
  const how =
    status === 'proposed' && digest !== undefined
      ? `Decide with the signal \`approve\` and \`{"by": "<you>", "digest": "${digest.slice(0, 8)}"}\`, or \`reject\` and \`{"by": "<you>", "reason": "<why>"}\`${deadline === undefined ? '' : `, by ${deadline.toISOString()}`}.`
      : '';
  const resolve =
    status === 'indeterminate'
      ? 'Settle it with the signal `resolve` and `{"by": "<you>", "outcome": "completed", "reason": "<how you know>"}` (or `failed`).'
      : '';
  return [
    `**${status}**${plan?.dryRun === true ? ' (dry run)' : ''}`,
    how,
    resolve,
    fence(wrapText(reviewText(subject), markdownColumns, { hanging: 4 })),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** "MEDIUM log_rotate: rotate agent logs (86 % full)": at most 200 bytes, for the workflow's static summary. */
export function summaryLine(document: ProposalDocument): string {
  const text = visible(
    `${String(document.risk_level).toUpperCase()} ${toSnakeCase(String(document.action_type))}: ${String(document.rationale).replaceAll('\n', ' ')}`,
  );
  let line = shorten(text, 120);
  while (utf8Length(line) > 200) line = shorten(line, [...line].length - 8);
  return line;
}

/** For the workflow's static details: short, because the whole review is in the current details and costs no history there. */
export function detailsLine(document: ProposalDocument): string {
  return shorten(visible(String(document.mission_context)), 200);
}

function utf8Length(text: string): number {
  return [...text].reduce((sum, character) => {
    const point = character.codePointAt(0) ?? 0;
    return sum + (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4);
  }, 0);
}
