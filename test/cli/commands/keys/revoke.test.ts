import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { softKey } from '../../../support/proposals/signatures.js';
import { aHome } from '../../support/key-home.js';

describe('ubos keys list and revoke (spec A3)', () => {
  it('show who may sign by which key, and take it away', async () => {
    const { run, json, at, text, keyFile, verify } = aHome();
    for (const name of ['ana', 'bob']) {
      await run(`keys init ${name}`);
      await run(`keys add ${name}`);
    }
    writeFileSync(at('second.pub'), `${softKey().publicKey}\n`);
    await run('keys add bob second.pub --valid-before 2999-01-01');
    const { value } = await json('keys list', 'keys');
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

    const all = await json('keys revoke bob', 'keys-revoked');
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
