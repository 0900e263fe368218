import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const string = (value: Buffer | string) => Buffer.concat([uint32(Buffer.byteLength(value)), Buffer.from(value)]);
const sha = (name: 'sha256' | 'sha512', value: Buffer | string) => createHash(name).update(value).digest();

/** What an SSH signature really signs (PROTOCOL.sshsig). */
const toSign = (text: string, namespace: string) =>
  Buffer.concat([Buffer.from('SSHSIG'), string(namespace), string(''), string('sha512'), string(sha('sha512', text))]);

function armoured(key: Buffer, namespace: string, signature: Buffer): string {
  const blob = Buffer.concat([
    Buffer.from('SSHSIG'),
    uint32(1),
    string(key),
    string(namespace),
    string(''),
    string('sha512'),
    string(signature),
  ]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return `-----BEGIN SSH SIGNATURE-----\n${lines.join('\n')}\n-----END SSH SIGNATURE-----\n`;
}

export interface SoftKey {
  /** "<type> <base64>", as in a .pub file. */
  readonly publicKey: string;
  sign(text: string, namespace: string): string;
}

const rawPublicKey = (key: KeyObject) => key.export({ type: 'spki', format: 'der' }).subarray(-32);

/** An Ed25519 key that never touches a file or ssh-keygen. */
export function softKey(): SoftKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = Buffer.concat([string('ssh-ed25519'), string(rawPublicKey(publicKey))]);
  return {
    publicKey: `ssh-ed25519 ${key.toString('base64')}`,
    sign: (text, namespace) => {
      const signature = Buffer.concat([string('ssh-ed25519'), string(sign(null, toSign(text, namespace), privateKey))]);
      return armoured(key, namespace, signature);
    },
  };
}

/** What an authenticator says: touched (1), and a PIN or finger checked (4). */
export const touched = 0x01;
export const verified = 0x04;

/** A number as SSH has it: no zeros before it, but one where its first bit would make it negative. */
function mpint(bytes: Buffer): Buffer {
  const first = bytes.findIndex((each) => each !== 0);
  const trimmed = bytes.subarray(first < 0 ? bytes.length : first);
  return string((trimmed[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), trimmed]) : trimmed);
}

const securityKeys = {
  ed25519: () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const own = string(rawPublicKey(publicKey));
    return { type: 'sk-ssh-ed25519@openssh.com', own, sign: (message: Buffer) => sign(null, message, privateKey) };
  },
  ecdsa: () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const own = Buffer.concat([string('nistp256'), string(publicKey.export({ type: 'spki', format: 'der' }).subarray(-65))]);
    const signed = (message: Buffer) => {
      const both = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return Buffer.concat([mpint(both.subarray(0, 32)), mpint(both.subarray(32))]);
    };
    return { type: 'sk-ecdsa-sha2-nistp256@openssh.com', own, sign: signed };
  },
};

interface SecurityKeySettings {
  readonly flags?: number;
  readonly counter?: number;
  readonly kind?: keyof typeof securityKeys;
}

/** A FIDO key in software: what ssh-keygen -Y sign makes with one that is plugged in (PROTOCOL.u2f). */
export function softSecurityKey({ flags = touched, counter = 7, kind = 'ed25519' }: SecurityKeySettings = {}): SoftKey {
  const { type, own, sign: signWith } = securityKeys[kind]();
  const key = Buffer.concat([string(type), own, string('ssh:')]);
  const said = Buffer.concat([Buffer.from([flags]), uint32(counter)]);
  return {
    publicKey: `${type} ${key.toString('base64')}`,
    sign: (text, namespace) => {
      const message = Buffer.concat([sha('sha256', 'ssh:'), said, sha('sha256', toSign(text, namespace))]);
      return armoured(key, namespace, Buffer.concat([string(type), string(signWith(message)), said]));
    },
  };
}

/** A second opinion on plain Ed25519 signatures, without ssh-keygen. */
export function isGoodEd25519(armour: string, text: string, namespace: string): boolean {
  const blob = Buffer.from(armour.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
  let at = 10;
  const next = () => {
    const length = blob.readUInt32BE(at);
    const value = blob.subarray(at + 4, at + 4 + length);
    at += 4 + length;
    return value;
  };
  const [key, signed, , , signature] = [next(), next(), next(), next(), next()] as const;
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.subarray(-32)]);
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return signed.toString() === namespace && verify(null, toSign(text, namespace), publicKey, signature.subarray(-64));
}
