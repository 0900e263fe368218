import type { ProposalDocument } from '../action/proposal.schema.js';
import type { ReviewSubject } from './review-text.js';
import { digestWords } from '../text/digest-words.js';
import { reviewText } from './review-text.js';
import { shorten, toSnakeCase, visible, wrapText } from '../text/visible.js';

/** Marks longer than any run of backticks inside, so that what is inside cannot close them. */
function marksAround(text: string, least: number): string {
  let longest = least - 1;
  // One by one: a text of backticks has more runs than a call has room for arguments.
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return '`'.repeat(longest + 1);
}

function fence(text: string): string {
  const marks = marksAround(text, 3);
  return `${marks}text\n${text}\n${marks}`;
}

/** One line that Markdown shows to the letter. */
function code(text: string): string {
  const line = visible(text);
  const marks = marksAround(line, 1);
  return marks === '`' ? `\`${line}\`` : `${marks} ${line} ${marks}`;
}

/** What the Markdown of the web UI would make something of: emphasis, links, images, HTML, addresses, its own placeholders, lists, titles. */
const marked = /[`*[\]<>{}|~\\&#@$]|:\/\/|www\.|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|^\s*(?:[-+=]|\d+[.)])/iu;

/** Text of an agent where Markdown is read: as it is, or, where anything in it could be taken for Markdown, as code. */
function literally(text: string): string {
  return marked.test(text) ? code(text) : visible(text);
}

/** What fits beside the summary in the web UI without scrolling. */
const markdownColumns = 76;
/** The whole is the answer to a query, which a server cuts off at some megabytes. */
const reviewLengthMax = 200_000;

const until = ({ deadline }: ReviewSubject) => (deadline === undefined ? '' : `, by ${deadline.toISOString()}`);

/** How to decide from the web UI, where any message counts; and where only signed ones do. */
function howToDecide(subject: ReviewSubject): string[] {
  const { status, digest, plan } = subject;
  if (status !== 'proposed' || digest === undefined) return [];
  if (plan?.approval?.signature === 'required') {
    const id = plan.proposalId;
    return [
      `**Only signed decisions count** here${until(subject)}; others are recorded and not obeyed. In a terminal: \`ubos review ${id}\`.`,
      `From this page: \`ubos approve ${id} --print-signal\`, or \`ubos reject ${id} --reason '<why>' --print-signal\`, signs the decision and prints a line for the \`temporal\` command. *Send a Signal* with the name \`approve\` or \`reject\`, and paste what stands in quotes behind \`--input\`.`,
    ];
  }
  return [
    `Decide with the signal \`approve\` and \`{"by": "<you>", "digest": "${digest.slice(0, 8)}"}\`, or \`reject\` and \`{"by": "<you>", "reason": "<why>"}\`${until(subject)}.`,
  ];
}

/** What the web UI shows as current details: what to do now, then the review in a fence. */
export function reviewMarkdown(subject: ReviewSubject): string {
  const { status, digest, plan, needs } = subject;
  const resolve =
    'Settle it with the signal `resolve` and `{"by": "<you>", "outcome": "completed", "reason": "<how you know>"}` (or `failed`).';
  const review = wrapText(reviewText(subject), markdownColumns, { hanging: 4 });
  const cut = review.length > reviewLengthMax ? `${shorten(review, reviewLengthMax)}\n\nCUT OFF HERE: ubos review shows all of it` : review;
  return [
    `**${status}**${plan?.dryRun === true ? ' (dry run)' : ''}`,
    ...(status === 'proposed' && needs !== undefined ? [`Approvals: ${code(needs)}`] : []),
    ...howToDecide(subject),
    ...(digest === undefined ? [] : [`The digest in words, to compare: **${digestWords(digest)}**`]),
    ...(status === 'indeterminate' ? [resolve] : []),
    fence(cut),
  ].join('\n\n');
}

/** Cut until what Markdown needs around it fits too: a code span whose end is cut off would be none. */
function withinBytes(text: string, characters: number, bytes: number): string {
  let shown = literally(shorten(text, characters));
  for (let length = characters; utf8Length(shown) > bytes || [...shown].length > characters; length -= 4)
    shown = literally(shorten(text, length));
  return shown;
}

/** "MEDIUM log_rotate: rotate agent logs (86 % full)": at most 200 bytes, for the workflow's static summary. */
export function summaryLine(document: ProposalDocument, before = ''): string {
  const text = `${before}${String(document.risk_level).toUpperCase()} ${toSnakeCase(String(document.action_type))}: ${String(document.rationale).replaceAll('\n', ' ')}`;
  return withinBytes(text, 120, 200);
}

/** For the workflow's static details: short, because the whole review is in the current details and costs no history there. */
export function detailsLine(document: ProposalDocument): string {
  return withinBytes(String(document.mission_context), 200, 800);
}

function utf8Length(text: string): number {
  return [...text].reduce((sum, character) => {
    const point = character.codePointAt(0) ?? 0;
    return sum + (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4);
  }, 0);
}
