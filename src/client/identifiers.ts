import { isProposalId } from '../domain/action/proposal-id.js';
import { JanusError } from '../domain/errors.js';

const prefix = /^(?:janus-)?([0-9a-f]{1,12})$/;
/** What one person started alone has a review of its own. */
const review = /^(?:janus-)?([0-9a-f]{12}-review)$/;
const prefixLengthMin = 6;
const digitsInAll = 12;

/** What a person typed for a proposal: a whole id, or the beginning of one. Undefined where it is neither. */
export function parseReference(
  text: string,
): { readonly kind: 'id' | 'prefix'; readonly id: string } | { readonly kind: 'latest' } | undefined {
  if (text === '@latest') return { kind: 'latest' };
  const reviewed = review.exec(text.toLowerCase())?.[1];
  if (reviewed !== undefined) return { kind: 'id', id: `janus-${reviewed}` };
  const digits = prefix.exec(text.toLowerCase())?.[1];
  if (digits === undefined || digits.length < prefixLengthMin) return undefined;
  return { kind: digits.length === digitsInAll ? 'id' : 'prefix', id: `janus-${digits}` };
}

/** Of a proposal, or of the review of a broken glass. Whoever reaches the server starts workflows under any name at all. */
export const isKnownId = (id: string): boolean => isProposalId(id.replace(/-review$/, ''));

export function badReference(text: string): JanusError {
  return new JanusError('USAGE', `${JSON.stringify(text.slice(0, 60))} is no proposal id`, {
    next: 'a whole id such as janus-0123456789ab, at least 6 of its digits, or @latest: ubos proposals list',
  });
}

/** The one id among the candidates; the others are named in the error. */
export function only(text: string, candidates: readonly string[]): string {
  const [first, second] = candidates;
  if (first === undefined) {
    throw new JanusError('PROPOSAL_NOT_FOUND', `there is no proposal ${text}`, { next: 'ubos proposals list --all' });
  }
  if (second === undefined) return first;
  throw new JanusError('AMBIGUOUS_ID', `${text} fits ${candidates.length} proposals: ${candidates.slice(0, 8).join(', ')}`, {
    details: { candidates: candidates.slice(0, 8) },
    next: 'type more of its digits',
  });
}
