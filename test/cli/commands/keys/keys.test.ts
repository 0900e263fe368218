import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createSignatureVerifier } from '../../../../src/adapters/signatures/create-signature-verifier.js';
import type { JanusConfig } from '../../../../src/config/config.js';
import { loadFrom, soundAgent } from '../../../support/vessel/configuration.js';
import { useFolders } from '../../../support/folders.js';
import { softKey } from '../../../support/proposals/signatures.js';
import { jsonSchemas } from '../../../../src/cli/schemas/json-schemas.js';
import { ubos } from '../../support/ubos.js';

const aPlace = useFolders();
const namespace = 'janus-approval@v1';
const agent = `${soundAgent}approvals:\n  allowed_signers: signers\n  revoked_signers: revoked\n  groups: { owners: [ana, bob], others: [bob] }\n`;

/** A home with a configuration, and a way to say things in it; the configuration is read anew for each line, as the program does. */
function aHome() {
  const home = aPlace();
  const env = { XDG_CONFIG_HOME: join(home, 'config'), JANUS_USER: 'ana' };
  const config = (): JanusConfig => loadFrom(home, { agent });
  const at = (name: string) => join(home, name);
  return {
    home,
    at,
    keyFile: (name: string) => join(home, 'config', 'janus', 'keys', name),
    text: (name: string) => readFileSync(at(name), 'utf8'),
    run: (line: string) => ubos(line, { config: config(), env, cwd: home }),
    json: async (line: string) => {
      const { code, stdout } = await ubos(`${line} --json`, { config: config(), env, cwd: home });
      const value = JSON.parse(stdout) as { schema: string };
      const name = /^ubos\.(.*)\/v1$/.exec(value.schema)?.[1] ?? '';
      return { code, value: jsonSchemas[name]?.parse(value) };
    },
    verify: (principal: string, key: string, text = 'text') => {
      const signature = execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', namespace, '-f', key], {
        input: text,
        stdio: 'pipe',
      }).toString();
      return createSignatureVerifier({ allowedSigners: at('signers'), revoked: at('revoked') }).verify({
        text,
        signature,
        principal,
        namespace,
        at: new Date(),
      });
    },
  };
}

