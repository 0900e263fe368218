import { ApplicationFailure } from '@temporalio/common';
import type { OrderKeeper } from '../../adapters/controls/kept-orders.js';
import type { AnswerSigner } from '../../adapters/permit/permit.js';
import type { ObeyActivities } from '../../contract/hands.js';
import type { Obeyed, StandingOrders } from '../../domain/controls/standing-orders.js';
import { obeyedText } from '../../domain/controls/standing-orders.js';
import { hasCode } from '../../domain/errors.js';

export interface ObeyDependencies {
  readonly keeper: Pick<OrderKeeper, 'keep'>;
  /** Takes the mark of a stop away where it is one of these; says where it cannot. */
  readonly clearStops: (ids: readonly string[]) => Promise<Pick<Obeyed, 'cleared' | 'problem'>>;
  readonly answers: Pick<AnswerSigner, 'sign'>;
}

/** What people ordered, as the brain signs it: without restart, and also while a stop stands (spec G2, K1). */
export function createObeyActivities({ keeper, clearStops, answers }: ObeyDependencies): ObeyActivities {
  return {
    async obeyOrders(signed) {
      let orders: StandingOrders;
      try {
        orders = await keeper.keep(signed);
      } catch (error) {
        if (!hasCode(error, 'PERMIT_REFUSED')) throw error;
        throw ApplicationFailure.create({ type: error.code, message: error.message, nonRetryable: true, cause: error });
      }
      const obeyed: Obeyed = { seq: orders.seq, ...(await clearStops(orders.resumed)) };
      return { obeyed, signature: answers.sign(obeyedText(signed, obeyed)) };
    },
  };
}
