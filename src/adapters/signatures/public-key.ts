import type { KeyObject } from 'node:crypto';
import { createPublicKey } from 'node:crypto';
import { SshReader } from './ssh-wire.js';

/** A public key of SSH, and how what it signs is verified. */
export interface SshPublicKey {
  readonly type: string;
  readonly key: KeyObject;
  /** What a signature is verified with; null where the algorithm has its own. */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null;
  /** Bytes of a number of an ECDSA signature. */
  readonly numberBytes?: number;
  /** Bytes of an RSA signature. */
  readonly modulusBytes?: number;
  /** Of a security key: what its signatures are bound to. */
  readonly application?: Buffer;
}

/** A number that is greater than zero, as SSH writes it: no more zeros before it than its sign needs. Undefined for anything else. */
export function positiveNumber(bytes: Buffer): Buffer | undefined {
  const [first = 0, second = 0] = bytes;
  if (bytes.length === 0 || first >= 0x80) return undefined;
  if (first !== 0) return bytes;
  return bytes.length > 1 && second >= 0x80 ? bytes.subarray(1) : undefined;
}

const curves = {
  nistp256: { crv: 'P-256', bytes: 32, hash: 'sha256' },
  nistp384: { crv: 'P-384', bytes: 48, hash: 'sha384' },
  nistp521: { crv: 'P-521', bytes: 66, hash: 'sha512' },
} as const;

type Found = Omit<SshPublicKey, 'type' | 'application'>;

function edwards(reader: SshReader): Found | undefined {
  const bytes = reader.string();
  if (bytes.length !== 32) return undefined;
  return { hash: null, key: createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') } }) };
}

const elliptic =
  (name: keyof typeof curves) =>
  (reader: SshReader): Found | undefined => {
    const { crv, bytes, hash } = curves[name];
    const curve = reader.string().toString('latin1');
    const point = reader.string();
    if (curve !== name || point.length !== 1 + 2 * bytes || point[0] !== 0x04) return undefined;
    const [x, y] = [point.subarray(1, 1 + bytes), point.subarray(1 + bytes)].map((each) => each.toString('base64url')) as [string, string];
    return { hash, numberBytes: bytes, key: createPublicKey({ format: 'jwk', key: { kty: 'EC', crv, x, y } }) };
  };

/** What people have: where one is odd, ssh-keygen may say whether it takes it. */
const modulusBytes = { min: 256, max: 1_024 };
const usualExponent = Buffer.from([1, 0, 1]);

function rivest(reader: SshReader): Found | undefined {
  const [e, n] = [positiveNumber(reader.string()), positiveNumber(reader.string())];
  if (e === undefined || n === undefined || !e.equals(usualExponent)) return undefined;
  if (n.length < modulusBytes.min || n.length > modulusBytes.max) return undefined;
  const jwk = { kty: 'RSA', n: n.toString('base64url'), e: e.toString('base64url') };
  return { hash: null, modulusBytes: n.length, key: createPublicKey({ format: 'jwk', key: jwk }) };
}

const readers: Readonly<Record<string, (reader: SshReader) => Found | undefined>> = {
  'ssh-ed25519': edwards,
  'sk-ssh-ed25519@openssh.com': edwards,
  'ecdsa-sha2-nistp256': elliptic('nistp256'),
  'ecdsa-sha2-nistp384': elliptic('nistp384'),
  'ecdsa-sha2-nistp521': elliptic('nistp521'),
  'sk-ecdsa-sha2-nistp256@openssh.com': elliptic('nistp256'),
  'ssh-rsa': rivest,
};

/** Undefined for a type that is not known here, such as a certificate, and for what is not written as OpenSSH writes it. Throws where it is cut off or no key. */
export function readPublicKey(blob: Buffer): SshPublicKey | undefined {
  const reader = new SshReader(blob);
  const type = reader.string().toString('latin1');
  const found = Object.hasOwn(readers, type) ? readers[type]?.(reader) : undefined;
  if (found === undefined) return undefined;
  const application = type.startsWith('sk-') ? reader.string() : undefined;
  return reader.isAtEnd ? { type, ...found, ...(application !== undefined && { application }) } : undefined;
}
