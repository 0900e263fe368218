import { constants, createHash, verify } from 'node:crypto';
import type { SshPublicKey } from './public-key.js';
import { positiveNumber, readPublicKey } from './public-key.js';
import { SshReader, sshString } from './ssh-wire.js';

/** Of a text by this purpose, as ssh-keygen writes it. */
interface Signed {
  readonly text: string;
  readonly signature: string;
  readonly namespace: string;
}

const digest = (name: 'sha256' | 'sha512', bytes: Buffer) => createHash(name).update(bytes).digest();

/** The bytes of an armoured signature; undefined where a line or a digit is other than ssh-keygen writes it. */
function dearmour(armoured: string): Buffer | undefined {
  const [, body = ''] = /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n*$/.exec(armoured) ?? [];
  const base64 = body.replaceAll('\n', '');
  const blob = Buffer.from(base64, 'base64');
  return blob.length > 0 && blob.toString('base64') === base64 ? blob : undefined;
}

/** Two numbers of the length that the curve has, one after the other. */
function bothNumbers(bytes: Buffer, length: number): Buffer | undefined {
  const reader = new SshReader(bytes);
  const numbers = [positiveNumber(reader.string()), positiveNumber(reader.string())];
  if (!reader.isAtEnd || numbers.some((each) => each === undefined || each.length > length)) return undefined;
  return Buffer.concat(numbers.flatMap((each = Buffer.alloc(0)) => [Buffer.alloc(length - each.length), each]));
}

/** By which a plain RSA key may sign; SHA-1 is not among them. */
const rsaHashes: Readonly<Record<string, 'sha256' | 'sha512'>> = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' };

/** Whether this key made these bytes: `reader` stands behind the name of the algorithm. */
function isMadeBy(publicKey: SshPublicKey, algorithm: string, reader: SshReader, message: Buffer): boolean {
  const { type, key, hash, numberBytes, modulusBytes, application } = publicKey;
  const made = reader.string();
  if (modulusBytes !== undefined) {
    const rsaHash = Object.hasOwn(rsaHashes, algorithm) ? rsaHashes[algorithm] : undefined;
    if (rsaHash === undefined || !reader.isAtEnd || made.length !== modulusBytes) return false;
    return verify(rsaHash, message, { key, padding: constants.RSA_PKCS1_PADDING }, made);
  }
  if (algorithm !== type) return false;
  // Flags and counter: the authenticator signs them with the rest (PROTOCOL.u2f).
  const subject =
    application === undefined ? message : Buffer.concat([digest('sha256', application), reader.take(5), digest('sha256', message)]);
  if (!reader.isAtEnd) return false;
  if (numberBytes === undefined) return made.length === 64 && verify(null, subject, key, made);
  const numbers = bothNumbers(made, numberBytes);
  return numbers !== undefined && verify(hash, subject, { key, dsaEncoding: 'ieee-p1363' }, numbers);
}

function isGood({ text, namespace }: Signed, blob: Buffer): boolean {
  const reader = new SshReader(blob);
  if (reader.take(6).toString('latin1') !== 'SSHSIG' || reader.number() !== 1) return false;
  const publicKey = readPublicKey(reader.string());
  const purpose = reader.string();
  const reserved = reader.string();
  const hash = reader.string().toString('latin1');
  const signature = new SshReader(reader.string());
  if (publicKey === undefined || !reader.isAtEnd || reserved.length > 0 || !purpose.equals(Buffer.from(namespace))) return false;
  if (hash !== 'sha256' && hash !== 'sha512') return false;
  const parts = [purpose, reserved, hash, digest(hash, Buffer.from(text))];
  const message = Buffer.concat([Buffer.from('SSHSIG'), ...parts.map(sshString)]);
  return isMadeBy(publicKey, signature.string().toString('latin1'), signature, message);
}

/**
 * Whether a signature is good beyond doubt, by node:crypto: Ed25519, ECDSA, RSA with SHA-2, security keys, written exactly as OpenSSH writes them.
 * False says nothing: what is bad, odd or not known here is for ssh-keygen to judge. So whatever this takes, ssh-keygen takes; a test holds the two
 * against each other over thousands of changed signatures.
 */
export function isSurelyGood(signed: Signed): boolean {
  const blob = dearmour(signed.signature);
  // A half of a pair of surrogates has no bytes of its own.
  if (blob === undefined || !signed.text.isWellFormed()) return false;
  try {
    return isGood(signed, blob);
  } catch {
    return false;
  }
}
