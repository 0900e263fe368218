import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { SandboxBench } from '../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../support/sandbox/sandboxes.js';

/** Nobody that an action could be; only root can give a repository away, and without it the repository is the action's own. */
const stranger = 54_321;

/** As `git init` and one commit, by somebody else. */
function makeRepository(path: string, ...more: readonly string[]): void {
  const git = (...args: string[]) =>
    execFileSync('/usr/bin/git', ['-c', 'user.name=ana', '-c', 'user.email=ana@example.org', '-C', path, ...args], {
      env: {},
      stdio: 'pipe',
    });
  mkdirSync(path, { recursive: true });
  git('init', '-q', ...more);
  if (!more.includes('--bare')) git('commit', '-q', '--allow-empty', '-m', 'the first');
}

describeWithBwrap('git in a granted repository of another owner (spec U4)', () => {
  let bench: SandboxBench;
  let [projects, single, neighbour] = ['', '', ''];
  beforeAll(async () => {
    bench = await openSandboxBench();
    const at = (name: string) => join(bench.root, name);
    [projects, single, neighbour] = [at('projects'), at('a "quoted" \\ repository'), at('neighbour')];
    for (const path of [single, neighbour, join(projects, 'one'), join(projects, 'one', 'inner')]) makeRepository(path);
    makeRepository(join(projects, 'bare.git'), '--bare');
    execFileSync('/usr/bin/chmod', ['-R', 'a+rX', bench.root]);
    if (process.getuid?.() === 0) execFileSync('/usr/bin/chown', ['-R', `${stranger}:${stranger}`, projects, single, neighbour]);
  });
  afterAll(() => bench.close());
  const grant = (path: string, name = 'granted') => ({ name, path, writable: false });
  const run = (args: readonly string[], grants = [grant(projects), grant(single, 'single')]) =>
    bench.run('', { command: { tool: 'git', path: '/usr/bin/git', args }, grants });

  it.each([
    ['the granted repository', () => ['-C', single, 'log', '--format=%s']],
    ['one below a granted folder', () => ['-C', join(projects, 'one'), 'log', '--format=%s']],
    ['one in another one', () => ['-C', join(projects, 'one/inner'), 'log', '--format=%s']],
  ])('reads %s', async (_, args) => {
    expect(await run(args())).toMatchObject({ exitCode: 0, stdout: { text: 'the first\n' } });
  });

  it.each([
    ['a repository', () => single],
    ['a bare one', () => join(projects, 'bare.git')],
  ])('clones %s into its workspace', async (_, from) => {
    const { exitCode, stderr } = await run(['clone', '-q', '--no-local', from(), `clone-${from().length}`]);
    expect([exitCode, stderr.text.replace(/^warning: .*\n/, '')]).toEqual([0, '']);
  });

  it('names what was granted and what lies below it, and never everything', async () => {
    const { stdout } = await run(['config', '--show-origin', '--get-all', 'safe.directory'], [grant(projects)]);
    const named = stdout.text
      .trim()
      .split('\n')
      .map((line) => line.replace(/^file:\/etc\/gitconfig\t/, ''));
    expect(named.filter((path) => !path.startsWith(projects))).toEqual([]);
    expect(named).toEqual(expect.arrayContaining([projects, `${projects}/*`, join(projects, 'one'), join(projects, 'bare.git')]));
    expect((await run(['config', '--get-all', 'safe.directory'], [])).stdout.text).toBe('');
  });

  it("reads none of the host's own configuration", async () => {
    expect((await bench.run('cat /etc/gitconfig; ls -A /etc/gitconfig.d ~/.gitconfig 2>/dev/null')).stdout.text).toBe('');
  });

  it('follows no link that lies in the granted folder to find one', async () => {
    symlinkSync(neighbour, join(projects, 'link'));
    const { stdout } = await run(['config', '--get-all', 'safe.directory']);
    expect(stdout.text).not.toContain('neighbour');
    expect(stdout.text).not.toContain(join(projects, 'link'));
  });

  it('is not made to trust the neighbours of a folder whose name is a pattern', async () => {
    const star = join(bench.root, '*');
    renameSync(neighbour, star);
    const { stdout } = await run(['config', '--get-all', 'safe.directory'], [grant(star)]);
    expect(stdout.text.split('\n')).not.toContain(star);
    expect(stdout.text.split('\n')).toContain(`${star}/*`);
  });

  it('takes what is no repository as it is: a file, a folder that nobody may list', async () => {
    const [file, closed] = [join(bench.root, 'file'), join(bench.root, 'closed')];
    writeFileSync(file, 'x');
    mkdirSync(closed, { mode: 0o700 });
    if (process.getuid?.() === 0) chownSync(closed, stranger, stranger);
    expect(await run(['--version'], [grant(file), grant(closed, 'closed')])).toMatchObject({ exitCode: 0 });
  });
});
