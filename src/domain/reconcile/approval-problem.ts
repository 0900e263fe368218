import { personOf } from '../approval/rules.js';
import type { ApprovalTerms, Counted } from '../approval/terms.js';
import { openTerms, tallyDecisions } from '../approval/terms.js';
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

/**
 * Why what an `action_approved` line says is no approval under the terms that were frozen into the proposal (spec A3, A4); undefined where it is
 * one. Where nobody knows the terms any more, somebody must have approved it. The signatures themselves were verified when they arrived, which the history holds, and by hands; keys may be gone since.
 */
export function approvalProblem(
  line: LoggedLine,
  terms: ApprovalTerms = openTerms(''),
  runs: readonly RunFacts[] = [],
): string | undefined {
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
