import type { StartRequest } from '../../contract/hands.js';
import type { Act, SignedAnswer } from '../../domain/action/answer.js';
import { answerText, asSent } from '../../domain/action/answer.js';
import type { PermitPurpose } from '../../domain/action/permit.js';
import { permitDigest } from '../../domain/action/permit.js';
import type { HandsDependencies } from './dependencies.js';
import { unlessRefused } from './refusal.js';
import type { PresentedStart } from './start-request.js';
import { readStart } from './start-request.js';

/** One kind of question to the hands. */
export interface Question<Answer> {
  readonly act: Act;
  /** What the permit has to be for; absent: a start. */
  readonly purpose?: PermitPurpose;
  readonly work: (start: PresentedStart) => Promise<Answer>;
  /** What is said where the permit does not hold. */
  readonly refused: (why: string) => Answer;
}

/**
 * Answers, and signs the answer: whoever polls the queue of the hands can take a question away, and answer nothing that counts. The permit is verified
 * before `work`. What cannot be read is answered without a signature, since it is about nothing.
 */
export async function answered<Answer>(
  deps: HandsDependencies,
  request: StartRequest & { readonly index?: number },
  { act, purpose, work, refused }: Question<Answer>,
): Promise<SignedAnswer<Answer>> {
  const read = await unlessRefused<PresentedStart | { readonly why: string }>(
    async () => readStart(deps, request, purpose),
    (why) => ({ why }),
  );
  if ('why' in read) return { act, answer: refused(read.why), signature: '' };
  const answer = asSent(
    await unlessRefused(() => {
      deps.permits.assertSigned(read);
      return work(read);
    }, refused),
  );
  const { permit, signature: presented } = read;
  const index = act === 'rollback' && Number.isSafeInteger(request.index) ? request.index : undefined;
  const statement = { act, permit: permitDigest(deps.sha256, permit), presented, ...(index !== undefined && { index }), answer };
  return { act, answer, signature: deps.answers.sign(answerText(statement)) };
}
