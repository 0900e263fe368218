import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXIT } from '../../src/cli/exit-codes.js';
import { calledAs, hintsFor } from '../../src/cli/terminal/hints.js';
import { aClient } from './support/fake-client.js';
import { problemOf } from './support/pasted.js';
import { printedHints } from './support/printed-hints.js';
import { ubos } from './support/ubos.js';
import { id, listing } from './support/views.js';

describe('every command that the program tells people to type (spec U2, U3)', () => {
  const hints = printedHints(['src', 'scripts']);

  it('is found', () => {
    expect(hints.length).toBeGreaterThan(120);
  });

  it('is taken by its verb, pasted as it is printed', async () => {
    const wrong: unknown[] = [];
    for (const hint of hints) {
      const problem = await problemOf(hint.command);
      if (problem !== undefined) wrong.push({ ...hint, problem });
    }
    expect(wrong).toEqual([]);
  });
});

describe('how the program was called (spec U2, U3)', () => {
  const env = { PATH: '/usr/bin:/opt/bin' };

  it.each([
    { how: 'by the launcher, from the clone', env: { ...env, JANUS_CALLED_AS: './ubos' }, script: '/c/dist/cli/main.js', called: './ubos' },
    {
      how: 'by the launcher, from elsewhere',
      env: { ...env, JANUS_CALLED_AS: '../my clone/ubos' },
      script: '/c/x',
      called: "'../my clone/ubos'",
    },
    { how: 'by a link that PATH finds', env: { ...env, JANUS_CALLED_AS: '/opt/bin/ubos' }, script: '/c/x', called: 'ubos' },
    { how: 'as it is installed', env, script: '/usr/bin/ubos', called: 'ubos' },
    { how: 'as a script, from the clone', env, script: '/c/dist/cli/main.js', called: 'node dist/cli/main.js' },
    { how: 'as a script, from elsewhere', env, script: '/d/dist/cli/main.js', called: 'node /d/dist/cli/main.js' },
  ])('$how: $called', ({ env: given, script, called }) => {
    expect(calledAs(script, given, '/c')).toBe(called);
  });

  it('is what hints say, with the home and the server that were named', () => {
    const argv = ['--vessel', 'two', 'review', '--address=h:1', '--', '--config', 'x'];
    const here = hintsFor({ argv, env: { JANUS_HOME: '/my home' }, called: './ubos' });
    expect(here('see it: ubos review ID, then ubos approve ID')).toBe(
      "see it: JANUS_HOME='/my home' ./ubos --vessel two --address h:1 review ID, then JANUS_HOME='/my home' ./ubos --vessel two --address h:1 approve ID",
    );
  });

  it('is what hints say where a line was broken behind the name', () => {
    expect(hintsFor({ argv: [], env: {}, called: './ubos' })('see it: ubos\n    review ID')).toBe('see it: ./ubos\n    review ID');
  });

  it('touches neither a schema, nor a path, nor a name', () => {
    const text = 'ubos.error/v1 ubos: wrong ./ubos review /x/ubos review ubos shows _ubos review';
    expect(hintsFor({ argv: [], env: {}, called: 'X' })(text)).toBe(text);
  });

  it.each([
    `propose --from ${id}`,
    `approve ${id} --by alice`,
    `approve ${id} --by alice --json`,
    `proposals show ${id}`,
    'proposals list',
    'think --wait',
    'aprove',
    'approve',
    'approve --json',
    'help approve',
    'help',
    'status',
    'keys list',
  ])('stands in everything that is printed: ubos %s', async (line) => {
    const { stdout, stderr } = await ubos(line, { called: './ubos', client: aClient({ listed: listing }) });
    const bare = (stdout + stderr).split('\n').filter((text) => /(?<![\w./-])ubos [a-z]/.test(text));
    expect(bare).toEqual([]);
  });
});

describe('the launcher ./ubos (spec U1)', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'janus-launcher-'));
    mkdirSync(join(folder, 'bare'));
    cpSync(join(root, 'ubos'), join(folder, 'bare/ubos'));
    symlinkSync(join(root, 'ubos'), join(folder, 'one'));
    symlinkSync('one', join(folder, 'two'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const call = (file: string, args: readonly string[], env: Record<string, string> = {}) =>
    spawnSync(file, args, {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: folder, ...env },
    });

  it.each([
    { how: 'by its path', file: () => join(root, 'ubos'), called: () => join(root, 'ubos') },
    { how: 'through a link', file: () => './one', called: () => './one' },
    { how: 'through a link to a link', file: () => './two', called: () => './two' },
    { how: 'through a link that PATH finds', file: () => 'two', called: () => 'two', path: true },
  ])('works from another folder $how, and hints can be pasted', ({ file, called, path }) => {
    const child = call(file(), ['approve'], path ? { PATH: `${folder}:${dirname(process.execPath)}:/usr/bin:/bin` } : {});
    expect([child.status, child.stderr]).toEqual([
      EXIT.usage,
      `ubos: which proposal?\n  → ${called()} proposals list, then ${called()} approve ID\n`,
    ]);
  });

  it('says what to do where nothing is built', () => {
    const child = call('bare/ubos', ['version']);
    expect([child.status, child.stderr]).toEqual([1, expect.stringMatching(/nothing is built in bare\n {2}→ cd bare && npm start/)]);
  });

  it('says what to do where there is no Node', () => {
    const child = call(join(root, 'ubos'), ['version'], { PATH: folder });
    expect([child.status, child.stderr]).toEqual([1, expect.stringContaining('there is no node in PATH')]);
  });

  it.each([
    { version: '18.20.4', says: 'is too old' },
    { version: '20.18.3', says: 'is too old' },
    { version: '20.19.0', says: '' },
    { version: '22.11.0', says: 'is too old' },
    { version: '24.0.0', says: '' },
  ])('says of Node $version: "$says"', ({ version, says }) => {
    let said = '';
    const process = { versions: { node: version }, stderr: { write: (text: string) => (said += text) }, exit: () => undefined };
    runInNewContext(readFileSync(join(root, 'scripts/lib/known-node.cjs'), 'utf8'), { process });
    expect(said).toEqual(says === '' ? '' : expect.stringContaining(says));
  });
});
