import type { RunIdentity } from '../../contract/activities.js';
import type { Proposer } from '../../domain/approval/terms.js';
import { canonicalJson } from '../../domain/text/canonical.js';
import { matchProposerStatement, parseProposerStatement, signatureNamespaces } from '../../domain/approval/statement.js';
import { unsoundJson } from '../../domain/text/sound-json.js';
import type { BrainDependencies } from './dependencies.js';

const unsigned = (name: unknown): Proposer => ({ assurance: 'unsigned', name: typeof name === 'string' ? name.slice(0, 60) : '' });

/** A cycle starts what it proposes in the same moment; so much longer may a busy server take. */
const startMilliseconds = 15 * 60_000;

/**
 * Whether the brain's statement is as old as no cycle leaves one. Whoever reaches the server can call the mind and keep what it plans: its trigger held
 * then, and says nothing about a start when it suits a stranger. No mode consents to it (spec T7), and people decide.
 */
export function isLate(proof: unknown, now: Date): boolean {
  const { statement: text } = (proof ?? {}) as Readonly<Record<string, unknown>>;
  const statement = typeof text === 'string' ? parseProposerStatement(text) : undefined;
  const issued = statement === undefined || 'malformed' in statement ? Number.NaN : Date.parse(statement.issued_at);
  return !(now.getTime() - issued <= startMilliseconds);
}

/**
 * Who made a proposal, as far as a signature shows it (spec A3). Whatever is wrong with the proof, the answer is an unsigned proposer, which
 * counts as everybody: a claim must not help anybody.
 */
export async function proposerOf(
  deps: BrainDependencies,
  { workflowId }: RunIdentity,
  document: unknown,
  proof: unknown,
): Promise<Proposer> {
  if (typeof proof !== 'object' || proof === null) return unsigned('');
  const { statement: text, signature } = proof as Readonly<Record<string, unknown>>;
  if (typeof text !== 'string' || typeof signature !== 'string') return unsigned('');
  const statement = parseProposerStatement(text);
  // Of what is no JSON there is no hash that anybody could have signed.
  if ('malformed' in statement || unsoundJson(document) !== undefined) return unsigned('');
  const mismatch = matchProposerStatement(statement, {
    vessel: deps.self.vessel,
    namespace: deps.self.namespace,
    proposalId: workflowId,
    documentSha256: deps.sha256(canonicalJson(document)),
    now: deps.now().getTime(),
  });
  if (mismatch !== undefined) return unsigned(statement.proposer);
  if (deps.approvals.vouchers.isOwn(text, signature)) return { assurance: 'brain', name: statement.proposer };
  const { proposer: principal } = statement;
  const verified = await deps.approvals.signatures.verify({
    text,
    signature,
    principal,
    namespace: signatureNamespaces.proposal,
    at: deps.now(),
  });
  return verified.ok ? { assurance: 'signed', name: principal, key: verified.key } : unsigned(principal);
}
