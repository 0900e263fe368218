import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createKey } from '../../../src/adapters/signatures/create-key.js';
import { createSignatureVerifier } from '../../../src/adapters/signatures/create-signature-verifier.js';
import { createSigner } from '../../../src/adapters/signatures/create-signer.js';
import type { Signer } from '../../../src/adapters/signatures/create-signer.js';
import type { TestKeys } from '../proposals/approvals.js';

export interface People {
  readonly allowedSigners: string;
  readonly keys: TestKeys;
  sign(by: string, text: string, namespace?: string): Promise<string>;
}

/** People with keys that ssh-keygen made, and the verifier of the product. */
export async function createPeople(folder: string, names: readonly string[]): Promise<People> {
  const allowedSigners = join(folder, 'allowed_signers');
  const signers = new Map<string, Signer>();
  const lines: string[] = [];
  for (const name of names) {
    const file = join(folder, name);
    await createKey({ file, comment: name, askPassphrase: false });
    lines.push(`${name} namespaces="janus-approval@v1,janus-proposal@v1" ${(await readFile(`${file}.pub`, 'utf8')).trim()}`);
    signers.set(name, createSigner({ keyFile: file, env: process.env, interactive: false }));
  }
  writeFileSync(allowedSigners, `${lines.join('\n')}\n`, { mode: 0o600 });
  const verifier = createSignatureVerifier({ allowedSigners });
  return {
    allowedSigners,
    keys: { revoked: new Set(), verify: (signed) => verifier.verify(signed) },
    async sign(by, text, namespace = 'janus-approval@v1') {
      const signer = signers.get(by);
      if (signer === undefined) throw new Error(`${by} has no key`);
      return signer.sign(text, namespace);
    },
  };
}
