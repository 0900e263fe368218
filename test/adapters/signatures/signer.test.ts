import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createSigner } from '../../../src/adapters/signatures/create-signer.js';
import { aFolder } from '../../support/folders.js';
import { isGoodEd25519 } from '../../support/proposals/signatures.js';
import { until } from '../../support/until.js';

const folder = aFolder();
let agent: ChildProcess | undefined;
afterAll(() => {
  agent?.kill();
});
const key = (name: string, passphrase = '') => {
  const file = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', name, '-f', file]);
  return file;
};
const namespace = 'janus-approval@v1';

describe('signing (spec A3)', () => {
  it('with a key file makes what node:crypto and everybody can check', async () => {
    const signature = await createSigner({ keyFile: key('plain'), env: {}, interactive: false }).sign('text', namespace);
    expect(isGoodEd25519(signature, 'text', namespace)).toBe(true);
    expect(isGoodEd25519(signature, 'texts', namespace)).toBe(false);
    expect(isGoodEd25519(signature, 'text', 'git')).toBe(false);
  });

  it('with the public key alone takes the private one from the agent', async () => {
    const [file, socket] = [key('held'), join(folder, 'agent.sock')];
    agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    mkdirSync(join(folder, 'public'));
    const publicOnly = join(folder, 'public', 'held.pub');
    copyFileSync(`${file}.pub`, publicOnly);
    await until('the agent holds the key', () => {
      execFileSync('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' });
      return true;
    });
    const signature = await createSigner({ keyFile: publicOnly, env: { SSH_AUTH_SOCK: socket }, interactive: false }).sign(
      'text',
      namespace,
    );
    expect(isGoodEd25519(signature, 'text', namespace)).toBe(true);
    // The way out of a passphrase that nobody can be asked for.
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'a passphrase', '-f', file]);
    const unasked = await createSigner({ keyFile: file, env: { SSH_AUTH_SOCK: socket }, interactive: false }).sign('text', namespace);
    expect(isGoodEd25519(unasked, 'text', namespace)).toBe(true);
    await expect(createSigner({ keyFile: publicOnly, env: {}, interactive: false }).sign('text', namespace)).rejects.toMatchObject({
      code: 'NOT_PERMITTED',
    });
  });

  it.each([
    ['is missing', () => join(folder, 'none')],
    ['is none', () => '/dev/null'],
  ])('with a key that %s says so', async (_, keyFile) => {
    const signer = createSigner({ keyFile: keyFile(), env: {}, interactive: false });
    await expect(signer.sign('text', namespace)).rejects.toMatchObject({
      code: 'NOT_PERMITTED',
      next: expect.stringContaining('ssh-keygen'),
    });
  });

  it('with a key under a passphrase that nobody can be asked for says so, and never that one was wrong', async () => {
    const keyFile = key('secret', 'a passphrase');
    const signing = createSigner({ keyFile, env: {}, interactive: false }).sign('text', namespace);
    await expect(signing).rejects.toMatchObject({
      code: 'NOT_PERMITTED',
      message: `${keyFile} is protected by a passphrase, and nobody can be asked for it here`,
      next: expect.stringMatching(/ssh-agent.*ssh-add .*secret.*terminal/),
    });
  });
});
