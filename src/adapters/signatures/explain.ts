import { readFile } from 'node:fs/promises';
import type { SignerEntry } from '../../domain/approval/allowed-signers.js';
import { parseRevokedKeys } from '../../domain/approval/allowed-signers.js';
import { errnoWords } from '../../domain/text/errno-words.js';
import type { SignatureCode, SignatureProblem, SignedText } from './signature-verifier.js';
import type { SshSignature } from './sshsig.js';
import { keyFingerprint } from '../files/sha256.js';

export const refused = (code: SignatureCode, why: string): SignatureProblem => ({ ok: false, code, why });

/** A list of the kind of `ssh-keygen -k`. */
export const krlMagic = 'SSHKRL\n\0';

/** Whether the list of revoked keys is what stands in the way; a list that cannot be read stands in everybody's. */
export async function explainRevoked(revoked: string, { key }: SshSignature): Promise<SignatureProblem> {
  const print = keyFingerprint(key);
  try {
    const list = await readFile(revoked, 'latin1');
    if (list.startsWith(krlMagic)) return refused('KEY_REVOKED', `${print} is revoked by ${revoked}`);
    const { keys, problems } = parseRevokedKeys(list);
    const [first] = problems;
    if (first !== undefined) return refused('SIGNATURES_UNAVAILABLE', `${revoked}:${first.line}: ${first.found}`);
    // A certificate is revoked with its own key or with its authority's.
    const own = keys.includes(key.toString('base64'));
    return refused('KEY_REVOKED', own ? `${print} is listed in ${revoked}` : `${print} is revoked by ${revoked}`);
  } catch (error) {
    return refused('SIGNATURES_UNAVAILABLE', `${revoked}: ${errnoWords(error)}`);
  }
}

const iso = (at: number) => new Date(at).toISOString();

/** Why ssh-keygen found no line that lets this key sign for this person: names the reason, decides nothing. */
export function explainUnlisted(
  entries: readonly SignerEntry[],
  { key, keyType }: SshSignature,
  { principal, namespace, at }: SignedText,
): SignatureProblem {
  const print = keyFingerprint(key);
  const isCertificate = keyType.includes('-cert-v01@');
  const own = entries.filter((entry) => (isCertificate ? entry.certAuthority : entry.key === key.toString('base64')));
  const named = isCertificate ? own : own.filter(({ principals }) => principals.includes(principal));
  const [other] = own;
  if (other === undefined) return refused('SIGNER_UNKNOWN', `${print} is in no line of allowed_signers`);
  if (named.length === 0) return refused('SIGNER_UNKNOWN', `${print} is the key of ${other.principals.join(', ')}, not of ${principal}`);
  if (!named.some((entry) => entry.namespaces.includes(namespace)))
    return refused('WRONG_KEY_NAMESPACE', `${print} is not listed for ${namespace}`);
  const late = named.find(({ validBefore }) => validBefore !== undefined && validBefore < at.getTime());
  if (late !== undefined) return refused('KEY_EXPIRED', `${print} was valid before ${iso(late.validBefore ?? 0)}`);
  const early = named.find(({ validAfter }) => validAfter !== undefined && validAfter > at.getTime());
  if (early !== undefined) return refused('KEY_EXPIRED', `${print} is valid only after ${iso(early.validAfter ?? 0)}`);
  return refused('SIGNER_UNKNOWN', `${print} does not speak for ${principal}`);
}
