import type { FinalStatus } from '../action/status.js';
import { endEvents, runEvents, trailEvent } from '../trail/events.js';
import { canonicalJson } from '../text/canonical.js';
import { personOf } from '../approval/rules.js';
import type { LoggedLine } from './logged-line.js';
import type { RunFacts } from './run-facts.js';
import { shorten } from '../text/visible.js';

/** As the summary of a line is cut (`recordEnd`). */
const summaryMax = 400;

function unlikeReview(line: LoggedLine, run: RunFacts): string | undefined {
  const { review } = run;
  if (review === undefined) return undefined;
  const passed = line.event === trailEvent.actionProposed;
  if (review.passed !== passed) return `the history says that the review ${review.passed ? 'passed' : 'refused'} it`;
  if (!passed) return undefined;
  if (review.digest !== undefined && line.digest !== review.digest) return 'the history has another digest';
  if (line.documentSha256 !== undefined && run.documentSha256 !== undefined && line.documentSha256 !== run.documentSha256)
    return 'the history has another proposal';
  const [here, there] = [line.terms, review.terms].map((terms) => (terms === undefined ? '' : canonicalJson(terms)));
  return here === there ? undefined : 'the history has other terms of approval';
}

function unlikeApproval(
  { digest, approvedBy = [], assurance }: LoggedLine,
  { review, boundDigests, approvers, modes }: RunFacts,
): string | undefined {
  const digests = [...(review?.digest === undefined ? [] : [review.digest]), ...boundDigests];
  if (digests.length > 0 && !digests.includes(digest ?? '')) return 'the history has another digest';
  const spoke = new Set((assurance === 'mode' ? modes : approvers).map(personOf));
  if (approvedBy.length === 0) return 'it names nobody';
  const silent = approvedBy.filter((name) => !spoke.has(personOf(name)));
  return silent.length === 0 ? undefined : `${silent.join(', ')} never approved it in the history`;
}

function unlikeEnd(line: LoggedLine, { outcome }: RunFacts): string | undefined {
  if (outcome === undefined) return undefined;
  if (line.status !== outcome.status || line.event !== endEvents[outcome.status as FinalStatus])
    return `the history ended ${outcome.status}`;
  if (line.summary !== shorten(outcome.reason, summaryMax)) return 'the history has another reason';
  return (line.decidedBy ?? '') === (outcome.decidedBy ?? '') ? undefined : `the history says ${outcome.decidedBy ?? 'nobody'} decided`;
}

function unlikeStart({ digest }: LoggedLine, { review, boundDigests }: RunFacts): string | undefined {
  if (review?.digest === undefined) return undefined;
  return [review.digest, ...boundDigests].includes(digest ?? '') ? undefined : 'the history has another digest';
}

function unlikeRun(line: LoggedLine, run: RunFacts): string | undefined {
  const name = line.id.slice(line.about.length + 1);
  const [first, second] = name.split('/');
  if (first === 'review') return unlikeReview(line, run);
  if (first === 'approved') return unlikeApproval(line, run);
  if (first === 'start') return unlikeStart(line, run);
  if (first === 'end') return unlikeEnd(line, run);
  if (first === 'result' && second === undefined) {
    const ok = line.event === runEvents.completed;
    return run.results.length === 0 || run.results.includes(ok) ? undefined : `the history says that it ${ok ? 'failed' : 'succeeded'}`;
  }
  return undefined;
}

/** What a line says otherwise than every run that could have written it; undefined where one of them says the same, or nothing about it. */
export function unlike(line: LoggedLine, runs: readonly RunFacts[]): string | undefined {
  let why: string | undefined;
  for (const run of runs) {
    const problem = unlikeRun(line, run);
    if (problem === undefined) return undefined;
    why ??= problem;
  }
  return why;
}
