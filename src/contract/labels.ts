import type { ProposalDocument } from '../domain/action/proposal.schema.js';
import { outsideMark } from '../domain/review/outside-text.js';
import { detailsLine, summaryLine } from '../domain/review/summary.js';
import { shorten, visible } from '../domain/text/visible.js';
import { memoKeys } from './names.js';

/** The first words of the rationale, and before them whose text it rests on; empty where there is none. */
export function whyOf(document: unknown): string {
  const { rationale } = (typeof document === 'object' && document !== null ? document : {}) as Partial<
    Record<keyof ProposalDocument, unknown>
  >;
  return typeof rationale === 'string' ? shorten(visible(`${outsideMark(document)}${rationale}`), 72) : '';
}

/** What every starter of a proposal writes on it for people: lists show the memo, because they know no document and ask no proposal. */
export function proposalLabels(document: ProposalDocument) {
  return {
    memo: { [memoKeys.why]: whyOf(document) },
    staticSummary: summaryLine(document),
    staticDetails: detailsLine(document),
  };
}
