import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createSignatureVerifier } from '../../../src/adapters/signatures/create-signature-verifier.js';
import { createSigner } from '../../../src/adapters/signatures/create-signer.js';
import { aFolder, useFolders } from '../../support/folders.js';
import type { SoftKey } from '../../support/proposals/signatures.js';
import { isGoodEd25519, softKey, softSecurityKey, touched, verified } from '../../support/proposals/signatures.js';

const folder = aFolder();
const aPlace = useFolders();
const namespace = 'janus-approval@v1';
const scope = `namespaces="${namespace}"`;
const text = '{"decision":"approve"}';
const at = new Date('2026-06-01T12:00:00Z');
const ana = softKey();
let files = 0;

/** A verifier over these lines; `revoked` is the text of the other file. */
function verifierOf(lines: readonly string[], { revoked, sshKeygen }: { revoked?: string | Buffer; sshKeygen?: string } = {}) {
  files += 1;
  const allowedSigners = join(folder, `allowed_signers.${files}`);
  const revokedFile = join(folder, `revoked_signers.${files}`);
  writeFileSync(allowedSigners, `${lines.join('\n')}\n`, { mode: 0o644 });
  if (revoked !== undefined) writeFileSync(revokedFile, revoked, { mode: 0o644 });
  return {
    allowedSigners,
    ...createSignatureVerifier({
      allowedSigners,
      revoked: revokedFile,
      ...(sshKeygen !== undefined && { sshKeygen }),
      timeoutMilliseconds: 3_000,
    }),
  };
}

const signedBy = (key: SoftKey) => ({ text, signature: key.sign(text, namespace), principal: 'ana', namespace, at });
const line = `ana ${scope} ${ana.publicKey}`;

describe('a signature (spec A3)', () => {
  it('is good for its text, its person and its purpose, and names its key', async () => {
    const signed = signedBy(ana);
    expect(isGoodEd25519(signed.signature, text, namespace)).toBe(true);
    expect(await verifierOf([line]).verify(signed)).toEqual({ ok: true, key: expect.stringMatching(/^SHA256:[\w+/]{43}$/) });
  });

  it.each([
    ['of another text', { text: `${text} ` }],
    ['for another purpose', { signature: ana.sign(text, 'git') }],
    ['cut off', { signature: signedBy(ana).signature.slice(0, -60) }],
    ['that is none', { signature: 'yes' }],
    ['without end', { signature: 'x'.repeat(20_000) }],
  ])('%s is invalid', async (_, change) => {
    const signed = { ...signedBy(ana), ...change };
    expect(await verifierOf([line]).verify(signed)).toMatchObject({ ok: false, code: 'SIGNATURE_INVALID' });
  });

  it('with one bit changed is invalid, for ssh-keygen and for node:crypto alike', async () => {
    const verifier = verifierOf([line]);
    const [head = '', ...lines] = signedBy(ana).signature.trim().split('\n');
    const blob = Buffer.from(lines.slice(0, -1).join(''), 'base64');
    // Inside of the 64 bytes of the signature proper.
    for (const [byte, bit] of [
      [1, 0],
      [20, 3],
      [40, 7],
      [63, 5],
    ] as const) {
      const changed = Buffer.from(blob);
      const where = changed.length - 64 + byte;
      changed[where] = (changed[where] ?? 0) ^ (1 << bit);
      const signature = `${head}\n${changed.toString('base64')}\n${lines.at(-1) ?? ''}\n`;
      expect(isGoodEd25519(signature, text, namespace)).toBe(false);
      expect(await verifier.verify({ ...signedBy(ana), signature })).toMatchObject({ code: 'SIGNATURE_INVALID' });
    }
  });

  it.each([
    ['a key that is not listed', softKey(), 'ana', 'SIGNER_UNKNOWN'],
    ["another person's key", ana, 'bob', 'SIGNER_UNKNOWN'],
    ['a name that is a pattern', ana, '*', 'SIGNER_UNKNOWN'],
    ['a name that is an option', ana, '-f', 'SIGNER_UNKNOWN'],
    ['a name in other letters', ana, 'Ana', 'SIGNER_UNKNOWN'],
  ])('with %s counts for nobody', async (_, key, principal, code) => {
    expect(await verifierOf([line]).verify({ ...signedBy(key), principal })).toMatchObject({ ok: false, code });
  });

  it('of a key that is listed for something else is refused', async () => {
    const verdict = await verifierOf([`ana namespaces="janus-proposal@v1" ${ana.publicKey}`]).verify(signedBy(ana));
    expect(verdict).toMatchObject({ code: 'WRONG_KEY_NAMESPACE', why: expect.stringContaining(namespace) });
  });

  it.each([
    ['valid-before="20260601115959Z"', 'KEY_EXPIRED'],
    ['valid-before="20260601120001Z"', undefined],
    ['valid-after="20260601120001Z"', 'KEY_EXPIRED'],
    ['valid-after="20260601115959Z"', undefined],
  ])('of a key with %s, judged at noon of that day: %s', async (validity, code) => {
    const verdict = await verifierOf([`ana ${scope},${validity} ${ana.publicKey}`]).verify(signedBy(ana));
    expect(verdict).toMatchObject(code === undefined ? { ok: true } : { ok: false, code });
  });
});

