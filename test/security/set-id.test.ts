import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, linkSync, lstatSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { currentActionAccount } from '../../src/adapters/sandbox/profile/account.js';
import { soon } from '../support/soon.js';
import { itAsRoot } from '../support/root.js';
import type { SandboxBench } from '../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../support/sandbox/sandboxes.js';

const account = currentActionAccount('janus-no-such-account');
const modeOf = (path: string) => (lstatSync(path).mode & 0o7777).toString(8);

/** Its last change lies further back than clocks differ. */
const grownOld = (path: string) => soon(() => Date.now() - lstatSync(path).ctimeMs > 1_100);

/** Every set-id file below, by find: what the code under test sees is not asked. */
const setIdFiles = (folder: string) => {
  execFileSync('chmod', ['-R', 'u+rwX', folder]);
  return execFileSync('find', [folder, '-type', 'f', '-perm', '/6000'], { encoding: 'utf8' });
};

describeWithBwrap('what starts as the account of the actions (spec X2)', () => {
  let bench: SandboxBench;
  let grant: string;
  let count = 0;
  beforeAll(async () => {
    bench = await openSandboxBench();
  });
  afterAll(() => bench.close());
  beforeEach(() => {
    grant = join(bench.root, `grant-${(count += 1)}`);
    mkdirSync(grant);
    if (account.switches) chownSync(grant, account.uid, account.gid);
    chmodSync(grant, 0o777);
  });

  const run = (script: string, more: { name: string; path: string; writable: boolean }[] = []) =>
    bench.run(`umask 0; cd ${grant}; ${script}`, { grants: [{ name: 'shared', path: grant, writable: true }, ...more] });

  it('is no file that an action leaves, in its workspace or in a writable grant; folders keep their bit', async () => {
    const result = await run(
      'for d in . /workspace; do mkdir -p $d/a/b && cp /usr/bin/id $d/a/b/id && chmod 2755 $d/a/b/id && chmod 2775 $d/a && stat -c %a $d/a/b/id $d/a; done',
    );
    expect(result).toMatchObject({ reason: 'exit', exitCode: 0, stdout: { text: '2755\n2775\n2755\n2775\n' } });
    for (const folder of [grant, await bench.workspace()]) {
      expect([modeOf(join(folder, 'a')), modeOf(join(folder, 'a/b/id'))]).toEqual(['2775', '755']);
    }
  });

  it.each([
    ['many names', 'for i in $(seq 300); do : > f$i; done; chmod 2755 f*'],
    ['a folder that is closed', 'mkdir -p a/b; : > a/b/f; chmod 2755 a/b/f; chmod 0 a/b a'],
    [
      'a folder that is closed, among many names',
      'for i in $(seq 300); do : > f$i; done; mkdir -p a/b; : > a/b/f; chmod 2755 a/b/f; chmod 0 a/b a',
    ],
    ['a name that is no text', 'n=$(printf "\\377\\n x"); mkdir "$n"; : > "$n/$n"; chmod 2755 "$n/$n"'],
    ['a deep tree', 'for i in $(seq 200); do mkdir dddddddddddddddddddddddddd; cd dddddddddddddddddddddddddd; done; : > f; chmod 2755 f'],
    ['many hard links', ': > f; for i in $(seq 20); do ln f l$i; done; chmod 2755 l7'],
    ['a rename at the end', ': > f; chmod 2755 f; mkdir d; mv f d/; mv d e'],
    ['a child in the background', ': > f; (while :; do chmod 2755 f; done) & sleep 0.05'],
    ['a session of its own', ': > f; setsid sh -c "while :; do chmod 2755 f; done" >/dev/null 2>&1 & sleep 0.05'],
    ['an old time', ': > f; chmod 2755 f; touch -d 1990-01-01 f'],
    ['a copy with its mode', ': > f; chmod 2755 f; cp -p f g; tar -cpf - f | (mkdir t; cd t; tar -xpf -)'],
  ])('is no file, by %s', async (_, script) => {
    expect(await run(script)).toMatchObject({ reason: 'exit' });
    expect(setIdFiles(grant)).toBe('');
    expect(readdirSync(grant).length).toBeGreaterThan(0);
  });

  it('is closed again where it was', async () => {
    await run('mkdir -p a/b; : > a/b/f; chmod 2755 a/b/f; chmod 0 a/b a');
    expect(modeOf(join(grant, 'a'))).toBe('0');
    setIdFiles(grant);
  });

  it('is not reached by an action that a limit ended, nor by one that failed', async () => {
    const grants = [{ name: 'shared', path: grant, writable: true }];
    const script = `cp /usr/bin/id ${grant}/id; chmod 2755 ${grant}/id;`;
    expect(await bench.run(`${script} sleep 60`, { grants, limits: { wallSeconds: 1 } })).toMatchObject({ reason: 'wall' });
    expect(setIdFiles(grant)).toBe('');
    expect(await bench.run(`${script} exit 3`, { grants })).toMatchObject({ exitCode: 3 });
    expect(setIdFiles(grant)).toBe('');
  });

  it('is a single file that was granted', async () => {
    const path = join(bench.root, 'single');
    writeFileSync(path, '');
    if (account.switches) chownSync(path, account.uid, account.gid);
    await bench.run(`chmod 2755 ${path} && stat -c %a ${path}`, { grants: [{ name: 'single', path, writable: true }] });
    expect(modeOf(path)).toBe('755');
  });

  it("leaves others' files as they are: through a link, beside the grant, or unchanged in it", async () => {
    const outside = join(bench.root, `outside-${count}`);
    writeFileSync(outside, '');
    if (account.switches) chownSync(outside, account.uid, account.gid);
    chmodSync(outside, 0o2755);
    symlinkSync(outside, join(grant, 'link'));
    writeFileSync(join(grant, 'theirs'), '');
    chmodSync(join(grant, 'theirs'), 0o4755);
    // A name of its own outside of the grant, for the same file.
    linkSync(join(grant, 'theirs'), join(bench.root, `named-${count}`));
    await grownOld(join(grant, 'theirs'));
    const linked = account.switches ? 'ln theirs mine 2>/dev/null' : ':';
    await run(`chmod 2755 link 2>/dev/null; mv link other; ${linked}; ln -s /usr/bin/passwd p; : > f; chmod 2755 f`);
    expect([modeOf(outside), modeOf(join(grant, 'theirs'))]).toEqual(['2755', '4755']);
    expect(statSync('/usr/bin/passwd').mode & 0o4000).toBe(0o4000);
    expect(modeOf(join(grant, 'f'))).toBe('755');
  });

  itAsRoot('is no file of another owner that everybody may write, and that was written through a map', async () => {
    writeFileSync(join(grant, 'theirs'), 'harmless');
    chmodSync(join(grant, 'theirs'), 0o4777);
    await grownOld(join(grant, 'theirs'));
    const script = `import mmap; f = open("theirs", "r+b"); m = mmap.mmap(f.fileno(), 8); m[:8] = b"harmful!"; m.flush()`;
    await run(`python3 -c '${script}'`);
    expect([modeOf(join(grant, 'theirs')), statSync(join(grant, 'theirs')).uid]).toEqual(['777', 0]);
  });

  itAsRoot('is no file on another disk that is mounted below a grant: the action saw that, too', async () => {
    mkdirSync(join(grant, 'disk'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=777', 'none', join(grant, 'disk')]);
    try {
      expect(await run(': > disk/f && chmod 2755 disk/f')).toMatchObject({ exitCode: 0 });
      expect(modeOf(join(grant, 'disk/f'))).toBe('755');
    } finally {
      execFileSync('umount', [join(grant, 'disk')]);
    }
  });

  it('is none where another action moves its folder about meanwhile, and ends later', async () => {
    const slow = run('until [ -e stop ]; do [ -d d ] && mv d e; [ -d e ] && mv e d; done');
    await run('mkdir n; for i in $(seq 400); do : > n/f$i; done; chmod 2755 n/*; mv n d');
    writeFileSync(join(grant, 'stop'), '');
    await slow;
    expect([setIdFiles(grant), readdirSync(grant).length]).toEqual(['', 2]);
  });
});

describeWithBwrap('a workspace (spec X2)', () => {
  it('is closed to others, also when its action opened it, and while it runs', async () => {
    const bench = await openSandboxBench();
    const workspace = await bench.workspace();
    await bench.run('echo secret > note; chmod 777 /workspace; chmod 666 note');
    expect(modeOf(dirname(workspace))).toBe('700');
    expect(statSync(dirname(workspace)).uid).toBe(account.uid);
    expect(modeOf(workspace)).toBe('777');
    await bench.close();
  });

  itAsRoot('cannot be read by another account of the host, nor by one that has its group', async () => {
    const bench = await openSandboxBench();
    const workspace = await bench.workspace();
    await bench.run('echo secret > note; chmod 777 /workspace; chmod 666 note');
    const as = (...ids: string[]) => {
      try {
        return execFileSync('/usr/bin/setpriv', [...ids, '--clear-groups', '--', 'cat', join(workspace, 'note')], {
          encoding: 'utf8',
          stdio: 'pipe',
        });
      } catch (error) {
        return String((error as { stderr: string }).stderr);
      }
    };
    expect(as('--reuid=65534', '--regid=65534')).toMatch(/Permission denied/);
    expect(as('--reuid=65534', `--regid=${account.gid}`)).toMatch(/Permission denied/);
    expect(as(`--reuid=${account.uid}`, `--regid=${account.gid}`)).toBe('secret\n');
    await bench.close();
  });
});
