import type { DecideAnswer, DecideMessage, JudgedMessage, ProposalView } from '../../contract/messages.js';
import type { ProposalStatus } from '../../domain/action/status.js';
import type { ConsentProblem } from '../../domain/review/consent.js';

/** Nothing was done. */
export interface Refused {
  readonly kind: 'refused';
  readonly proposalId: string;
  /** A code of the proposal (`DecisionCode` and others), or of the desk itself: then nothing was sent. */
  readonly code: string;
  readonly why: string;
  /** `malformed`: nobody could say it so; `not_permitted`: another person or another key could; `conflict`: it is not as they thought. */
  readonly fault: 'malformed' | 'not_permitted' | 'conflict';
  readonly status: ProposalStatus;
  /** Who came too late learns who was first, as far as the proposal can say. */
  readonly first?: JudgedMessage | undefined;
}

export interface Accepted {
  readonly kind: 'accepted';
  readonly message: DecideMessage;
  /** Right after it. */
  readonly status: ProposalStatus;
}

const deciding: readonly string[] = ['approve', 'break_glass', 'reject', 'cancel', 'resolve'];

/** The message that decided it; undefined where nobody can say. */
export function decisive({ decisions }: ProposalView): JudgedMessage | undefined {
  return decisions.findLast(({ code, kind }) => code === 'ACCEPTED' && deciding.includes(kind));
}

/** Answers that say who may not, or by what signature not. */
const notPermitted = /^(?:PREVIEW_REFUSED|SIGNATURE|SIGNER|KEY|WRONG_KEY|NOT_AUTHORISED|SELF_APPROVAL|WRONG_SIGNER)/;

/** What the proposal's own answer means for whoever asked. */
export function refusedBy(proposalId: string, { code, message, status }: DecideAnswer, first: JudgedMessage | undefined): Refused {
  const fault = code === 'MALFORMED' ? 'malformed' : notPermitted.test(code) ? 'not_permitted' : 'conflict';
  return { kind: 'refused', proposalId, code, why: message, fault, status, first };
}

/** For what says itself that it waits for nobody: nothing is sent. */
export function tooLate(view: ProposalView): Refused {
  const { proposalId, status, reason } = view;
  return {
    kind: 'refused',
    proposalId,
    code: 'LATE',
    why: `it is ${status} (${reason})`,
    fault: 'conflict',
    status,
    first: decisive(view),
  };
}

const consentProblems: Readonly<Record<ConsentProblem, string>> = {
  OTHER_DIGEST: 'what was named is not what is displayed',
  NOT_ASKED: 'a person sits there and was not asked',
  NOT_NAMED: 'nobody was asked, and nothing named that was read elsewhere',
  NOT_READ: 'it was not shown to its end',
  NOT_TYPED: 'the last letters of its digest in words were not typed',
};

/** What was no consent. */
export function notConsented({ proposalId, status }: ProposalView, code: ConsentProblem): Refused {
  const fault = code === 'OTHER_DIGEST' ? 'conflict' : 'malformed';
  return { kind: 'refused', proposalId, code, why: consentProblems[code], fault, status };
}
