import type { ReviewSubject } from './sections.js';
import { digestWords, namingDigits } from '../text/digest-words.js';
import { reviewText } from './text.js';
import { code, fence } from '../text/literal-markdown.js';
import { shorten } from '../text/visible.js';

/** What the web UI shows of a line in a window of 1,280 pixels; the rest it cuts off, and an end that nobody sees could say anything. */
const inWebUi = { columns: 56, breakMark: '↵', widthOf: widthAtMost };

/** Browsers show characters of many scripts wider than others; none of them twice as wide as it counts here. */
function widthAtMost(text: string): number {
  let width = 0;
  for (const character of text) width += (character.codePointAt(0) ?? 0) < 0x1100 ? 1 : 2;
  return width;
}
/** The whole is the answer to a query, which a server cuts off at some megabytes. */
const reviewLengthMax = 200_000;

const until = ({ deadline }: ReviewSubject) => (deadline === undefined ? '' : `, by ${deadline}`);

/** As the form of the web UI lays JSON out: what looks otherwise it only lays out anew on the first click on *Submit*. */
const toPaste = (message: Readonly<Record<string, string>>) => fence(JSON.stringify(message, undefined, 2));

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
    `Decide with *More Actions*, *Send a Signal*${until(subject)}. The signal \`approve\`, with your name in it, approves exactly this:`,
    toPaste({ by: '<you>', digest: digest.slice(0, namingDigits) }),
    'The signal `reject`:',
    toPaste({ by: '<you>', reason: '<why>' }),
  ];
}

/** What the web UI shows as current details: what to do now, then the review in a fence. */
export function reviewMarkdown(subject: ReviewSubject): string {
  const { status, digest, plan, needs } = subject;
  const resolve = [
    'Settle it with *More Actions*, *Send a Signal*: the signal `resolve`, with the outcome `completed` or `failed`:',
    toPaste({ by: '<you>', outcome: 'completed', reason: '<how you know>' }),
  ];
  const review = reviewText(subject, inWebUi);
  const cut = review.length > reviewLengthMax ? `${shorten(review, reviewLengthMax)}\n\nCUT OFF HERE. All of it: ubos review` : review;
  return [
    `**${status}**${plan?.dryRun === true ? ' (dry run)' : ''}`,
    ...(status === 'proposed' && needs !== undefined ? [`Approvals: ${code(needs)}`] : []),
    ...howToDecide(subject),
    ...(digest === undefined ? [] : [`The digest in words, to compare: **${digestWords(digest)}**`]),
    ...(status === 'indeterminate' ? resolve : []),
    fence(cut),
  ].join('\n\n');
}
