import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { JanusError } from '../../domain/errors.js';
import { createFile, makeFolder } from '../files/durable.js';
import { keyFingerprint } from '../files/sha256.js';

export interface KeyFiles {
  readonly privateKeyFile: string;
  readonly publicKeyFile: string;
}

export function keyFiles(folder: string, name: string): KeyFiles {
  return { privateKeyFile: join(folder, `${name}.key`), publicKeyFile: join(folder, `${name}.pub`) };
}

/** Makes an Ed25519 pair where there is none: the private half 0600, the public half for others to read. Idempotent. */
export async function ensureKeyPair(folder: string, name: string): Promise<KeyFiles> {
  const files = keyFiles(folder, name);
  await makeFolder(folder, 0o755);
  const { privateKey } = generateKeyPairSync('ed25519');
  // Whoever comes at the same time, or later, keeps the one that is there.
  await createFile(files.privateKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), { mode: 0o600 });
  const kept = readPrivateKey(files.privateKeyFile);
  await createFile(files.publicKeyFile, createPublicKey(kept).export({ type: 'spki', format: 'pem' }).toString(), { mode: 0o644 });
  return files;
}

/** Throws CONFIG_INVALID where it is none, or where others can read it. */
export function readPrivateKey(file: string): KeyObject {
  if ((statSync(file).mode & 0o077) !== 0) {
    throw new JanusError('CONFIG_INVALID', `${file} can be read by others: whoever reads it can sign in its owner's place`, {
      next: `chmod 600 ${file}`,
    });
  }
  try {
    return createPrivateKey(readFileSync(file));
  } catch (cause) {
    throw new JanusError('CONFIG_INVALID', `${file} is no private key`, {
      cause,
      next: `put it back from a backup; or rm ${file} ${file.replace(/\.key$/, '.pub')}, and the next start makes another: what was permitted until then never starts, and what hands still know of it has to be settled by a person`,
    });
  }
}

/** As `ssh-keygen -l` shows keys: SHA-256 of the public half, base64 without padding. */
export function fingerprintOf(key: KeyObject): string {
  return keyFingerprint(key.export({ type: 'spki', format: 'der' }));
}
