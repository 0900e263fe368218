import { outsideSourcesOf } from './outside-text.js';
import type { PreviewReport } from '../action/effect.js';
import { shortDigest } from '../action/digests.js';
import type { ExecutionPlan } from '../action/plan.js';
import type { ProposalDocument } from '../action/proposal.schema.js';
import type { ProposalStatus } from '../action/status.js';
import { isFinal } from '../action/status.js';
import type { Proposer } from '../approval/terms.js';
import { digestWords } from '../text/digest-words.js';
import { lookAlikes } from '../text/look-alikes.js';
import { timeLeft } from '../text/time-left.js';
import { visible } from '../text/visible.js';
import type { Violation } from '../violation.js';
import { onFailure, probe, reaches, sandbox, willRun } from './plan-sections.js';
import { previewBlocks } from './preview.js';
import type { Block, Section, SectionKind } from './section.js';
import { section } from './section.js';

/** Everything that the review of one proposal shows; the same for terminal, web UI and notification (spec A5). */
export interface ReviewSubject {
  readonly document: ProposalDocument;
  readonly plan?: ExecutionPlan | undefined;
  readonly digest?: string | undefined;
  /** ISO 8601. */
  readonly deadline?: string | undefined;
  /** ISO 8601. */
  readonly modeAskedAt?: string | undefined;
  readonly now: Date;
  readonly status: ProposalStatus;
  /** Which approvals are there and which are missing. */
  readonly needs?: string | undefined;
  readonly proposer?: Proposer | undefined;
  readonly warnings: readonly string[];
  readonly violations: readonly Violation[];
  readonly preview?: { readonly report: PreviewReport; readonly bound: boolean } | undefined;
}

const field = (label: string, value: unknown): Block => ({ form: 'field', label, value: visible(String(value)) });

/** A name counts for what proves it. */
function proposedBy(proposer: Proposer): string {
  if (proposer.assurance === 'brain') return `${proposer.name} itself, in a thinking cycle`;
  if (proposer.assurance === 'signed') return `${proposer.name} (signed, ${proposer.key})`;
  return `${proposer.name === '' ? 'nobody knows' : `somebody who says ${proposer.name}`} (unsigned)`;
}

function header({ document, digest, deadline, now, status, needs, proposer }: ReviewSubject): Section {
  const until = deadline === undefined ? undefined : new Date(deadline);
  const beside = [
    ...(digest === undefined ? [] : [{ label: 'digest', value: visible(shortDigest(digest)) }]),
    ...(until === undefined ? [] : [{ label: 'expires', value: `${until.toISOString()} (${timeLeft(until, now)})` }]),
  ];
  return {
    kind: 'header',
    blocks: [
      field('PROPOSAL', document.proposal_id),
      field('Timestamp', document.timestamp),
      field('Vessel', document.vessel_id),
      ...(proposer === undefined ? [] : [field('Proposed by', proposedBy(proposer))]),
      { form: 'field', label: 'Status', value: visible(status), beside },
      // Short enough to compare between screens; the whole digest is what is signed.
      ...(digest === undefined ? [] : [field('In words', digestWords(digest)), field('In full', digest)]),
      ...(needs === undefined ? [] : [field('Approvals', needs)]),
    ],
  };
}

function action({ document }: ReviewSubject): Section {
  const risk = String(document.risk_level);
  // What is called by no known risk deserves the most attention.
  const emphasis = risk === 'low' || risk === 'medium' ? risk : 'high';
  return {
    kind: 'action',
    blocks: [
      field('ACTION TYPE', document.action_type),
      { form: 'field', label: 'RISK LEVEL', value: visible(risk).toUpperCase(), emphasis },
    ],
  };
}

type Prose = 'mission_context' | 'rationale' | 'expected_outcome' | 'risk_mitigation' | 'rollback_plan';

const prose =
  (kind: Prose & SectionKind, title: string) =>
  ({ document }: ReviewSubject): Section => {
    const said: unknown = document[kind];
    const text = typeof said === 'string' && said.trim() !== '' ? visible(said, { keepNewlines: true }) : '(none)';
    return { kind, title, blocks: [{ form: 'prose', text }] };
  };

/** That it may start though nobody approves it (spec T7): whoever is to object has to know until when. */
function withoutPeople({ plan, modeAskedAt, status, now }: ReviewSubject): Section | undefined {
  const grant = plan?.approval.grant;
  if (grant === undefined || status !== 'proposed') return undefined;
  const what = grant.kind === 'playbook' ? `playbook ${grant.playbook?.id ?? ''} was approved beforehand` : 'its risk allows it';
  if (modeAskedAt === undefined)
    return section('without_people', 'WITHOUT A PERSON', [
      { form: 'line', text: visible(`The mode did not consent, though ${what}: it waits for people.`) },
    ]);
  const at = new Date(modeAskedAt);
  const words = `It starts by itself at ${at.toISOString()} (${timeLeft(at, now)}) unless somebody rejects it, if the mode is then ${grant.mode} or higher: ${what}.`;
  return section('without_people', 'WITHOUT A PERSON', alarms([words]));
}

