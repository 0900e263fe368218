import type { ProposalDocument } from '../action/proposal.schema.js';
import { canonicalJson } from '../text/canonical.js';
import { shorten, visible } from '../text/visible.js';
import type { Candidate, DropCode, Dropped } from './candidate.js';
import type { Catalogue, CatalogueEntry } from './catalogue.js';
import { parameterProblems, renderEntry } from './catalogue.js';
import type { Fact, MissionView, ThinkingContext } from './context.js';
import { outsideSources } from './context.js';

/** A proposal but for what its cycle gives it. */
export type ProposedDocument = Omit<ProposalDocument, 'proposal_id' | 'timestamp'>;

export interface Proposed {
  readonly candidate: Candidate;
  readonly document: ProposedDocument;
  /** Sources of outside text in the context: the model saw all of it, whatever it cites (spec T5). */
  readonly tainted: readonly string[];
}

export interface VerificationSubject {
  readonly catalogue: Catalogue;
  readonly context: ThinkingContext;
  readonly proposalsMax: number;
  /** What the constitution objects to. */
  readonly review: (document: ProposedDocument) => readonly string[];
}

export interface Verification {
  readonly accepted: readonly Proposed[];
  readonly dropped: readonly Dropped[];
}

/** Shorter, or of fewer letters, says nothing; the constitution asks for the same of the whole. */
const [rationaleMin, lettersMin] = [20, 15];

type Objection = readonly [code: DropCode, why: string];

const missionOf = ({ missions }: ThinkingContext, id: string) => missions.find((mission) => mission.id === id);
const citedFacts = ({ facts }: ThinkingContext, evidence: readonly string[]) => facts.filter(({ id }) => evidence.includes(id));

const isNear = (one: number, other: number) => Math.abs(one - other) <= Math.abs(other) / 100;

/** The first number that no cited fact and no filled parameter has, within one per cent. */
function ungroundedNumber({ rationale, parameters }: Candidate, cited: readonly Fact[]): string | undefined {
  const numbersIn = (text: string) => text.match(/\d+(?:\.\d+)?/g) ?? [];
  const known = [...cited.flatMap(({ text, value }) => [text, String(value ?? '')]), ...Object.values(parameters).map(String)]
    .flatMap(numbersIn)
    .map(Number);
  return numbersIn(rationale).find((found) => !known.some((number) => isNear(Number(found), number)));
}

/** The first thing that is wrong with a candidate by itself. */
function objection(candidate: Candidate, entry: CatalogueEntry | undefined, context: ThinkingContext): Objection | undefined {
  const { missionId, evidence, rationale, parameters } = candidate;
  if (entry === undefined) return ['unknown_action', 'the catalogue has no such action'];
  const [parameterProblem] = parameterProblems(entry, parameters);
  if (parameterProblem !== undefined) return ['bad_parameter', `${entry.id}: ${parameterProblem}`];
  const mission = missionOf(context, missionId);
  if (mission === undefined) return ['unknown_mission', 'no active mission has this id'];
  if (mission.allowedActionTypes?.includes(entry.actionType) === false)
    return ['not_allowed_for_mission', `mission ${mission.id} allows ${mission.allowedActionTypes.join(', ')}, not ${entry.actionType}`];
  if (evidence.length === 0) return ['no_evidence', 'it names no fact that it rests on'];
  const cited = citedFacts(context, evidence);
  if (evidence.some((id) => !cited.some((fact) => fact.id === id))) return ['unknown_evidence', 'it names a fact that it was not shown'];
  const letters = rationale.match(/\p{L}/gu)?.length ?? 0;
  if (rationale.trim().length < rationaleMin || letters < lettersMin)
    return ['rationale_too_short', `at least ${rationaleMin} characters, ${lettersMin} of them letters`];
  const number = ungroundedNumber(candidate, cited);
  return number === undefined ? undefined : ['ungrounded_number', `the rationale says ${number}, no fact that it cites does`];
}

/** The command comes from the catalogue, the mission and the facts from the context; of the model there are choices, values and one sentence. */
function toDocument(candidate: Candidate, entry: CatalogueEntry, mission: MissionView, context: ThinkingContext): ProposedDocument {
  const cited = citedFacts(context, candidate.evidence);
  const { steps, rollback } = renderEntry(entry, candidate.parameters);
  const outside = outsideSources(context);
  return {
    vessel_id: context.vesselId,
    mission_context: `${mission.id}: ${mission.title}`,
    action_type: entry.actionType,
    rationale: shorten(`${visible(candidate.rationale.trim())} (${cited.map(({ text }) => visible(text)).join('; ')})`, 4_000),
    expected_outcome: entry.description,
    risk_level: entry.risk,
    risk_mitigation: `Action ${entry.id} of the catalogue, which people wrote; the model chose it and its values`,
    rollback_plan: entry.rollbackPlan,
    steps: [...steps],
    ...(rollback.length > 0 && { rollback: [...rollback] }),
    ...(entry.networkDomains.length > 0 && { network_domains: [...entry.networkDomains] }),
    metadata: {
      source: 'model',
      catalogue_action: entry.id,
      mission_id: mission.id,
      evidence: cited.map(({ id }) => id),
      context_digest: context.digest,
      ...(outside.length > 0 && { outside_sources: outside }),
    },
  };
}

/**
 * Turns what a model chose into proposals, or says why not, each with a code (spec T3). Pure and total: a model's words are data, and nothing that it
 * says makes an action reach further than the catalogue's entry does.
 */
export function verifyCandidates(candidates: readonly Candidate[], subject: VerificationSubject): Verification {
  const { catalogue, context } = subject;
  const accepted: Proposed[] = [];
  const dropped: Dropped[] = [];
  const seen = new Set<string>();
  for (const [index, candidate] of candidates.entries()) {
    const entry = catalogue.entries.find(({ id }) => id === candidate.action);
    const drop = ([code, why]: Objection) => dropped.push({ index, ...(entry && { action: entry.id }), code, why });
    const found = objection(candidate, entry, context);
    const mission = missionOf(context, candidate.missionId);
    if (found !== undefined || entry === undefined || mission === undefined) {
      drop(found ?? ['unknown_action', 'the catalogue has no such action']);
      continue;
    }
    const key = canonicalJson({ action: entry.id, parameters: candidate.parameters });
    if (seen.has(key)) {
      drop(['duplicate', 'the same action with the same values stands before it']);
      continue;
    }
    seen.add(key);
    const document = toDocument(candidate, entry, mission, context);
    const violations = subject.review(document);
    if (violations.length > 0) drop(['review_refused', shorten(violations.join('; '), 500)]);
    else if (accepted.length >= subject.proposalsMax) drop(['too_many', `at most ${subject.proposalsMax} proposals`]);
    else accepted.push({ candidate, document, tainted: outsideSources(context) });
  }
  return { accepted, dropped };
}
