import type { ReviewSubject } from './sections.js';
import { digestWords, namingDigits } from '../text/digest-words.js';
import { reviewText } from './text.js';
import { code, fence } from '../text/literal-markdown.js';
import { shorten } from '../text/visible.js';

/** What fits beside the summary in the web UI without scrolling. */
const markdownColumns = 76;
/** The whole is the answer to a query, which a server cuts off at some megabytes. */
const reviewLengthMax = 200_000;

const until = ({ deadline }: ReviewSubject) => (deadline === undefined ? '' : `, by ${deadline}`);

/** How to decide from the web UI, where any message counts; and where only signed ones do. */
function howToDecide(subject: ReviewSubject): string[] {
  const { status, digest, plan } = subject;
  if (status !== 'proposed' || digest === undefined) return [];
  if (plan?.approval.signature === 'required') {
    const id = plan.proposalId;
    return [
      `**Only signed decisions count** here${until(subject)}; others are recorded and not obeyed. In a terminal: \`ubos review ${id}\`.`,
      `From this page: \`ubos approve ${id} --print-signal\`, or \`ubos reject ${id} --reason '<why>' --print-signal\`, signs the decision and prints a line for the \`temporal\` command. *Send a Signal* with the name \`approve\` or \`reject\`, and paste what stands in quotes behind \`--input\`.`,
    ];
  }
  return [
    `Decide with the signal \`approve\` and \`{"by": "<you>", "digest": "${digest.slice(0, namingDigits)}"}\`, or \`reject\` and \`{"by": "<you>", "reason": "<why>"}\`${until(subject)}.`,
  ];
}

/** What the web UI shows as current details: what to do now, then the review in a fence. */
export function reviewMarkdown(subject: ReviewSubject): string {
  const { status, digest, plan, needs } = subject;
  const resolve =
    'Settle it with the signal `resolve` and `{"by": "<you>", "outcome": "completed", "reason": "<how you know>"}` (or `failed`).';
  const review = reviewText(subject, { columns: markdownColumns });
  const cut = review.length > reviewLengthMax ? `${shorten(review, reviewLengthMax)}\n\nCUT OFF HERE. All of it: ubos review` : review;
  return [
    `**${status}**${plan?.dryRun === true ? ' (dry run)' : ''}`,
    ...(status === 'proposed' && needs !== undefined ? [`Approvals: ${code(needs)}`] : []),
    ...howToDecide(subject),
    ...(digest === undefined ? [] : [`The digest in words, to compare: **${digestWords(digest)}**`]),
    ...(status === 'indeterminate' ? [resolve] : []),
    fence(cut),
  ].join('\n\n');
}
