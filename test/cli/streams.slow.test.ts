import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXIT } from '../../src/cli/exit-codes.js';
import { itAsRoot } from '../support/root.js';
import { ensureHome } from '../../scripts/lib/home.mjs';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
let home = '';

beforeAll(() => {
  if (!existsSync(main)) throw new Error(`${main} is missing: node scripts/build.mjs`);
  home = mkdtempSync(join(tmpdir(), 'janus-streams-'));
  chmodSync(home, 0o711);
  ensureHome(home);
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

/** `gone`: whoever reads has left already; `full`: the disk takes nothing more. */
type End = 'read' | 'gone' | 'full' | 'closed';

/** The exit code of the built ubos, with these ends of stdout and stderr. */
async function codeOf(line: string, stdout: End, stderr: End): Promise<number | null> {
  const stdio = [stdout, stderr].map((end) => (end === 'full' ? openSync('/dev/full', 'w') : ('pipe' as const)));
  const env = { PATH: process.env['PATH'], HOME: home, JANUS_HOME: home, TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const closing = `${stdout === 'closed' ? '>&-' : ''} ${stderr === 'closed' ? '2>&-' : ''}`;
  const child = spawn('/bin/sh', ['-c', `exec "$0" "$@" ${closing}`, process.execPath, main, ...line.split(' ')], {
    env,
    cwd: home,
    stdio: ['ignore', ...stdio],
  });
  for (const [stream, end] of [
    [child.stdout, stdout],
    [child.stderr, stderr],
  ] as const) {
    if (end === 'gone') stream?.destroy();
    else stream?.resume();
  }
  return new Promise((resolve) => child.once('close', (code) => resolve(code)));
}

describe('what a command comes to is its exit code, whoever listens (spec U1, U2)', () => {
  it.each([
    ['help', EXIT.ok],
    ['version', EXIT.ok],
    ['config show', EXIT.ok],
    ['keys list', EXIT.ok],
    ['nonsense', EXIT.usage],
    ['check nothing.yaml', EXIT.usage],
    ['audit verify', EXIT.notFound],
    ['audit verify --json', EXIT.notFound],
    ['proposals list', EXIT.unreachable],
  ])('%s: %d', async (line, code) => {
    const ends = [
      ['read', 'read'],
      ['gone', 'read'],
      ['read', 'gone'],
      ['gone', 'gone'],
      ['read', 'full'],
      ['closed', 'closed'],
    ] as const;
    expect(await Promise.all(ends.map(([stdout, stderr]) => codeOf(line, stdout, stderr)))).toEqual(ends.map(() => code));
  });

  it('output that a full disk did not take is no success, and no other failure either', async () => {
    const codes = [await codeOf('config show', 'full', 'read'), await codeOf('config show', 'full', 'full')];
    expect(codes).toEqual([EXIT.unwritten, EXIT.unwritten]);
    expect(await codeOf('check nothing.yaml', 'full', 'full')).toBe(EXIT.usage);
  });
});

describe('an account that has a number and no name', () => {
  const uid = 2_000_012_345;
  const asNobodyKnown = (line: string) => {
    // The clone may lie where this account does not get.
    cpSync(dirname(main), join(home, 'cli'), { recursive: true });
    const env = { PATH: process.env['PATH'], JANUS_HOME: home, TEMPORAL_ADDRESS: '127.0.0.1:1' };
    const args = [join(home, 'cli', 'main.js'), ...line.split(' ')];
    const { status, stderr } = spawnSync(process.execPath, args, { env, cwd: '/', uid, gid: uid, encoding: 'utf8' });
    return [status, stderr] as const;
  };

  itAsRoot.each([
    ['--version', EXIT.ok],
    ['version', EXIT.ok],
    ['help approve', EXIT.ok],
    ['config show', EXIT.ok],
    ['proposals list', EXIT.unreachable],
  ])('may ask: %s', (line, code) => {
    expect(asNobodyKnown(line)[0]).toBe(code);
  });

  itAsRoot('names itself where a name is needed', () => {
    expect(asNobodyKnown('keys init')).toEqual([EXIT.usage, expect.stringMatching(/no name \(uid 2000012345\)[^]*→ --by NAME/)]);
  });
});
