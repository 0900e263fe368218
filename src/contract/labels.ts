import type { ProposalDocument } from '../domain/action/proposal.schema.js';
import { detailsLine, summaryLine } from '../domain/review/summary.js';
import { shorten, visible } from '../domain/text/visible.js';
import { memoKeys } from './names.js';

/** What every starter of a proposal writes on it for people: lists show the memo, because they know no document and ask no proposal. */
export function proposalLabels(document: ProposalDocument) {
  return {
    memo: { [memoKeys.why]: shorten(visible(document.rationale), 72) },
    staticSummary: summaryLine(document),
    staticDetails: detailsLine(document),
  };
}
