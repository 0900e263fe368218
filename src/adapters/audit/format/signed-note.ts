import type { KeyObject } from 'node:crypto';
import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import type { LogName } from '../../../domain/trail/logs.js';

/** What a head says: the tree of a log at one moment. */
export interface Head {
  readonly vesselId: string;
  readonly log: LogName;
  /** Records that it covers: 0 ... size - 1. */
  readonly size: number;
  /** RFC 6962 root, 32 bytes. */
  readonly root: Buffer;
  /** Leaf of record size - 1, hex. */
  readonly leaf: string;
  readonly time: string;
}

/** A C2SP verifier key: `<name>+<id>+<base64(0x01 || Ed25519 public key)>`. */
export interface VerifierKey {
  readonly name: string;
  /** 4 bytes, hex. */
  readonly id: string;
  readonly publicKey: KeyObject;
}

const algorithm = Buffer.of(1);

function idOf(name: string, raw: Buffer): string {
  return createHash('sha256').update(`${name}\n`).update(algorithm).update(raw).digest('hex').slice(0, 8);
}

const rawOf = (publicKey: KeyObject) => Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');

export function verifierKeyOf(name: string, publicKey: KeyObject): VerifierKey {
  return { name, id: idOf(name, rawOf(publicKey)), publicKey };
}

export function encodeVerifierKey({ name, id, publicKey }: VerifierKey): string {
  return `${name}+${id}+${Buffer.concat([algorithm, rawOf(publicKey)]).toString('base64')}`;
}

/** Undefined for what is no Ed25519 verifier key, or names another id than its own. */
export function parseVerifierKey(text: string): VerifierKey | undefined {
  const [, name = '', id = '', key = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(text.trim()) ?? [];
  const bytes = Buffer.from(key, 'base64');
  const raw = bytes.subarray(1);
  if (bytes.length !== 33 || bytes[0] !== 1 || idOf(name, raw) !== id) return undefined;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') };
  return { name, id, publicKey: createPublicKey({ key: jwk, format: 'jwk' }) };
}

/** A signed note (C2SP signed-note) whose text is a checkpoint with two further lines. */
export function signHead(head: Head, key: VerifierKey, privateKey: KeyObject): string {
  const text = `${head.vesselId}/${head.log}\n${head.size}\n${head.root.toString('base64')}\nleaf ${head.leaf}\ntime ${head.time}\n`;
  const signature = Buffer.concat([Buffer.from(key.id, 'hex'), sign(null, Buffer.from(text), privateKey)]);
  return `${text}\n— ${key.name} ${signature.toString('base64')}\n`;
}

const checkpoint =
  /^([^\s+/]+)\/(mission_log|tool_use|proposals)\n([1-9]\d{0,14})\n([A-Za-z0-9+/]{43}=)\nleaf ([0-9a-f]{64})\ntime (\d{4}-\d\d-\d\dT[\d:.]+Z)\n$/;

export type ReadHead = { readonly head: Head } | { readonly problem: string };

/** The text of a note without looking at its signatures: for what decides nothing. */
export function decodeHead(note: string): Head | undefined {
  const end = note.indexOf('\n\n');
  const match = end < 0 ? null : checkpoint.exec(note.slice(0, end + 1));
  if (match === null) return undefined;
  const [, vesselId = '', log, size, root = '', leaf = '', time = ''] = match;
  return { vesselId, log: log as LogName, size: Number(size), root: Buffer.from(root, 'base64'), leaf, time };
}

/** Only what the key has signed, and only a head of the vessel that the key is for. */
export function readHead(note: string, key: VerifierKey): ReadHead {
  const head = decodeHead(note);
  if (head === undefined) return { problem: 'it is no head' };
  const end = note.indexOf('\n\n');
  const text = note.slice(0, end + 1);
  const signatures = note
    .slice(end + 2)
    .split('\n')
    .flatMap((line) => {
      const [, name, encoded = ''] = /^— (\S+) ([A-Za-z0-9+/]+=*)$/.exec(line) ?? [];
      const bytes = Buffer.from(encoded, 'base64');
      return name === key.name && bytes.length === 68 && bytes.subarray(0, 4).toString('hex') === key.id ? [bytes.subarray(4)] : [];
    });
  if (signatures.length === 0) return { problem: `it is not signed by ${key.name}+${key.id}` };
  if (!signatures.some((signature) => verify(null, Buffer.from(text), key.publicKey, signature)))
    return { problem: 'its signature is false' };
  if (key.name !== `${head.vesselId}/heads`) return { problem: `${key.name} does not sign for ${head.vesselId}` };
  return { head };
}
