import type { VesselClient } from '../../../src/client/vessel.js';
import type { BookkeepingReport } from '../../../src/contract/bookkeeping.js';
import type { OrderAnswer, OrderMessage, StandingView } from '../../../src/contract/orders.js';
import { asConfigured } from '../../../src/domain/trail/standing.js';

export interface FakeVessel extends VesselClient {
  /** What was ordered, in order. */
  readonly ordered: readonly OrderMessage[];
}

export function standingView(change: Partial<StandingView> = {}): StandingView {
  return { stops: [], pauses: [], setting: asConfigured, limitMax: 4, signed: { resume: false, controls: false }, ...change };
}

/** A vessel that accepts every order; `answer` says otherwise. */
export function aVessel(
  standing: Partial<StandingView> = {},
  answer: Partial<OrderAnswer> = {},
  backup: BookkeepingReport = { findings: [{ check: 'backup', ok: true, summary: 'snapshot 0123abcd: 9 files, 1 s' }] },
): FakeVessel {
  const view = standingView(standing);
  const ordered: OrderMessage[] = [];
  return {
    ordered,
    vessel: 'janus-test',
    namespace: 'default',
    standing: async () => view,
    backUp: async () => ({ report: async () => backup }),
    order: async (message) => {
      ordered.push(message);
      const gone = (halts: StandingView['stops']) => halts.filter(({ id }) => id !== message.of);
      const after = { ...view, stops: gone(view.stops), pauses: gone(view.pauses) };
      return { accepted: true, code: 'ACCEPTED', message: '', standing: after, hands: { seq: 1, cleared: [] }, ...answer };
    },
  };
}
