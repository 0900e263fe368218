import type { DecideMessage, ProposalOutcome, ProposalView } from '../../contract/messages.js';
import { JanusError } from '../../domain/errors.js';
import { consentProblem } from '../../domain/review/consent.js';
import type { ProposalClient } from '../proposals.js';
import type { Accepted, Refused } from './answer.js';
import { decisive, notConsented, refusedBy } from './answer.js';
import type { Person } from './person.js';
import type { Shown } from './shown.js';
import { show } from './shown.js';
import { signDecision } from './sign.js';
import type { PlainDraft, DecisionDraft } from './draft.js';
import { messageOf } from './draft.js';

export interface DeskSettings {
  readonly proposals: ProposalClient;
  readonly person: Person;
  /** The person can be asked here. */
  readonly canAsk: boolean;
  readonly now: () => Date;
}

/** A message that is ready to be sent, by whatever way. */
export interface Composed {
  readonly kind: 'composed';
  readonly proposalId: string;
  readonly message: DecideMessage;
}

/** Where one person decides about proposals: by terminal, page or program. It never prints, and asks nothing itself. */
export interface Desk {
  readonly canAsk: boolean;
  load(id: string): Promise<ProposalView>;
  /** What is to be shown of it. Throws CONFLICT where that is not what would be decided about. */
  show(view: ProposalView): Shown;
  /** The message for a decision about what was shown, signed where the person signs. Sends nothing. */
  compose(shown: Shown, draft: DecisionDraft): Promise<Composed | Refused>;
  /** The same for a decision that needs nothing to be shown; what is signed is checked as by `show`. */
  composeAbout(id: string, draft: PlainDraft): Promise<Composed>;
  /** Sends it and waits for the answer of the proposal. */
  send(composed: Composed): Promise<Accepted | Refused>;
  /** Leaves it with the server, where it waits for a worker: nobody answers. */
  post(composed: Composed): Promise<void>;
  /** Waits until the proposal has ended. */
  outcome(id: string): Promise<ProposalOutcome>;
}

const namesThePlan: readonly string[] = ['approve', 'break_glass', 'preview'];

export function createDesk({ proposals, person, canAsk, now }: DeskSettings): Desk {
  const { vessel, namespace } = proposals;
  const load = async (id: string) => {
    const view = await proposals.view(id);
    if (view.proposalId !== id)
      throw new JanusError('CONFLICT', `the server shows ${view.proposalId} for ${id}. Nothing done.`, { next: 'ubos doctor' });
    return view;
  };
  const saidNow = () => now().toISOString();
  const composed = async ({ view, digest }: Shown, draft: DecisionDraft): Promise<Composed> => {
    const { proposalId } = view;
    const { by, sign } = person;
    const named = namesThePlan.includes(draft.decision) ? digest : undefined;
    const unsigned = messageOf(draft, { by, proposalId, digest: named, saidAt: sign === undefined ? saidNow() : undefined });
    const message = sign === undefined ? unsigned : await signDecision(unsigned, { view, digest }, { vessel, namespace, now: now() }, sign);
    return { kind: 'composed', proposalId, message };
  };

  return {
    canAsk,
    load,
    show: (view) => show(view, now()),
    async compose(shown, draft) {
      const problem = 'consent' in draft ? consentProblem({ ...shown, canAsk }, draft.consent) : undefined;
      return problem === undefined ? composed(shown, draft) : notConsented(shown.view, problem);
    },
    async composeAbout(id, draft) {
      const unsigned: Composed = {
        kind: 'composed',
        proposalId: id,
        message: messageOf(draft, { by: person.by, proposalId: id, saidAt: saidNow() }),
      };
      if (person.sign === undefined) return unsigned;
      const view = await load(id);
      // Before the review there is no plan, so nothing that a signature could be about: only a cancellation comes so early.
      return view.plan === undefined ? unsigned : composed(show(view, now()), draft);
    },
    async send({ proposalId, message }) {
      const answer = await proposals.decide(proposalId, message);
      if (answer.accepted) return { kind: 'accepted', message, status: answer.status };
      const first = answer.code === 'LATE' ? await proposals.view(proposalId).then(decisive, () => undefined) : undefined;
      return refusedBy(proposalId, answer, first);
    },
    post: ({ proposalId, message: { decision, ...payload } }) => proposals.signal(proposalId, decision, payload),
    outcome: (id) => proposals.outcome(id),
  };
}
