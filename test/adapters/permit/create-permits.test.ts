import { generateKeyPairSync, sign } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { KeyFiles } from '../../../src/adapters/permit/key-pair.js';
import type { AskedPermit, PermitVerifier } from '../../../src/adapters/permit/permit.js';
import { createPermitIssuer, createPermitVerifier, ensurePermitKeys } from '../../../src/adapters/permit/create-permits.js';
import { canonicalJson } from '../../../src/domain/text/canonical.js';
import { JanusError } from '../../../src/domain/errors.js';
import { planDigest } from '../../../src/domain/action/digests.js';
import type { Permit } from '../../../src/domain/action/permit.js';
import { planProposal } from '../../../src/domain/action/planning.js';
import { openTerms } from '../../../src/domain/approval/terms.js';
import { useFolders } from '../../support/folders.js';
import { aContext, aProposal, sha256 } from '../../support/proposals/proposals.js';
import { anyText } from '../../support/texts.js';

const folder = useFolders();

describe('ensurePermitKeys', () => {
  it('makes one pair, whoever comes at the same time and later', async () => {
    const here = join(folder(), 'keys');
    const files = await Promise.all([1, 2, 3, 4, 5].map(() => ensurePermitKeys(here)));
    const { privateKeyFile, publicKeyFile } = files[0]!;
    const before = readFileSync(privateKeyFile, 'utf8');
    await ensurePermitKeys(here);
    expect(readFileSync(privateKeyFile, 'utf8')).toBe(before);
    expect(readdirSync(here).sort()).toEqual(['permit.key', 'permit.pub']);
    expect(statSync(privateKeyFile).mode & 0o777).toBe(0o600);
    expect(statSync(publicKeyFile).mode & 0o777).toBe(0o644);
    const { vessel, host, hands } = permit;
    const verifier = createPermitVerifier({ publicKeyFile, vessel, host, hands });
    expect(verified(verifier, createPermitIssuer({ privateKeyFile }).issue(permit), permit)).toEqual(permit);
  });

  it('makes the public half again where only that is gone', async () => {
    const here = folder();
    const { publicKeyFile } = await ensurePermitKeys(here);
    const before = readFileSync(publicKeyFile, 'utf8');
    chmodSync(publicKeyFile, 0o600);
    const { rmSync } = await import('node:fs');
    rmSync(publicKeyFile);
    await ensurePermitKeys(here);
    expect(readFileSync(publicKeyFile, 'utf8')).toBe(before);
  });

  it('is not stopped by what a crash of a process with the same pid left behind', async () => {
    const here = folder();
    mkdirSync(here, { recursive: true });
    for (const name of ['permit.key', 'permit.pub']) writeFileSync(join(here, `${name}.${process.pid}`), 'half');
    const files = await ensurePermitKeys(here);
    expect(() => createPermitIssuer(files)).not.toThrow();
  });

  it.each(['', 'no key'])('says which file to put back where the private key is %j', async (text) => {
    const here = folder();
    writeFileSync(join(here, 'permit.key'), text, { mode: 0o600 });
    await expect(ensurePermitKeys(here)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `${join(here, 'permit.key')} is no private key`,
      next: expect.stringContaining(`rm ${join(here, 'permit.key')} ${join(here, 'permit.pub')}`),
    });
    expect(readdirSync(here)).toEqual(['permit.key']);
  });

  it.each([0o644, 0o640, 0o604, 0o620, 0o660])('refuses a private key of mode %o, with what to type', async (mode) => {
    const here = folder();
    const files = await ensurePermitKeys(here);
    chmodSync(files.privateKeyFile, mode);
    const refusal = { code: 'CONFIG_INVALID', next: `chmod 600 ${files.privateKeyFile}` };
    await expect(ensurePermitKeys(here)).rejects.toMatchObject(refusal);
    expect(thrownBy(() => createPermitIssuer(files))).toMatchObject(refusal);
  });
});

const plan = planProposal(aProposal(), aContext(), openTerms('run_tests'));
const permit: Permit = {
  v: 1,
  vessel: 'janus-test',
  proposalId: plan.proposalId,
  firstRunId: '0190-run',
  host: 'here',
  hands: 'SHA256:of-the-hands',
  digest: planDigest(sha256, plan),
  receipt: 'proposals:7:0123456789abcdef',
  expiresAt: '2026-01-02T03:14:05.678Z',
};

/** As hands do it. */
function verified(verifier: PermitVerifier, signed: unknown, { proposalId, digest, purpose }: AskedPermit): Permit {
  const read = verifier.read(signed, { proposalId, digest, ...(purpose && { purpose }) });
  verifier.assertSigned(read);
  return read.permit;
}

