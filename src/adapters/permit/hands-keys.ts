import { createPublicKey, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { JanusError } from '../../domain/errors.js';
import type { KeyFiles } from './key-pair.js';
import { ensureKeyPair, fingerprintOf, keyFiles, readPrivateKey } from './key-pair.js';
import type { AnswerSigner, HandsKey } from './permit.js';

/** The hands' own key pair: the public half is for the brain of the same host. */
export const ensureHandsKeys = (folder: string): Promise<KeyFiles> => ensureKeyPair(folder, 'hands');

/** Signs what hands answer, so that nobody who polls their queue can answer in their place. Throws CONFIG_INVALID. */
export function createAnswerSigner({ privateKeyFile }: Pick<KeyFiles, 'privateKeyFile'>): AnswerSigner {
  const key = readPrivateKey(privateKeyFile);
  return {
    fingerprint: fingerprintOf(createPublicKey(key)),
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64'),
  };
}

/** The key of the hands as it lies in their folder: hands that start for the first time after the brain are known from then on. */
export function createHandsKey(folder: string): HandsKey {
  const { publicKeyFile } = keyFiles(folder, 'hands');
  const read = () => {
    try {
      return createPublicKey(readFileSync(publicKeyFile));
    } catch (cause) {
      throw new JanusError('HANDS_UNKNOWN', `${publicKeyFile}: the hands of this host have no key that can be read`, {
        cause,
        next: 'start the hands: they make it at their first start',
      });
    }
  };
  return {
    fingerprint: () => fingerprintOf(read()),
    isOwn: (text, signature) => verify(null, Buffer.from(text), read(), Buffer.from(signature, 'base64')),
  };
}
