import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../../domain/canonical.js';
import { JanusError } from '../../domain/errors.js';
import type { Permit } from '../../domain/permit.js';
import type { PermitIssuer, PermitVerifier } from './permit.js';

export interface PermitKeyFiles {
  readonly privateKeyFile: string;
  readonly publicKeyFile: string;
}

const refused = (message: string) => new JanusError('PERMIT_REFUSED', message);
const shape: Readonly<Record<keyof Permit, 'string' | 'number'>> = {
  v: 'number',
  vessel: 'string',
  proposalId: 'string',
  firstRunId: 'string',
  host: 'string',
  digest: 'string',
  receipt: 'string',
  expiresAt: 'string',
};

/** Creates a file that must not exist yet, whole or not at all; the loser of a race keeps the winner's. */
async function createOnce(file: string, content: string, mode: number): Promise<void> {
  const temporary = `${file}.${String(process.pid)}`;
  await writeFile(temporary, content, { mode, flag: 'wx' });
  try {
    await link(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The brain's key pair, made at first start: the private half 0600 for the brain, the public half for the hands. Idempotent. */
export async function ensurePermitKeys(folder: string): Promise<PermitKeyFiles> {
  const files = { privateKeyFile: join(folder, 'permit.key'), publicKeyFile: join(folder, 'permit.pub') };
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const { privateKey } = generateKeyPairSync('ed25519');
  await createOnce(files.privateKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
  const kept = readPrivateKey(files.privateKeyFile);
  await createOnce(files.publicKeyFile, createPublicKey(kept).export({ type: 'spki', format: 'pem' }).toString(), 0o644);
  return files;
}

function readPrivateKey(file: string): KeyObject {
  if ((statSync(file).mode & 0o077) !== 0) {
    throw new JanusError('CONFIG_INVALID', `${file} can be read by others: whoever reads it can permit starts`, {
      next: `chmod 600 ${file}`,
    });
  }
  return createPrivateKey(readFileSync(file));
}

/** Signs permits with the brain's Ed25519 key; deterministic, so the same permit has the same signature. */
export function createPermitIssuer({ privateKeyFile }: { readonly privateKeyFile: string }): PermitIssuer {
  const key = readPrivateKey(privateKeyFile);
  return {
    issue: (permit) => {
      const payload = canonicalJson(permit);
      return { payload, signature: sign(null, Buffer.from(payload), key).toString('base64') };
    },
  };
}

function parsePermit(payload: string): Permit {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    throw refused('the permit is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused('the permit is no object');
  const fields = value as Record<string, unknown>;
  const names = Object.keys(shape) as (keyof Permit)[];
  const wrong = names.find((name) => typeof fields[name] !== shape[name]);
  if (wrong !== undefined) throw refused(`the permit's ${wrong} is missing or of the wrong type`);
  if (Object.keys(fields).length !== names.length) throw refused('the permit has unknown fields');
  if (canonicalJson(value) !== payload) throw refused('the permit is not in canonical form');
  const permit = value as Permit;
  if (permit.v !== 1 || Number.isNaN(Date.parse(permit.expiresAt))) throw refused('the permit is of an unknown version or has no date');
  return permit;
}

/** Checks permits with the public half of the key. Whatever it is given, the answer is a sound permit or PERMIT_REFUSED. */
export function createPermitVerifier(settings: {
  readonly publicKeyFile: string;
  readonly vessel: string;
  readonly host: string;
}): PermitVerifier {
  const key = createPublicKey(readFileSync(settings.publicKeyFile));
  return {
    verify: (signed, { digest, requireFresh, now }) => {
      const { payload, signature } = (typeof signed === 'object' && signed !== null ? signed : {}) as Record<string, unknown>;
      if (typeof payload !== 'string' || typeof signature !== 'string') throw refused('there is no permit');
      if (!verify(null, Buffer.from(payload), key, Buffer.from(signature, 'base64')))
        throw refused('the permit is not signed by the brain');
      const permit = parsePermit(payload);
      if (permit.vessel !== settings.vessel) throw refused(`the permit is for vessel ${permit.vessel}`);
      if (permit.host !== settings.host) throw refused(`the permit is for host ${permit.host}, this is ${settings.host}`);
      if (permit.digest !== digest) throw refused('what would run is not what the permit names: the digest differs');
      if (requireFresh && new Date(permit.expiresAt) <= now) throw refused(`the permit expired at ${permit.expiresAt}`);
      return permit;
    },
  };
}
