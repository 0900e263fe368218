import { SshReader } from './ssh-wire.js';

/** What stands in an SSH signature (PROTOCOL.sshsig), read leniently, to name reasons: whether it is good, says `surely-good.ts`, or ssh-keygen. */
export interface SshSignature {
  readonly keyType: string;
  /** The public key or certificate that is said to have made it. */
  readonly key: Buffer;
  readonly namespace: string;
  /** Of a security key: what the authenticator says about touch and PIN. */
  readonly flags?: number;
}

/** A bit of the authenticator's flags (WebAuthn 6.1). */
export const userPresent = 0x01;

function readBlob(blob: Buffer): SshSignature {
  const reader = new SshReader(blob);
  if (reader.take(6).toString('latin1') !== 'SSHSIG' || reader.number() !== 1) throw new RangeError('not an SSH signature of version 1');
  const key = reader.string();
  const namespace = reader.string().toString('utf8');
  reader.string();
  reader.string();
  const signature = new SshReader(reader.string());
  signature.string();
  signature.string();
  const keyType = new SshReader(key).string().toString('latin1');
  return { keyType, key, namespace, ...(keyType.startsWith('sk-') && { flags: signature.take(1).readUInt8() }) };
}

/** Undefined for what is no armoured SSH signature. */
export function readSignature(armoured: string): SshSignature | undefined {
  const body = /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n*$/.exec(
    armoured.replaceAll('\r\n', '\n'),
  );
  if (body === null) return undefined;
  try {
    return readBlob(Buffer.from(body[1] ?? '', 'base64'));
  } catch {
    return undefined;
  }
}
