import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { freezeTerms } from '../../../../src/domain/approval/terms.js';
import { loadFrom, soundAgent } from '../../../support/vessel/configuration.js';
import { aHome } from '../../support/key-home.js';
import { ubos } from '../../support/ubos.js';

describe('ubos keys init (spec A3)', () => {
  it('makes a key that nobody else can read, and prints the line that lets it sign', async () => {
    const { run, keyFile, at, verify } = aHome();
    const { code, stdout, stderr } = await run('keys init');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ana namespaces="janus-approval@v1,janus-proposal@v1" ssh-ed25519 \S+\n$/);
    expect(stderr).toContain(`\n    ubos keys add ana ${keyFile('ana')}.pub\n`);
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
    expect(await json('keys init bob --file mine', 'key')).toMatchObject({ code: 0, value: { principal: 'bob', file: at('mine') } });
  });
});

describe('the lines of agent.yaml that a key still lacks (spec A4)', () => {
  const said = async (approvals: string, name = 'ana') => {
    const { home, at, run } = aHome();
    const env = { XDG_CONFIG_HOME: join(home, 'config'), JANUS_USER: name };
    const init = await ubos('keys init', { env, cwd: home, config: loadFrom(home, { agent: `${soundAgent}${approvals}` }) });
    return { home, at, run, init };
  };

  it('on a fresh machine put the only person into the group, and let one do both; with them the key is taken and decides', async () => {
    const { home, at, init } = await said('approvals: { allowed_signers: signers, revoked_signers: revoked }\n');
    const yaml = init.stderr.slice(init.stderr.indexOf('    approvals:')).replaceAll(/^ {4}/gm, '');
    expect(yaml).toMatch(
      /^approvals:\n {2}.*\n {2}.*\n {2}groups:\n {4}first_citizen: \[ana\]\n {4}trinity: .*\n {2}self_approval: allowed/,
    );
    const config = loadFrom(home, { agent: `${soundAgent}${yaml}` });
    expect(config.paths).toMatchObject({ allowedSigners: at('signers'), revokedSigners: at('revoked') });
    const added = await ubos('keys add ana', { env: { XDG_CONFIG_HOME: join(home, 'config') }, cwd: home, config });
    expect([added.code, added.stderr]).toEqual([0, expect.not.stringContaining('approvals:')]);
    const proposer = { assurance: 'signed', name: 'ana', key: 'SHA256:x' } as const;
    const terms = freezeTerms({ ...config.approvals, allowedSigners: 'signers' }, { risk: 'high', actionType: 'x', proposer });
    expect(terms).toMatchObject({ groups: { first_citizen: ['ana'] }, excluded: [] });
  });

  it('say that the only person can approve nothing of their own, before it is refused', async () => {
    const { init } = await said('approvals:\n  groups: { owners: [ana] }\n');
    expect(init.stderr).toContain('ana can approve nothing that ana proposed');
    expect(init.stderr).toContain('self_approval: allowed');
  });

  it('put one who recommends into a group that decides nothing', async () => {
    const { init } = await said('approvals:\n  groups: { owners: [bob] }\n', 'claude');
    expect(init.stderr).toMatch(/ {8}owners: \[bob\]\n {8}trinity: \[claude\]\n$/);
  });

  it('keep the others, and say nothing of what is there', async () => {
    const { init } = await said('approvals:\n  groups: { owners: [bob] }\n');
    expect(init.stderr).toMatch(/ana is in no group [^:]*:\n {4}approvals:\n(?: {6}.*\n){2} {6}groups:\n {8}owners: \[bob, ana\]\n$/);
    expect((await said('approvals:\n  groups: { owners: [ana, bob] }\n')).init.stderr).not.toContain('approvals:');
  });
});
