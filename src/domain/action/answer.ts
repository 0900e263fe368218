import { canonicalJson } from '../text/canonical.js';

/** What hands were asked to do when they gave an answer. */
export type Act = 'execute' | 'settle' | 'close' | 'probe' | 'rollback' | 'preview';

/** An answer of hands with their word that it is theirs; the signature is empty where they were asked about nothing that they could read. */
export interface SignedAnswer<Answer> {
  readonly act: Act;
  readonly answer: Answer;
  /** base64 */
  readonly signature: string;
}

/** What hands sign: about which permit, exactly as it was presented, and what they say of it. It stays true for as long as the permit is known. */
export interface AnswerStatement {
  readonly act: Act;
  /** `permitDigest` of the permit that was presented. */
  readonly permit: string;
  /** Its signature as it was presented: what hands say of a forged permit never counts for the true one. */
  readonly presented: string;
  /** Which step of a rollback. */
  readonly index?: number;
  readonly answer: unknown;
}

/** The bytes under the signature. */
export const answerText = (statement: AnswerStatement): string => `janus.answer.v1\0${canonicalJson(statement)}`;

/** As it will be read on the other side: what JSON drops is dropped, and half characters, which have no canonical form, are replaced. */
export function asSent<Answer>(answer: Answer): Answer {
  const replace = (_: string, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value);
  return JSON.parse(JSON.stringify(answer, replace)) as Answer;
}
