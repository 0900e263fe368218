import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { JanusError } from '../../../domain/errors.js';
import { readIfThere } from './read-heads.js';
import type { VerifierKey } from '../format/signed-note.js';
import { encodeVerifierKey, verifierKeyOf } from '../format/signed-note.js';

export interface HeadKeys {
  readonly privateKey: KeyObject;
  readonly key: VerifierKey;
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  fsyncSync(fd);
  closeSync(fd);
}

/** Whole and durable under a name of its own; the name that counts comes after. */
function writeAside(path: string, text: string, mode: number): string {
  const aside = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}`);
  const fd = openSync(aside, 'wx', mode);
  try {
    const bytes = Buffer.from(text);
    if (writeSync(fd, bytes) !== bytes.length) throw new Error(`${path} was written in part: is the disk full?`);
    fsyncSync(fd);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
  return aside;
}

/** Readers see the old text or the new one, after a power cut too. */
export function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  renameSync(writeAside(path, text, 0o644), path);
  syncFolder(dirname(path));
}

/** Never over a key that is there: of two that start at once one gets its way, and both use that one. */
function generateKey(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  const aside = writeAside(path, pem.toString(), 0o600);
  try {
    linkSync(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
  syncFolder(dirname(path));
}

const refuse = (message: string, next: string) => new JanusError('CONFIG_INVALID', message, { next });

/**
 * The key that signs heads; made when the witness starts for the first time. Throws CONFIG_INVALID where heads of another key lie there
 * already, and where others may read the private key.
 */
export function ensureHeadKeys(keyPath: string, headsFolder: string, vesselId: string): HeadKeys {
  const publicPath = join(headsFolder, 'heads.pub');
  const known = readIfThere(publicPath)?.trim();
  if (readIfThere(keyPath) === undefined) {
    if (known !== undefined)
      throw refuse(
        `${keyPath} is gone, and ${publicPath} says that heads were signed with it`,
        `put the key back, or begin anew: move ${headsFolder} away`,
      );
    generateKey(keyPath);
  }
  if ((statSync(keyPath).mode & 0o077) !== 0) throw refuse(`others than its owner may use ${keyPath}`, `chmod 600 ${keyPath}`);
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(readIfThere(keyPath) ?? '');
  } catch (cause) {
    throw new JanusError('CONFIG_INVALID', `${keyPath} is no private key`, { cause, next: 'put the key back from a backup' });
  }
  const key = verifierKeyOf(`${vesselId}/heads`, createPublicKey(privateKey));
  const text = encodeVerifierKey(key);
  if (known !== undefined && known !== text)
    throw refuse(
      `${publicPath} is of another key or another vessel than ${keyPath}`,
      `put the key back, or begin anew: move ${headsFolder} away`,
    );
  if (known === undefined) replaceFile(publicPath, `${text}\n`);
  return { privateKey, key };
}
