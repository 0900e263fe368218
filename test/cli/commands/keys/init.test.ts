import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { aHome } from '../../support/key-home.js';
import { ubos } from '../../support/ubos.js';

describe('ubos keys init (spec A3)', () => {
  it('makes a key that nobody else can read, and prints the line that lets it sign', async () => {
    const { run, keyFile, at, verify } = aHome();
    const { code, stdout, stderr } = await run('keys init');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ana namespaces="janus-approval@v1,janus-proposal@v1" ssh-ed25519 \S+\n$/);
    expect(stderr).toContain('ubos keys add "ana"');
    expect(statSync(keyFile('ana')).mode & 0o777).toBe(0o600);
    expect(statSync(keyFile('')).mode & 0o777).toBe(0o700);
    writeFileSync(at('signers'), stdout, { mode: 0o644 });
    expect(await verify('ana', keyFile('ana'))).toMatchObject({ ok: true });
  });

  it('writes over nothing, neither a key nor its public half', async () => {
    const { run, keyFile } = aHome();
    await run('keys init');
    const before = readFileSync(keyFile('ana'), 'utf8');
    expect(await run('keys init')).toMatchObject({ code: 5, stdout: '' });
    expect(readFileSync(keyFile('ana'), 'utf8')).toBe(before);
    writeFileSync(keyFile('bob.pub'), 'mine');
    expect(await run('keys init bob')).toMatchObject({ code: 5 });
    expect([readFileSync(keyFile('bob.pub'), 'utf8'), existsSync(keyFile('bob'))]).toEqual(['mine', false]);
  });

  it.each(['../bob', '*', 'ana,bob', '-f', ''])('takes no name such as %j', async (name) => {
    const { home } = aHome();
    const played = await ubos(['keys', 'init', '--', name], { env: { XDG_CONFIG_HOME: home }, cwd: home });
    expect([played.code, existsSync(join(home, 'janus'))]).toEqual([2, false]);
  });

  it('asks for a passphrase only where there is a terminal', async () => {
    const { run, keyFile } = aHome();
    expect(await run('keys init --passphrase-prompt')).toMatchObject({ code: 2 });
    expect(existsSync(keyFile('ana'))).toBe(false);
  });

  it('puts it where --file says, and tells programs', async () => {
    const { json, at } = aHome();
    expect(await json('keys init bob --file mine')).toMatchObject({ code: 0, value: { principal: 'bob', file: at('mine') } });
  });
});
