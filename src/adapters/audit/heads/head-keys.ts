import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { JanusError } from '../../../domain/errors.js';
import { createFile, makeFolder, replaceFile } from '../../files/durable.js';
import { readIfThere } from './read-heads.js';
import type { VerifierKey } from '../format/signed-note.js';
import { encodeVerifierKey, verifierKeyOf } from '../format/signed-note.js';

export interface HeadKeys {
  readonly privateKey: KeyObject;
  readonly key: VerifierKey;
}

/** For everybody to read. */
export async function publish(folder: string, name: string, text: string): Promise<void> {
  await makeFolder(folder, 0o755);
  await replaceFile(join(folder, name), text, { mode: 0o644 });
}

/** Never over a key that is there: of two that start at once one gets its way, and both use that one. */
async function generateKey(path: string): Promise<void> {
  await makeFolder(dirname(path), 0o755);
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  await createFile(path, pem.toString(), { mode: 0o600 });
}

const refuse = (message: string, next: string) => new JanusError('CONFIG_INVALID', message, { next });

/**
 * The key that signs heads; made when the witness starts for the first time. Throws CONFIG_INVALID where heads of another key lie there
 * already, and where others may read the private key.
 */
export async function ensureHeadKeys(keyPath: string, headsFolder: string, vesselId: string): Promise<HeadKeys> {
  const publicPath = join(headsFolder, 'heads.pub');
  const known = readIfThere(publicPath)?.trim();
  if (readIfThere(keyPath) === undefined) {
    if (known !== undefined)
      throw refuse(
        `${keyPath} is gone, and ${publicPath} says that heads were signed with it`,
        `put the key back, or begin anew: move ${headsFolder} away`,
      );
    await generateKey(keyPath);
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
  if (known === undefined) await publish(headsFolder, 'heads.pub', `${text}\n`);
  return { privateKey, key };
}
