import type { Sha256 } from '../text/canonical.js';
import { canonicalJson } from '../text/canonical.js';

/** The text of what a security policy is made of. */
export interface PolicyDocuments {
  /** agent.yaml */
  readonly agent: string;
  /** policy.json */
  readonly policy: string;
  /** Null: there is none. */
  readonly allowedSigners: string | null;
  readonly revokedSigners: string | null;
}

/** Under which names they are kept. */
export const keptNames: Readonly<Record<keyof PolicyDocuments, string>> = {
  agent: 'agent.yaml',
  policy: 'policy.json',
  allowedSigners: 'allowed_signers',
  revokedSigners: 'revoked_signers',
};

/** What documents are called: 64 hex digits over every byte of them. */
export function documentsDigest(sha256: Sha256, documents: PolicyDocuments): string {
  const { agent, policy, allowedSigners, revokedSigners } = documents;
  const hash = (text: string | null) => (text === null ? null : sha256(text));
  const hashes = [agent, policy, allowedSigners, revokedSigners].map(hash);
  return sha256(`janus.policy-documents.v1\0${canonicalJson(hashes)}`);
}
