import { createPublicKey, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { canonicalJson } from '../../domain/text/canonical.js';
import { JanusError } from '../../domain/errors.js';
import { errnoWords } from '../../domain/text/errno-words.js';
import type { Permit } from '../../domain/action/permit.js';
import { readPermit } from '../../domain/action/permit.js';
import type { KeyFiles } from './key-pair.js';
import { ensureKeyPair, keyFiles, readPrivateKey } from './key-pair.js';
import type { PermitIssuer, PermitVerifier, Vouchers } from './permit.js';

/** The brain's key pair: the public half is for the hands. */
export const ensurePermitKeys = (folder: string): Promise<KeyFiles> => ensureKeyPair(folder, 'permit');
export const permitKeyFiles = (folder: string): KeyFiles => keyFiles(folder, 'permit');

/** For hands, which never see the private half. Throws CONFIG_INVALID before the brain has made the pair. */
function readPublicKey({ publicKeyFile }: Pick<KeyFiles, 'publicKeyFile'>) {
  try {
    return createPublicKey(readFileSync(publicKeyFile));
  } catch (error) {
    throw new JanusError('CONFIG_INVALID', `${publicKeyFile} cannot be read: ${errnoWords(error)}`, {
      cause: error,
      next: 'the brain makes it at its first start: start the brain, then the hands',
    });
  }
}

const bytesOf = (permit: Permit) => Buffer.from(canonicalJson(permit));

/** Signs permits with the brain's Ed25519 key; deterministic, so the same permit has the same signature. */
export function createPermitIssuer({ privateKeyFile }: { readonly privateKeyFile: string }): PermitIssuer {
  const key = readPrivateKey(privateKeyFile);
  return {
    issue: (permit) => {
      const { firstRunId: run, receipt, expiresAt: expires, steps, grant } = permit;
      const signature = sign(null, bytesOf(permit), key).toString('base64');
      return { run, receipt, expires, ...(steps !== undefined && { steps }), ...(grant && { grant }), signature };
    },
    isOwn: ({ permit, signature }) => sign(null, bytesOf(permit), key).toString('base64') === signature,
  };
}

/** Checks permits with the public half of the key. Whatever it is given, the answer is a sound permit or PERMIT_REFUSED. */
export function createPermitVerifier(settings: {
  readonly publicKeyFile: string;
  readonly vessel: string;
  readonly host: string;
  /** Fingerprint of these hands' own key. */
  readonly hands: string;
}): PermitVerifier {
  const key = readPublicKey(settings);
  const { vessel, host, hands } = settings;
  return {
    read: (signed, asked) => readPermit(signed, { vessel, host, hands, ...asked }),
    assertSigned: ({ permit, signature }) => {
      if (verify(null, bytesOf(permit), key, Buffer.from(signature, 'base64'))) return;
      throw new JanusError(
        'PERMIT_REFUSED',
        `the permit was not signed by the brain for ${permit.proposalId} with digest ${permit.digest.slice(0, 8)} on ${host} of ${vessel}, and for the key of these hands`,
      );
    },
  };
}

/** Permits are JSON and begin with a brace. */
export const vouched = (statement: string) => Buffer.from(`janus.voucher.v1\0${statement}`);

export function createVouchers({ privateKeyFile }: { readonly privateKeyFile: string }): Vouchers {
  const key = readPrivateKey(privateKeyFile);
  const publicKey = createPublicKey(key);
  return {
    vouch: (statement) => sign(null, vouched(statement), key).toString('base64'),
    isOwn: (statement, signature) => verify(null, vouched(statement), publicKey, Buffer.from(signature, 'base64')),
  };
}

/** For hands, which never see the private half. Any text may be passed. */
export function createVoucherVerifier(settings: Pick<KeyFiles, 'publicKeyFile'>): Pick<Vouchers, 'isOwn'> {
  const key = readPublicKey(settings);
  return { isOwn: (statement, signature) => verify(null, vouched(statement), key, Buffer.from(signature, 'base64')) };
}