/** The error that a call ends with, or undefined. */
function thrownBy(call: () => unknown): unknown {
  try {
    call();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('a permit (spec X5)', () => {
  let files: KeyFiles;
  const verifier = (settings: Partial<{ vessel: string; host: string; hands: string; publicKeyFile: string }> = {}) =>
    createPermitVerifier({
      publicKeyFile: files.publicKeyFile,
      vessel: permit.vessel,
      host: permit.host,
      hands: permit.hands,
      ...settings,
    });
  const refusal = expect.objectContaining({ code: 'PERMIT_REFUSED' });

  beforeEach(async () => {
    files = await ensurePermitKeys(folder());
  });

  it('travels with what hands cannot know, and has one signature', () => {
    const issuer = createPermitIssuer(files);
    expect(issuer.issue(permit)).toEqual({
      run: permit.firstRunId,
      receipt: permit.receipt,
      expires: permit.expiresAt,
      signature: expect.any(String),
    });
    expect(issuer.issue(permit)).toEqual(issuer.issue({ ...permit }));
    expect(verified(verifier(), issuer.issue(permit), permit)).toEqual(permit);
  });

  it('for a preview never stands in for one for a start, nor the other way round', () => {
    const issuer = createPermitIssuer(files);
    const forPreview: Permit = { ...permit, purpose: 'preview' };
    expect(verified(verifier(), issuer.issue(forPreview), forPreview)).toEqual(forPreview);
    expect(thrownBy(() => verified(verifier(), issuer.issue(forPreview), permit))).toEqual(refusal);
    expect(thrownBy(() => verified(verifier(), issuer.issue(permit), forPreview))).toEqual(refusal);
  });

  it.each(['vessel', 'proposalId', 'firstRunId', 'host', 'hands', 'digest', 'receipt', 'expiresAt', 'v'] as const)(
    'is refused when %s is another',
    (field) => {
      const signed = createPermitIssuer(files).issue({ ...permit, [field]: field === 'v' ? 2 : `${permit[field]}x` });
      const { run, receipt, expires } = createPermitIssuer(files).issue(permit);
      expect(thrownBy(() => verified(verifier(), { ...signed, run, receipt, expires }, permit))).toEqual(refusal);
    },
  );

  it.each(['run', 'receipt', 'expires', 'signature'] as const)('is refused when %s was changed on its way, or is absent', (field) => {
    const signed = createPermitIssuer(files).issue(permit);
    const changes = [`${signed[field]}x`, signed[field].slice(1), '', undefined, null, 5, [signed[field]], '\ud800'];
    for (const change of changes) {
      // Base64 has room for a letter too many; the bytes are what was signed.
      if (field === 'signature' && change === `${signed.signature}x`) continue;
      expect(thrownBy(() => verified(verifier(), { ...signed, [field]: change }, permit))).toEqual(refusal);
    }
  });

  it('is refused by another host, another vessel, and under another key', async () => {
    const signed = createPermitIssuer(files).issue(permit);
    const other = await ensurePermitKeys(folder());
    for (const settings of [{ host: 'there' }, { vessel: 'another' }, { hands: 'SHA256:others' }, { publicKeyFile: other.publicKeyFile }]) {
      expect(thrownBy(() => verified(verifier(settings), signed, permit))).toEqual(refusal);
    }
    const { privateKey } = generateKeyPairSync('ed25519');
    const forged = sign(null, Buffer.from(canonicalJson(permit)), privateKey).toString('base64');
    expect(thrownBy(() => verified(verifier(), { ...signed, signature: forged }, permit))).toEqual(refusal);
  });

  const leaves = (value: unknown, path: readonly string[] = []): (readonly string[])[] =>
    typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, each]) => leaves(each, [...path, key])) : [path];

  it.each(leaves(plan).map((path) => ({ path, name: path.join('.') })))(
    'is refused for a plan with another $name (spec P5)',
    ({ path }) => {
      const changed = JSON.parse(JSON.stringify(plan)) as typeof plan;
      let at = changed as unknown as Record<string, unknown>;
      for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
      const last = path.at(-1)!;
      const value = at[last];
      at[last] = typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${String(value)}x`;
      const signed = createPermitIssuer(files).issue(permit);
      const subject = { proposalId: changed.proposalId, digest: planDigest(sha256, changed) };
      expect(thrownBy(() => verified(verifier(), signed, subject))).toEqual(refusal);
    },
  );

  it('of any shape is sound or refused, and nothing else', () => {
    const signed = createPermitIssuer(files).issue(permit);
    const almost = fc.record(
      { run: fc.anything(), receipt: fc.anything(), expires: fc.anything(), signature: fc.anything() },
      { requiredKeys: [] },
    );
    const mixed = fc.record({
      run: anyText,
      receipt: fc.string(),
      expires: fc.string(),
      signature: fc.base64String(),
    });
    const nearly = fc
      .dictionary(fc.constantFrom('run', 'receipt', 'expires', 'signature'), anyText, { minKeys: 1 })
      .map((change) => ({ ...signed, ...change }));
    fc.assert(
      fc.property(fc.oneof(fc.anything(), almost, mixed, nearly), (anything) => {
        const error = thrownBy(() => verified(verifier(), anything, permit));
        expect(error).toBeInstanceOf(JanusError);
        expect(error).toEqual(refusal);
      }),
      { numRuns: 500 },
    );
  });
});