/** What was asked for; what will really run is in the plan. */
function toolInvocation({ document }: ReviewSubject): Section | undefined {
  const calls = document.steps ?? [{ tool_name: document.tool_name ?? '', tool_args: document.tool_args ?? [] }];
  const blocks = calls.flatMap(({ tool_name: tool, tool_args: args = [] }) => [field('Tool', tool), field('Args', args.join(' '))]);
  return section('tool_invocation', 'TOOL INVOCATION', blocks);
}

function preview({ preview: found }: ReviewSubject): Section | undefined {
  return found && section('preview', 'PREVIEW', previewBlocks(found.report, found.bound));
}

const alarms = (texts: readonly string[]): Block[] => texts.map((text) => ({ form: 'line', text: visible(text), emphasis: 'alarm' }));

/** Whose words whoever made it had read (spec T5): code put them there, and no answer of a model can take them away. */
function outsideText({ document }: ReviewSubject): Section | undefined {
  const sources = outsideSourcesOf(document);
  const words = `chosen after reading text that others could have written: ${sources.join(', ')}. It needs a person in every mode.`;
  return section('outside_text', 'OUTSIDE TEXT', sources.length === 0 ? [] : alarms([words]));
}

const brokenRules = ({ violations }: ReviewSubject) =>
  section('broken_rules', 'BROKEN RULES', alarms(violations.map(({ rule, message }) => `${rule}: ${message}`)));

const warned = ({ warnings }: ReviewSubject) => section('warnings', 'WARNINGS', alarms(warnings));

/** A hint, from all that agents wrote: prose where it mixes alphabets, commands also where a whole word is foreign. */
function misleading({ document, plan }: ReviewSubject): Section | undefined {
  const { mission_context, rationale, expected_outcome, risk_mitigation, rollback_plan, action_type } = document;
  const written = [action_type, mission_context, rationale, expected_outcome, risk_mitigation, rollback_plan].map((text) =>
    String(text ?? ''),
  );
  const commands = [...(plan?.steps ?? []), ...(plan?.rollback ?? []), ...(plan?.probe ? [plan.probe] : [])];
  const executed = [...commands.flatMap(({ path, args, stdin = '' }) => [path, ...args, stdin]), ...(plan?.network ?? [])];
  const found = new Set([...lookAlikes(executed.join('\n'), { wholeWords: true }), ...lookAlikes(written.join('\n'))]);
  return section('look_alikes', 'LETTERS THAT LOOK LIKE OTHERS', alarms([...found]));
}

function commands({ document, status }: ReviewSubject): Section {
  const id = visible(String(document.proposal_id));
  const title = 'COMMANDS';
  const typed = (label: string, command: string): Block => ({ form: 'typed', label, command });
  if (isFinal(status))
    return {
      kind: 'commands',
      title,
      blocks: [typed('History', `ubos proposals history ${id}`), typed('Again', `ubos propose --from ${id}`)],
    };
  if (status === 'indeterminate')
    return { kind: 'commands', title, blocks: [typed('Settle', `ubos resolve ${id} failed --reason 'Your reason here'`)] };
  return {
    kind: 'commands',
    title,
    blocks: [
      typed('Review', `ubos review ${id}`),
      typed('Approve', `ubos approve ${id}`),
      typed('Reject', `ubos reject ${id} --reason 'Your reason here'`),
    ],
  };
}

/**
 * The sections of a review, in the order in which people read them: the seed's titles, and what will really run after what was asked for. One that
 * has nothing to say is left out. A new one is a function here and a name in `SectionKind`; every renderer shows it.
 */
const inOrder: readonly ((subject: ReviewSubject) => Section | undefined)[] = [
  header,
  action,
  prose('mission_context', 'MISSION CONTEXT'),
  prose('rationale', 'RATIONALE'),
  prose('expected_outcome', 'EXPECTED OUTCOME'),
  prose('risk_mitigation', 'RISK MITIGATION'),
  prose('rollback_plan', 'ROLLBACK PLAN'),
  toolInvocation,
  willRun,
  sandbox,
  reaches,
  onFailure,
  probe,
  preview,
  withoutPeople,
  outsideText,
  brokenRules,
  warned,
  misleading,
  commands,
];

/** What a person is shown about a proposal, as data. */
export function reviewSections(subject: ReviewSubject): Section[] {
  return inOrder.flatMap((write) => write(subject) ?? []);
}
