import type { KeyObject } from 'node:crypto';
import { createPublicKey, verify } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JanusError } from '../../domain/errors.js';
import { errnoWords } from '../../domain/text/errno-words.js';
import { permitKeyFiles, vouched } from './create-permits.js';
import type { Vouchers } from './permit.js';

/** `permit-2026.pub`: the public half of a key that the brain had before. */
const earlierKey = /^permit-[A-Za-z0-9._-]{1,64}\.pub$/;

function readKey(file: string): KeyObject {
  try {
    return createPublicKey(readFileSync(file));
  } catch (error) {
    throw new JanusError('CONFIG_INVALID', `${file} cannot be read as a public key: ${errnoWords(error)}`, {
      cause: error,
      next: 'put it back from a backup; the brain makes permit.pub at its first start',
    });
  }
}

function keysIn(folder: string): readonly KeyObject[] {
  const earlier = readdirSync(folder).filter((name) => earlierKey.test(name));
  return [permitKeyFiles(folder).publicKeyFile, ...earlier.sort().map((name) => join(folder, name))].map(readKey);
}

/**
 * What the brain of this vessel has ever signed for the trail, by the key that it has and those that it had. Of the past alone: what is permitted,
 * ordered or proposed now takes the present key. The keys are read when something is asked first. Throws CONFIG_INVALID.
 */
export function createBrainWords(folder: string): Pick<Vouchers, 'isOwn'> {
  let keys: readonly KeyObject[] | undefined;
  return {
    isOwn(text, signature) {
      keys ??= keysIn(folder);
      return keys.some((key) => verify(null, vouched(text), key, Buffer.from(signature, 'base64')));
    },
  };
}
