import { personOf } from '../approval/rules.js';
import type { ApprovalTerms, Counted } from '../approval/terms.js';
import { openTerms, tallyDecisions } from '../approval/terms.js';
import type { GrantRecord } from '../modes/grant-record.js';
import { grantText } from '../modes/grant-record.js';
import { whyTooLow } from '../modes/grant.js';
import { lowest, modeIn } from '../modes/mode.js';
import { canonicalJson } from '../text/canonical.js';
import { snakeKeys } from '../text/key-case.js';
import type { LoggedLine } from './logged-line.js';
import type { RunFacts } from './run-facts.js';
import { parseStatement } from '../approval/statement.js';

/** Why a person's signature on this line does not count; undefined where it does. */
function signatureProblem(line: LoggedLine, by: string, verified: ReadonlySet<string>): string | undefined {
  // A line that grew too long holds digests instead: then it has to do that the history says a signature was verified.
  if (line.signatures === undefined && line.assurance === 'signed' && verified.size > 0) return undefined;
  const found = (line.signatures ?? []).find((each) => each.by === by);
  if (found === undefined) return `${by} did not sign it`;
  const statement = parseStatement(found.statement);
  if ('malformed' in statement) return `${by} signed no statement: ${statement.malformed}`;
  if (statement.proposal_id !== line.about) return `${by} signed about ${statement.proposal_id}`;
  if (statement.proposal_sha256 !== line.digest) return `${by} signed another digest`;
  if (statement.decision !== 'approve' && statement.decision !== 'break_glass') return `${by} signed ${statement.decision}`;
  if (personOf(statement.signer) !== personOf(by)) return `${statement.signer} signed for ${by}`;
  return verified.has(found.key) ? undefined : `no history says that the signature of ${by} was verified`;
}

const fieldsOf = (value: unknown) => (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;

/** Whose vessel it is, and whether the brain ever signed a text. */
export interface BrainsWord {
  readonly vessel: string;
  readonly isOwn: (text: string, signature: string) => boolean;
}

/** Whether the brain said so: of this start, with these figures, and of no other. */
function isSignedByBrain({ grant = {}, about: proposalId, digest = '' }: LoggedLine, { vessel, isOwn }: BrainsWord): boolean {
  const { signature, ...record } = grant;
  if (typeof signature !== 'string') return false;
  try {
    return isOwn(grantText({ vessel, proposalId, digest }, record as unknown as GrantRecord), signature);
  } catch (error) {
    // What canonical JSON cannot carry was never signed.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** Why no mode consented here (spec T7): the terms let none, another one is named, the mode by the figures was lower, or the brain never said so. */
function grantProblem(line: LoggedLine, terms: ApprovalTerms, brain: BrainsWord | undefined): string | undefined {
  const { grant, approvedBy = [] } = line;
  if (terms.grant === undefined) return 'its terms let no mode consent';
  const { mode: said, terms: saidTerms, figures } = grant ?? {};
  const mode = modeIn(said);
  if (mode === undefined || approvedBy.join() !== `mode:${mode}`) return 'it names no mode that consented';
  if (canonicalJson(saidTerms ?? null) !== canonicalJson(snakeKeys(terms.grant))) return 'the grant is of other terms';
  const stood = modeIn(fieldsOf(figures)['mode']) ?? 'alpha';
  const tooLow = whyTooLow(terms.grant, lowest(mode, stood));
  if (tooLow !== undefined || brain === undefined) return tooLow;
  return isSignedByBrain(line, brain) ? undefined : 'the brain did not sign the grant that it rests on';
}

/**
 * Why what an `action_approved` line says is no approval under the terms that were frozen into the proposal (spec A3, A4); undefined where it is
 * one. Where nobody knows the terms any more, somebody must have approved it. The signatures themselves were verified when they arrived, which the history holds, and by hands; keys may be gone since.
 */
export function approvalProblem(
  line: LoggedLine,
  terms: ApprovalTerms = openTerms(''),
  runs: readonly RunFacts[] = [],
  brain?: BrainsWord,
): string | undefined {
  if (line.assurance === 'mode') return grantProblem(line, terms, brain);
  const verified = new Set(runs.flatMap(({ verifiedKeys }) => verifiedKeys));
  const mustSign = terms.signature === 'required' || line.breaksGlass === true;
  const problems: string[] = [];
  const counted: Counted[] = [];
  for (const by of line.approvedBy ?? []) {
    const problem = mustSign ? signatureProblem(line, by, verified) : undefined;
    if (problem === undefined)
      counted.push({ kind: 'approve', by }, ...(line.breaksGlass === true ? [{ kind: 'break_glass', by } as const] : []));
    else problems.push(problem);
  }
  // Whether the next group had been asked is not in the log; that its approval counts at all is in the terms.
  if (tallyDecisions(terms, counted, true) === 'approved') return undefined;
  return problems.length > 0 ? problems.join('; ') : `${(line.approvedBy ?? []).join(', ') || 'nobody'} is not enough for it`;
}
