import { randomBytes } from 'node:crypto';
import { sha256 } from '../../../adapters/files/sha256.js';
import type { ProposalClient } from '../../../client/proposals.js';
import type { DecideMessage, ProposalView, ProposerProof } from '../../../contract/messages.js';
import { JanusError } from '../../../domain/errors.js';
import { documentDigest } from '../../../domain/action/digests.js';
import type { ProposalDocument } from '../../../domain/action/proposal.schema.js';
import type { DecisionStatement } from '../../../domain/approval/statement.js';
import { signatureNamespaces, writeProposerStatement, writeStatement } from '../../../domain/approval/statement.js';
import type { Context, Values } from '../../command.js';
import { displayedDigest } from '../proposals/show-proposal.js';
import type { SigningKey } from './signing-key.js';
import { signingKey } from './signing-key.js';

/** Understood by every verb that decides. */
export const signingOptions = { key: { type: 'string' }, 'print-signal': { type: 'boolean' } } as const;

/** How long a statement counts about what waits for no deadline any more. */
const withoutDeadlineMilliseconds = 3_600_000;

async function sign(context: Context, { file }: SigningKey, text: string, namespace: string): Promise<string> {
  const { createSigner } = await import('../../../adapters/signatures/create-signer.js');
  return createSigner({ keyFile: file, env: context.env, interactive: context.interactive }).sign(text, namespace);
}

function written(write: () => string): string {
  try {
    return write();
  } catch (error) {
    throw new JanusError('USAGE', `this cannot be signed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Whom a message is from: the name for which the key speaks, and without a key whoever says to be there. */
export interface Signing {
  readonly by: string;
  readonly key: SigningKey | undefined;
}

export async function signingOf(context: Context, values: Values): Promise<Signing> {
  const key = await signingKey(context, values);
  return { by: key?.principal ?? context.user, key };
}

/** Until when the statement counts: never beyond the deadline that is displayed. */
function expiry({ deadline }: ProposalView, now: Date): string {
  return deadline === undefined ? new Date(now.getTime() + withoutDeadlineMilliseconds).toISOString() : new Date(deadline).toISOString();
}

/**
 * The message with its signed statement, where there is a key (spec A3). The digest in it is computed here, over the plan that is displayed:
 * throws CONFLICT where it is not the one that the server names.
 */
export async function signDecision(
  context: Context,
  { by, key }: Signing,
  { vessel, namespace }: Pick<ProposalClient, 'vessel' | 'namespace'>,
  view: ProposalView,
  message: Omit<DecideMessage, 'by' | 'proposal_id'>,
): Promise<DecideMessage> {
  const { decision, reason = '', extend, outcome } = message;
  const whole: DecideMessage = { ...message, by, proposal_id: view.proposalId };
  // Before the review there is no plan, so nothing that a signature could be about: only a cancellation comes so early.
  if (key === undefined || view.plan === undefined) return whole;
  const digest = displayedDigest(view);
  if (view.plan.vessel !== vessel)
    throw new JanusError('CONFLICT', `${view.proposalId} is a proposal of ${view.plan.vessel}, not of ${vessel}. Nothing done.`, {
      details: { answer: 'WRONG_VESSEL' },
      next: 'ubos config show',
    });
  const now = context.now();
  const statement = written(() =>
    writeStatement({
      vessel,
      namespace,
      workflow_id: view.proposalId,
      run_id: view.firstRunId,
      proposal_id: view.proposalId,
      proposal_sha256: digest,
      decision,
      reason,
      signer: by,
      issued_at: now.toISOString(),
      expires_at: expiry(view, now),
      nonce: randomBytes(16).toString('hex'),
      ...(extend !== undefined && { extend }),
      ...(outcome !== undefined && { outcome }),
    } satisfies Omit<DecisionStatement, 'type'>),
  );
  return { ...whole, digest, statement, signature: await sign(context, key, statement, signatureNamespaces.decision) };
}

/** The proposer's signature over the document; undefined without a key. */
export async function proveProposer(
  context: Context,
  values: Values,
  { vessel, namespace }: Pick<ProposalClient, 'vessel' | 'namespace'>,
  document: ProposalDocument,
): Promise<ProposerProof | undefined> {
  const { by, key } = await signingOf(context, values);
  if (key === undefined) return undefined;
  const statement = written(() =>
    writeProposerStatement({
      vessel,
      namespace,
      proposal_id: document.proposal_id,
      document_sha256: documentDigest(sha256, document),
      proposer: by,
      issued_at: context.now().toISOString(),
    }),
  );
  return { statement, signature: await sign(context, key, statement, signatureNamespaces.proposal) };
}

const shellQuoted = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`);

/** JSON in ASCII, in one line and without a single quote, so that no terminal, shell or clipboard changes it: what stands in quotes is the JSON. */
const ascii = (value: unknown) =>
  JSON.stringify(value).replace(/['\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The line for a shell that sends this decision without ubos. */
export function signalCommand(
  { namespace }: Pick<ProposalClient, 'namespace'>,
  id: string,
  { decision, ...message }: DecideMessage,
): string {
  const words = ['--namespace', namespace, '--workflow-id', id, '--name', decision, '--input', ascii(message)];
  return `temporal workflow signal ${words.map(shellQuoted).join(' ')}`;
}
