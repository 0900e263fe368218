import { resolve } from 'node:path';
import type { SignatureVerifier } from '../../../adapters/signatures/signature-verifier.js';
import type { ApprovalPolicy } from '../../../domain/approval/terms.js';
import { JanusError } from '../../../domain/errors.js';
import type { ModeTrail, SignedWord } from '../../../domain/modes/evidence.js';
import type { Claim } from '../../../domain/modes/words.js';
import { claimsOf, signedTextOf, whyNotEntitled, whyNotSaid, whyNotSigned } from '../../../domain/modes/words.js';
import type { Context, Values } from '../../command.js';
import { textOf } from '../../command.js';

export const signersOption = { 'allowed-signers': { type: 'string' } } as const;

/** A signed word that does not count, and why. */
export interface Doubt {
  readonly word: SignedWord;
  readonly about: string;
  readonly why: string;
}

/** What became of the signed words that the mode rests on. */
export type Examined =
  | { readonly state: 'verified'; readonly by: string; readonly count: number; readonly doubts: readonly Doubt[] }
  | { readonly state: 'not_verified'; readonly why: string; readonly count: number; readonly doubts: readonly Doubt[] };

const asDoubt = ({ order, word }: Claim, why: string): Doubt => ({ word, about: `${order.kind} of ${word.by}, about ${order.of}`, why });

interface Judge {
  readonly verifier: SignatureVerifier;
  readonly vessel: string | undefined;
  readonly policy: ApprovalPolicy | undefined;
}

async function doubtOf(claim: Claim, { verifier, vessel, policy }: Judge) {
  const said = whyNotSaid(claim, vessel);
  if (said !== undefined) return { why: said };
  const verdict = await verifier.verify(signedTextOf(claim));
  const why = whyNotSigned(claim, verdict) ?? (policy === undefined ? undefined : whyNotEntitled(claim, policy));
  return why === undefined ? undefined : { why, isUnavailable: !verdict.ok && verdict.code === 'SIGNATURES_UNAVAILABLE' };
}

interface Examining {
  readonly trail: ModeTrail;
  /** Whose statements these have to be; undefined where nobody knows. */
  readonly vessel: string | undefined;
  /** allowed_signers(5) of the vessel; undefined where it has none. */
  readonly signers: string | undefined;
  /** Of the vessel's own configuration: then a word that nobody can vouch for counts for nothing, as for the brain. */
  readonly policy: ApprovalPolicy | undefined;
  /** A person named this file: then it has to be one. */
  readonly isAsked: boolean;
}

async function examine({ trail, vessel, signers, policy, isAsked }: Examining): Promise<Examined> {
  const claims = claimsOf(trail);
  const count = claims.length;
  const unexamined = (why: string) => {
    const doubts = policy === undefined ? [] : claims.map((claim) => asDoubt(claim, why));
    return { state: 'not_verified' as const, why, count, doubts };
  };
  if (signers === undefined)
    return unexamined(
      policy === undefined ? '--allowed-signers FILE names the keys' : 'there is no list of keys (approvals.allowed_signers)',
    );
  const { createSignatureVerifier } = await import('../../../adapters/signatures/create-signature-verifier.js');
  // Without revocations: what a key said while it was good stays said.
  const verifier = createSignatureVerifier({ allowedSigners: signers });
  const doubts: Doubt[] = [];
  for (const claim of claims) {
    const doubt = await doubtOf(claim, { verifier, vessel, policy });
    if (doubt?.isUnavailable === true && isAsked) throw new JanusError('USAGE', doubt.why, { next: '--allowed-signers FILE' });
    if (doubt?.isUnavailable === true) return unexamined(doubt.why);
    if (doubt !== undefined) doubts.push(asDoubt(claim, doubt.why));
  }
  return { state: 'verified', by: signers, count, doubts };
}

/** Verifies every signed word that the mode rests on, with the keys of `--allowed-signers`, or of the configuration. Throws USAGE for a file that is none. */
export async function examineWords(trail: ModeTrail, values: Values, context: Context): Promise<Examined> {
  const [asked, folder] = [textOf(values, 'allowed-signers'), textOf(values, 'trail')];
  const config = folder === undefined ? await context.config() : undefined;
  const { readPublicKey } = await import('../../../adapters/audit/heads/read-heads.js');
  const heads = folder === undefined ? undefined : resolve(context.cwd, folder, 'heads');
  return examine({
    trail,
    vessel: config?.vesselId ?? (heads === undefined ? undefined : readPublicKey(heads)?.name.replace(/\/heads$/, '')),
    signers: asked === undefined ? config?.approvals.allowedSigners : resolve(context.cwd, asked),
    policy: config?.approvals,
    isAsked: asked !== undefined,
  });
}
