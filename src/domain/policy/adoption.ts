import { canonicalJson } from '../text/canonical.js';

/**
 * What the brain says to those who have no trail about the policy that is adopted (spec C7). It names where the trail says so, and of two the later one
 * counts: an old one that somebody puts back changes nothing.
 */
export interface Adoption {
  readonly vessel: string;
  readonly policy: string;
  /** SHA-256 of the documents to keep to; null: the files count as they are. */
  readonly documents: string | null;
  /** Of the record in the mission log, with the hash of the line before it. */
  readonly seq: number;
  readonly prev: string;
}

/** With the brain's word for it (base64, over `text`). */
export interface SignedAdoption {
  readonly text: string;
  readonly signature: string;
}

const type = 'janus.adoption.v1';

/** The text that the brain signs. */
export const adoptionText = (adoption: Adoption): string => canonicalJson({ ...adoption, type });

const isDigest = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

/** Reads one of unknown origin; undefined where it is none. Says nothing about the signature. */
export function parseAdoption(text: string): Adoption | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { type: said, vessel, policy, documents, seq, prev } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (said !== type || typeof vessel !== 'string' || typeof prev !== 'string' || !isDigest(policy)) return undefined;
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || (documents !== null && !isDigest(documents))) return undefined;
  return { vessel, policy, documents, seq, prev };
}
