import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { softKey } from '../../../support/proposals/signatures.js';
import { loadFrom } from '../../../support/vessel/configuration.js';
import { agent, aHome, namespace } from '../../support/key-home.js';
import { ubos } from '../../support/ubos.js';

describe('ubos keys add (spec A3)', () => {
  it('appends a line, keeps what is there, and the configuration still loads', async () => {
    const { run, at, text, keyFile, verify } = aHome();
    const first = `# owners\nbob namespaces="${namespace}" ${softKey().publicKey}`;
    writeFileSync(at('signers'), first, { mode: 0o644 });
    await run('keys init');
    expect(await run('keys add ana --valid-before 2999-12-31')).toMatchObject({ code: 0 });
    expect(text('signers')).toMatch(
      /^# owners\nbob .*\nana namespaces="janus-approval@v1,janus-proposal@v1",valid-before="29991231Z" ssh-ed25519 \S+\n$/,
    );
    expect(text('signers').startsWith(first)).toBe(true);
    expect(existsSync(at('signers.new'))).toBe(false);
    expect(await verify('ana', keyFile('ana'))).toMatchObject({ ok: true });
  });

  it('gives the vessel a key to propose with, and not to approve', async () => {
    const { json, at, text } = aHome();
    writeFileSync(at('vessel.pub'), `${softKey().publicKey}\n`);
    expect(await json('keys add janus-test vessel.pub', 'key-added')).toMatchObject({ code: 0, value: { principal: 'janus-test' } });
    expect(text('signers')).toMatch(/^janus-test namespaces="janus-proposal@v1" /);
  });

  it.each([
    ['a stranger', 'keys add dora good.pub', /who is in no group/],
    ['a file that is none', 'keys add ana none.pub', /none\.pub cannot be read: no such file/],
    ['a private key', 'keys add ana private', /not one public key/],
    ['two keys', 'keys add ana two.pub', /not one public key/],
    ['a day that is over', 'keys add ana good.pub --valid-before 2001-01-01', /over already/],
    ['a day that is none', 'keys add ana good.pub --valid-before soon', /no day/],
  ])('%s changes nothing', async (_, line, why) => {
    const { run, at } = aHome();
    writeFileSync(at('good.pub'), `${softKey().publicKey} ana@laptop\n`);
    writeFileSync(at('two.pub'), `${softKey().publicKey}\n${softKey().publicKey}\n`);
    writeFileSync(at('private'), '-----BEGIN OPENSSH PRIVATE KEY-----\n');
    const { code, stderr } = await run(line);
    expect([code, existsSync(at('signers'))]).toEqual([2, false]);
    expect(stderr).toMatch(why);
  });

  it('a key that is listed or revoked is not added again', async () => {
    const { run, at, text } = aHome();
    writeFileSync(at('key.pub'), `${softKey().publicKey}\n`);
    await run('keys add ana key.pub');
    const before = text('signers');
    expect(await run('keys add bob key.pub')).toMatchObject({ code: 2, stderr: expect.stringContaining('line 1 again') });
    await run('keys revoke ana');
    expect(await run('keys add ana key.pub')).toMatchObject({ code: 5, stderr: expect.stringContaining('revoked') });
    expect(text('signers')).toBe(before);
  });

  it('two at the same time do not undo each other: the second one says so', async () => {
    const { run, at } = aHome();
    writeFileSync(at('key.pub'), `${softKey().publicKey}\n`);
    writeFileSync(at('signers.new'), '');
    expect(await run('keys add ana key.pub')).toMatchObject({ code: 5, stderr: expect.stringContaining('somebody else') });
    expect(existsSync(at('signers'))).toBe(false);
  });
});

it('a folder that is not there is made for keys, never for allowed_signers', async () => {
  const { home, run, at } = aHome();
  writeFileSync(at('key.pub'), `${softKey().publicKey}\n`);
  mkdirSync(join(home, 'x'));
  const elsewhere = loadFrom(home, { agent: agent.replace('allowed_signers: signers', 'allowed_signers: none/signers') });
  expect(await ubos('keys add ana key.pub', { config: elsewhere, cwd: home })).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('ENOENT'),
  });
  expect((await run('keys list')).code).toBe(0);
});
