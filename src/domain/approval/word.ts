import type { Decision } from './decision.js';
import { parseStatement } from './statement.js';

/** A decision with the time at which its proposal read it; absent: nobody knows. */
export type Word = Pick<Decision, 'statement' | 'saidAt'> & { readonly receivedAt?: string };

/** When it was said, as its signed statement says, or else as whoever sent it does; and the nonce that is spent with it. */
export function wordOf({ statement, saidAt }: Word): { readonly nonce?: string; readonly saidAt?: string } {
  if (statement !== undefined) {
    const parsed = parseStatement(statement);
    return 'malformed' in parsed ? {} : { nonce: parsed.nonce, saidAt: parsed.issued_at };
  }
  return saidAt === undefined ? {} : { saidAt };
}

/**
 * When a word counts as said, in milliseconds: a worker that was away reads it later. It is a claim of whoever sends it, so it lies between the
 * question and the moment at which the word was read.
 */
export function saidAt(word: Word, { askedAt, now }: { readonly askedAt: number; readonly now: number }): number {
  const read = word.receivedAt === undefined ? now : Date.parse(word.receivedAt);
  const claimed = Date.parse(wordOf(word).saidAt ?? '');
  return Number.isNaN(claimed) ? read : Math.min(read, Math.max(askedAt, claimed));
}
