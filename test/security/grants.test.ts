import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { currentActionAccount } from '../../src/adapters/sandbox/profile/account.js';
import { lookAtGrants } from '../../src/adapters/sandbox/profile/grants.js';
import { itAsRoot } from '../support/root.js';
import type { SandboxBench } from '../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../support/sandbox/sandboxes.js';

const account = currentActionAccount('janus-no-such-account');

/** People approved a path; whoever may rename above it turns it into another one between their review and the run (spec X2, P5). */
describeWithBwrap('a granted path that was swapped after it was reviewed (spec P5, X2)', () => {
  let bench: SandboxBench;
  let [shared, granted, aim] = ['', '', ''];
  let count = 0;
  beforeAll(async () => void (bench = await openSandboxBench()));
  afterAll(() => bench.close());
  beforeEach(() => {
    count += 1;
    const here = join(bench.root, `case-${count}`);
    [shared, granted, aim] = [join(here, 'shared'), join(here, 'shared', 'cache'), join(here, 'aim')];
    for (const folder of [granted, join(aim, 'cache')]) mkdirSync(folder, { recursive: true });
    for (const folder of [granted, aim, join(aim, 'cache')]) writeFileSync(join(folder, 'file'), folder === granted ? 'granted' : 'SECRET');
    for (const folder of [here, shared, granted, aim, join(aim, 'cache')]) chmodSync(folder, 0o777);
  });

  const grants = (writable: boolean) => [{ name: 'cache', path: granted, writable }];
  const run = (writable: boolean, script = `echo tried; cat ${granted}/file`) => bench.run(script, { grants: grants(writable) });

  it.each([false, true])('reads what was granted where nobody did (writable: %s)', async (writable) => {
    expect(lookAtGrants(grants(writable), account)).toEqual({});
    expect(await run(writable)).toMatchObject({ exitCode: 0, stdout: { text: 'tried\ngranted' } });
  });

  it.each([
    ['the folder itself', false],
    ['the folder itself', true],
    ['a folder above it', false],
    ['a folder above it', true],
  ])('does not widen the grant: %s became a link (writable: %s)', async (what, writable) => {
    expect(lookAtGrants(grants(writable), account)).toEqual({});
    const [place, target] = what === 'a folder above it' ? [shared, aim] : [granted, join(aim, 'cache')];
    renameSync(place, `${place}-away`);
    symlinkSync(target, place);
    // Without the check it would: the path leads to the secret.
    expect(existsSync(join(granted, 'file'))).toBe(true);
    const attack = run(writable, `echo tried; cat ${granted}/file; : > ${granted}/planted`);
    await expect(attack).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE', message: expect.stringContaining('leads through a link') });
    expect(existsSync(join(aim, 'planted')) || existsSync(join(aim, 'cache', 'planted'))).toBe(false);
    expect(lookAtGrants(grants(writable), account)).toEqual({ cache: expect.stringContaining(join(aim, 'cache')) });
    unlinkSync(place);
  });

  it('a socket is refused, read-only or not: no mount keeps anybody from speaking to it (spec C6)', async () => {
    const socket = join(shared, 'service.sock');
    const server = createServer().listen(socket);
    await once(server, 'listening');
    const grant = [{ name: 'service', path: socket, writable: false }];
    expect(lookAtGrants(grant, account)).toEqual({ service: expect.stringContaining('neither a file nor a folder') });
    await expect(bench.run('true', { grants: grant })).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
    server.close();
  });

  it('a link that leads to the same folder is refused too: it may lead elsewhere tomorrow', async () => {
    renameSync(granted, `${granted}-away`);
    symlinkSync(`${granted}-away`, granted);
    await expect(run(false)).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
  });

  it('what is granted below /usr/local is seen, and nothing else there, nor can anything be put there (spec X2)', async () => {
    const grant = [{ name: 'share', path: '/usr/local/share', writable: false }];
    const attempts = ': > /usr/local/planted; mkdir /usr/local/bin; : > /usr/local/share/planted; mv /usr/local/share /usr/local/moved';
    const { stdout, stderr } = await bench.run(`for try in 1 2; do ${attempts}; done; ls /usr/local; ls /usr/local/share | wc -l`, {
      grants: grant,
    });
    expect(stderr.text.match(/Read-only file system|cannot move/g)?.length).toBeGreaterThanOrEqual(8);
    expect(stdout.text.split('\n')).toEqual(['share', String(readdirSync('/usr/local/share').length), '']);
  });

  itAsRoot('one that the account of the actions cannot reach is refused at review, not at the start', async () => {
    chmodSync(shared, 0o700);
    expect(lookAtGrants(grants(false), account)).toEqual({ cache: expect.stringContaining(`${shared} does not let it through`) });
    await expect(run(false)).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
    chmodSync(shared, 0o755);
    expect(lookAtGrants(grants(false), account)).toEqual({});
  });
});
