import type { Gathered, PlannedProposal, Verified } from '../../contract/cycle.js';
import { actionKey, proposalId } from '../../domain/action/digests.js';
import type { Proposal } from '../../domain/action/proposal.js';
import type { ProposalDocument } from '../../domain/action/proposal.schema.js';
import type { ModelAnswer } from '../../domain/model/answer.js';
import type { DropCode, Dropped } from '../../domain/model/candidate.js';
import type { Catalogue } from '../../domain/model/catalogue.js';
import type { ProposedDocument } from '../../domain/model/verify.js';
import { verifyCandidates } from '../../domain/model/verify.js';
import { rankProposed } from '../../domain/thinking/rank.js';
import type { Vouching } from './vouching.js';

export interface VerifyDependencies {
  readonly vouching: Vouching;
  readonly catalogue: () => Promise<Catalogue>;
  readonly parse: (document: unknown) => Proposal;
  /** What constitution and novelty object to, by the rules of the moment. The brain looks again, and its word decides. */
  readonly review: () => Promise<(proposal: Proposal) => readonly string[]>;
  readonly approvalSeconds: number;
  /** Of one cycle. */
  readonly proposalsMax: number;
  /** 32 hex digits, never the same. */
  readonly nonce: () => string;
}

interface Answered {
  readonly gathered: Gathered;
  readonly answer: ModelAnswer;
  /** How many more may wait. */
  readonly room: number;
  /** What came of the first answer, where this is the second. */
  readonly before: Verified | undefined;
}

/** What a model can mend when it is told. The rest is no mistake of its answer. */
const repairable: ReadonlySet<DropCode> = new Set<DropCode>([
  'malformed',
  'unknown_action',
  'bad_parameter',
  'unknown_mission',
  'not_allowed_for_mission',
  'no_evidence',
  'unknown_evidence',
  'ungrounded_number',
  'rationale_too_short',
]);

/** Nobody has proposed it yet: for rules, which look at neither id nor time. */
const unborn = { proposal_id: 'janus-000000000000', timestamp: new Date(0).toISOString() };

/** Makes whole proposals of what a model chose, as far as it holds; the rest with its reasons (spec T3). */
export async function verifyAnswer(deps: VerifyDependencies, { gathered, answer, room, before }: Answered): Promise<Verified> {
  if (answer.kind === 'failed') return { proposals: [], dropped: [], repairable: false };
  const { context } = gathered;
  const { sha256, self, now } = deps.vouching;
  const objections = await deps.review();
  const known = new Set(before?.proposals.map((proposal) => proposal.actionKey));
  const keyOf = (document: ProposedDocument) => actionKey(sha256, deps.parse({ ...document, ...unborn }));
  const review = (document: ProposedDocument) => {
    const proposal = deps.parse({ ...document, ...unborn });
    return known.has(actionKey(sha256, proposal)) ? ['it was proposed by the first answer already'] : objections(proposal);
  };
  const found = verifyCandidates(answer.candidates, {
    catalogue: await deps.catalogue(),
    context,
    proposalsMax: answer.candidates.length,
    review,
  });
  const ranked = rankProposed(found.accepted, context.missions, Math.max(0, Math.min(room, deps.proposalsMax - known.size)));
  const timestamp = now().toISOString();
  const proposals = ranked.chosen.map(({ document }): PlannedProposal => {
    const key = keyOf(document);
    const id = proposalId(sha256, { vessel: self.vessel, actionKey: key, timestamp, nonce: deps.nonce() });
    const whole: ProposalDocument = { ...document, proposal_id: id, timestamp };
    return { document: whole, actionKey: key, approvalSeconds: deps.approvalSeconds };
  });
  const dropped: Dropped[] = [...answer.malformed, ...found.dropped, ...ranked.dropped];
  const isFull = proposals.length >= Math.min(room, deps.proposalsMax - known.size);
  return { proposals, dropped, repairable: before === undefined && !isFull && dropped.some(({ code }) => repairable.has(code)) };
}
