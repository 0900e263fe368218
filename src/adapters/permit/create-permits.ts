import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../../domain/text/canonical.js';
import { JanusError } from '../../domain/errors.js';
import type { Permit } from '../../domain/action/permit.js';
import { createFile, makeFolder } from '../files/durable.js';
import type { PermitIssuer, PermitVerifier, Vouchers } from './permit.js';

export interface PermitKeyFiles {
  readonly privateKeyFile: string;
  readonly publicKeyFile: string;
}

const refused = (message: string) => new JanusError('PERMIT_REFUSED', message);

export function permitKeyFiles(folder: string): PermitKeyFiles {
  return { privateKeyFile: join(folder, 'permit.key'), publicKeyFile: join(folder, 'permit.pub') };
}

/** For hands, which never see the private half. Throws CONFIG_INVALID before the brain has made the pair. */
function readPublicKey({ publicKeyFile }: Pick<PermitKeyFiles, 'publicKeyFile'>): KeyObject {
  try {
    return createPublicKey(readFileSync(publicKeyFile));
  } catch (error) {
    throw new JanusError('CONFIG_INVALID', `${publicKeyFile} cannot be read: ${String((error as NodeJS.ErrnoException).code ?? error)}`, {
      cause: error,
      next: 'the brain makes it at its first start: start the brain, then the hands',
    });
  }
}

/** The brain's key pair, made at first start: the private half 0600 for the brain, the public half for the hands. Idempotent. */
export async function ensurePermitKeys(folder: string): Promise<PermitKeyFiles> {
  const files = permitKeyFiles(folder);
  await makeFolder(folder, 0o755);
  const { privateKey } = generateKeyPairSync('ed25519');
  // Whoever comes at the same time, or later, keeps the one that is there.
  await createFile(files.privateKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), { mode: 0o600 });
  const kept = readPrivateKey(files.privateKeyFile);
  await createFile(files.publicKeyFile, createPublicKey(kept).export({ type: 'spki', format: 'pem' }).toString(), { mode: 0o644 });
  return files;
}

function readPrivateKey(file: string): KeyObject {
  if ((statSync(file).mode & 0o077) !== 0) {
    throw new JanusError('CONFIG_INVALID', `${file} can be read by others: whoever reads it can permit starts`, {
      next: `chmod 600 ${file}`,
    });
  }
  try {
    return createPrivateKey(readFileSync(file));
  } catch (cause) {
    throw new JanusError('CONFIG_INVALID', `${file} is no private key`, {
      cause,
      next: `put it back from a backup; or rm ${file} ${file.replace(/\.key$/, '.pub')}, and the next start makes another: what was permitted until then never starts`,
    });
  }
}

/** Signs permits with the brain's Ed25519 key; deterministic, so the same permit has the same signature. */
export function createPermitIssuer({ privateKeyFile }: { readonly privateKeyFile: string }): PermitIssuer {
  const key = readPrivateKey(privateKeyFile);
  return {
    issue: (permit) => {
      const signature = sign(null, Buffer.from(canonicalJson(permit)), key).toString('base64');
      return { run: permit.firstRunId, receipt: permit.receipt, expires: permit.expiresAt, signature };
    },
  };
}

/** Checks permits with the public half of the key. Whatever it is given, the answer is a sound permit or PERMIT_REFUSED. */
export function createPermitVerifier(settings: {
  readonly publicKeyFile: string;
  readonly vessel: string;
  readonly host: string;
}): PermitVerifier {
  const key = readPublicKey(settings);
  const { vessel, host } = settings;
  return {
    verify: (signed, { proposalId, digest, purpose }) => {
      const { run, receipt, expires, signature } = (typeof signed === 'object' && signed !== null ? signed : {}) as Record<string, unknown>;
      if (typeof run !== 'string' || typeof receipt !== 'string' || typeof expires !== 'string' || typeof signature !== 'string') {
        throw refused('there is no permit');
      }
      if (![run, receipt, expires].every((text) => text.isWellFormed())) throw refused('the permit is not well-formed text');
      const base: Permit = { v: 1, vessel, proposalId, firstRunId: run, host, digest, receipt, expiresAt: expires };
      const permit: Permit = purpose === undefined ? base : { ...base, purpose };
      if (!verify(null, Buffer.from(canonicalJson(permit)), key, Buffer.from(signature, 'base64'))) {
        throw refused(`the permit was not signed by the brain for ${proposalId} with digest ${digest.slice(0, 8)} on ${host} of ${vessel}`);
      }
      return permit;
    },
  };
}

/** Permits are JSON and begin with a brace. */
const vouched = (statement: string) => Buffer.from(`janus.voucher.v1\0${statement}`);

export function createVouchers({ privateKeyFile }: { readonly privateKeyFile: string }): Vouchers {
  const key = readPrivateKey(privateKeyFile);
  const publicKey = createPublicKey(key);
  return {
    vouch: (statement) => sign(null, vouched(statement), key).toString('base64'),
    isOwn: (statement, signature) => verify(null, vouched(statement), publicKey, Buffer.from(signature, 'base64')),
  };
}