describe('a revoked key (spec A3)', () => {
  it('signs nothing any more, not even what lies before; the others do', async () => {
    const bob = softKey();
    const lines = [line, `bob ${scope} ${bob.publicKey}`];
    expect(await verifierOf(lines, { revoked: `# lost\n${ana.publicKey}\n` }).verify(signedBy(ana))).toMatchObject({ code: 'KEY_REVOKED' });
    expect(await verifierOf(lines, { revoked: `${ana.publicKey}\n` }).verify({ ...signedBy(bob), principal: 'bob' })).toMatchObject({
      ok: true,
    });
    expect(await verifierOf(lines, { revoked: '' }).verify(signedBy(ana))).toMatchObject({ ok: true });
  });

  it('may stand in a list of ssh-keygen -k', async () => {
    const [key, list] = [join(folder, 'lost.pub'), join(folder, 'lost.krl')];
    writeFileSync(key, `${ana.publicKey}\n`);
    execFileSync('ssh-keygen', ['-q', '-k', '-f', list, key]);
    expect(await verifierOf([line], { revoked: readFileSync(list) }).verify(signedBy(ana))).toMatchObject({ code: 'KEY_REVOKED' });
  });

  it('is looked for in a list that can be read, or nobody signs anything', async () => {
    const verdict = await verifierOf([line], { revoked: 'SHA256:abc\n' }).verify(signedBy(ana));
    expect(verdict).toMatchObject({ code: 'SIGNATURES_UNAVAILABLE', why: expect.stringContaining(':1:') });
  });
});

describe('a security key (spec A3)', () => {
  it.each([
    ['touched', touched],
    ['touched, with its PIN', touched | verified],
  ])('%s, counts', async (_, flags) => {
    const key = softSecurityKey({ flags });
    expect(await verifierOf([`ana ${scope} ${key.publicKey}`]).verify(signedBy(key))).toMatchObject({ ok: true });
  });

  it.each([
    ['not touched', 0],
    ['not touched, although its PIN was given', verified],
  ])('%s, does not, whatever ssh-keygen says', async (_, flags) => {
    const key = softSecurityKey({ flags });
    expect(await verifierOf([`ana ${scope} ${key.publicKey}`]).verify(signedBy(key))).toMatchObject({
      code: 'SIGNATURE_INVALID',
      why: expect.stringContaining('touched'),
    });
  });

  it('says itself whether it was touched: the flag cannot be put in afterwards', async () => {
    const key = softSecurityKey({ flags: 0 });
    const signed = signedBy(key);
    const lines = signed.signature.trim().split('\n');
    const blob = Buffer.from(lines.slice(1, -1).join(''), 'base64');
    blob[blob.length - 5] = touched;
    const signature = [lines[0], blob.toString('base64'), lines.at(-1), ''].join('\n');
    expect(await verifierOf([`ana ${scope} ${key.publicKey}`]).verify({ ...signed, signature })).toMatchObject({
      code: 'SIGNATURE_INVALID',
      why: expect.stringContaining('of this text'),
    });
  });
});

describe('a certificate', () => {
  it('counts for the person that it names, by a line of its authority', async () => {
    const [authority, key] = [join(folder, 'ca'), join(folder, 'certified')];
    for (const file of [authority, key]) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
    execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'test', '-n', 'ana', key]);
    const signature = await createSigner({ keyFile: `${key}-cert.pub`, env: {}, interactive: false }).sign(text, namespace);
    const verifier = verifierOf([`* cert-authority,${scope} ${readFileSync(`${authority}.pub`, 'utf8').trim()}`]);
    const signed = { text, signature, principal: 'ana', namespace, at };
    expect(await verifier.verify(signed)).toMatchObject({ ok: true });
    expect(await verifier.verify({ ...signed, principal: 'bob' })).toMatchObject({ code: 'SIGNER_UNKNOWN' });
    expect(await verifierOf([line]).verify(signed)).toMatchObject({ code: 'SIGNER_UNKNOWN' });
  });
});

describe('nothing that ssh-keygen has to judge is verified (spec A3)', () => {
  it.each([
    ['it is missing', join(folder, 'nowhere')],
    ['it fails at once', '/bin/false'],
    ['it says nothing', '/bin/true'],
  ])('where %s', async (_, sshKeygen) => {
    const verdict = await verifierOf([line], { revoked: 'SSHKRL\n\0', sshKeygen }).verify(signedBy(ana));
    expect(verdict).toMatchObject({ ok: false, code: expect.stringMatching(/SIGNATURES_UNAVAILABLE|SIGNATURE_INVALID/) });
  });

  it('where it hangs', async () => {
    const hangs = join(folder, 'hangs');
    writeFileSync(hangs, '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
    expect(await verifierOf([line], { revoked: 'SSHKRL\n\0', sshKeygen: hangs }).verify(signedBy(ana))).toMatchObject({
      code: 'SIGNATURES_UNAVAILABLE',
      why: expect.stringContaining('no answer'),
    });
  });

  it('where the file is missing, may be written by others, or has a line that cannot be read', async () => {
    const verifier = verifierOf([line]);
    chmodSync(verifier.allowedSigners, 0o666);
    expect(await verifier.verify(signedBy(ana))).toMatchObject({ code: 'SIGNATURES_UNAVAILABLE', why: expect.stringContaining('chmod') });
    expect(await createSignatureVerifier({ allowedSigners: join(folder, 'none') }).verify(signedBy(ana))).toMatchObject({
      code: 'SIGNATURES_UNAVAILABLE',
    });
    expect(await verifierOf([line, `bob ${softKey().publicKey}`]).verify(signedBy(ana))).toMatchObject({
      code: 'SIGNATURES_UNAVAILABLE',
      why: expect.stringContaining(':2:'),
    });
  });

  it('and nothing of it stays behind', async () => {
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = aPlace();
    try {
      expect(await verifierOf([line]).verify(signedBy(ana))).toMatchObject({ ok: true });
      expect(await verifierOf([line]).verify(signedBy(softKey()))).toMatchObject({ ok: false });
      expect(readdirSync(process.env['TMPDIR'])).toEqual([]);
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  });
});