describe('ubos keys init', () => {
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

describe('ubos keys add', () => {
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
    const { run, at, text } = aHome();
    writeFileSync(at('vessel.pub'), `${softKey().publicKey}\n`);
    expect(await run('keys add janus-test vessel.pub')).toMatchObject({ code: 0 });
    expect(text('signers')).toMatch(/^janus-test namespaces="janus-proposal@v1" /);
  });

  it.each([
    ['a stranger', 'keys add dora good.pub', /who is in no group/],
    ['a file that is none', 'keys add ana none.pub', /there is no/],
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

describe('ubos keys list and revoke', () => {
  it('show who may sign by which key, and take it away', async () => {
    const { run, json, at, text, keyFile, verify } = aHome();
    for (const name of ['ana', 'bob']) {
      await run(`keys init ${name}`);
      await run(`keys add ${name}`);
    }
    writeFileSync(at('second.pub'), `${softKey().publicKey}\n`);
    await run('keys add bob second.pub --valid-before 2999-01-01');
    const { value } = await json('keys list');
    expect(value).toMatchObject({
      keys: [
        { principal: 'ana', state: 'valid', groups: ['owners'], may_approve: true, may_propose: true, valid_before: null },
        { principal: 'bob', state: 'valid', groups: ['owners', 'others'] },
        { principal: 'bob', state: 'valid', valid_before: '2999-01-01T00:00:00.000Z' },
      ],
    });
    const [, own] = (value as { keys: { fingerprint: string }[] }).keys;
    expect(execFileSync('ssh-keygen', ['-lf', keyFile('bob.pub')]).toString()).toContain(own?.fingerprint ?? '?');

    expect(await verify('bob', keyFile('bob'))).toMatchObject({ ok: true });
    const one = await run(`keys revoke ${own?.fingerprint ?? ''} --reason lost\nssh-ed25519`);
    expect(one).toMatchObject({ code: 0, stderr: '' });
    expect(await verify('bob', keyFile('bob'))).toMatchObject({ ok: false, code: 'KEY_REVOKED' });
    expect(await verify('ana', keyFile('ana'))).toMatchObject({ ok: true });

    const all = await json('keys revoke bob');
    expect(all.value).toMatchObject({ without_key: ['bob'], revoked: [own?.fingerprint, expect.stringMatching(/^SHA256:/)] });
    expect(
      text('revoked')
        .split('\n')
        .filter((line) => line.startsWith('ssh-')),
    ).toHaveLength(2);
    expect((await run('keys list')).stdout).toMatch(/ana\n.*\n {2}valid · in owners · decides and proposes\nbob\n.*\n {2}revoked/);
    expect(await run('keys revoke bob')).toMatchObject({ code: 0, stdout: expect.stringContaining('Was revoked before') });
  });

  it('revoke keeps what is in the file, and touches no list of ssh-keygen -k', async () => {
    const { run, at, text } = aHome();
    const other = `${softKey().publicKey} old`;
    writeFileSync(at('key.pub'), `${softKey().publicKey}\n`);
    await run('keys add ana key.pub');
    writeFileSync(at('revoked'), other, { mode: 0o644 });
    expect(await run('keys revoke key.pub')).toMatchObject({ code: 0, stderr: expect.stringContaining('ana has no key any more') });
    expect(text('revoked').startsWith(`${other}\n`)).toBe(true);
    execFileSync('ssh-keygen', ['-q', '-k', '-f', at('revoked'), at('key.pub')]);
    chmodSync(at('revoked'), 0o644);
    const before = readFileSync(at('revoked'));
    expect(await run('keys revoke ana')).toMatchObject({ code: 2, stderr: expect.stringContaining('ssh-keygen -k') });
    expect(readFileSync(at('revoked'))).toEqual(before);
  });

  it('nobody of that name is a mistake, and no keys are said to be none', async () => {
    const { run } = aHome();
    expect(await run('keys revoke eve')).toMatchObject({ code: 2 });
    expect(await run('keys list')).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('no keys') });
  });
});

describe('ubos doctor', () => {
  const signatures = async (line: string, config: JanusConfig, env = {}) => {
    const { stdout } = await ubos(line, { config, env });
    const { findings } = JSON.parse(stdout) as { findings: { what: string; ok: boolean; detail: string; next: string | null }[] };
    return findings.filter(({ what }) => what === 'signatures');
  };

  it('says which mode holds, how many keys there are, and warns where nothing is verified', async () => {
    const { home, run } = aHome();
    const before = await signatures('doctor --json', loadFrom(home, { agent }));
    expect(before).toEqual([
      {
        what: 'signatures',
        ok: true,
        detail: expect.stringContaining('by_risk, but there are no keys yet, so nothing is verified'),
        next: expect.stringContaining('ubos keys init'),
      },
      { what: 'signatures', ok: true, detail: expect.stringMatching(/OpenSSH_/), next: null },
      { what: 'signatures', ok: true, detail: '0 of 0 keys are valid, for nobody', next: null },
    ]);
    await run('keys init');
    await run('keys add ana');
    const after = await signatures('doctor --json', loadFrom(home, { agent }), { XDG_CONFIG_HOME: join(home, 'config') });
    expect(after.map(({ detail }) => detail)).toEqual([
      'by_risk: decisions of medium and high risk must be signed',
      expect.stringContaining('ssh-keygen is there'),
      '1 of 1 keys are valid, for ana',
      expect.stringContaining('you sign as ana'),
    ]);
    const off = await signatures('doctor --json', loadFrom(home, { agent: `${agent}  signature: off\n` }));
    expect(off[0]).toMatchObject({
      detail: expect.stringContaining('whoever reaches the Temporal server decides'),
      next: expect.stringContaining('by_risk'),
    });
    await run('keys revoke ana');
    expect((await signatures('doctor --json', loadFrom(home, { agent })))[2]).toMatchObject({
      ok: false,
      next: expect.stringContaining('ubos keys add'),
    });
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
