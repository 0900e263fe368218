import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { ensureHome } from '../../../scripts/lib/home.mjs';
import { ensureLogFolders } from '../../../src/adapters/log/log-folders.js';
import { useFolders } from '../../support/folders.js';
import { openTrail, anEntry, closeTrails } from '../../support/trail/trails.js';

const folder = useFolders();
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

it('makes the folders of logs for their owner alone, unless actions must get past them (spec D1)', async () => {
  const home = folder();
  const at = (...names: string[]) => join(home, ...names);
  await ensureLogFolders({ logs: [at('a/x.jsonl'), at('a/y.jsonl'), at('b/z.jsonl')], reached: [at('b/workspaces'), at('ab')] });
  expect([modeOf(at('a')), modeOf(at('b'))]).toEqual(['700', '711']);
});

it('makes none that others can look into, whoever writes to a log first', async () => {
  const home = join(folder(), 'state');
  await openTrail(home).trail.append('proposals', anEntry('a'));
  await closeTrails();
  expect(modeOf(home)).toBe('700');
});

it('leaves a folder that is there as it is', async () => {
  const home = folder();
  const before = modeOf(home);
  await ensureLogFolders({ logs: [join(home, 'x.jsonl')], reached: [] });
  expect(modeOf(home)).toBe(before);
});

it('a worker whose logs have no place says so, and not that it is ready (spec F1)', () => {
  const home = folder();
  ensureHome(home);
  const main = fileURLToPath(new URL('../../../dist/worker/main.js', import.meta.url));
  expect(existsSync(main)).toBe(true);
  writeFileSync(join(home, 'file'), '');
  const agent = join(home, 'agent.yaml');
  const changed = readFileSync(agent, 'utf8').replace(/^( +tool_log:).*$/m, `$1 ${join(home, 'file/tool_use.jsonl')}`);
  writeFileSync(agent, changed);
  const env = { PATH: process.env['PATH'], HOME: home, JANUS_HOME: home, TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, '--role', 'brain', '--config', agent], {
    env,
    cwd: home,
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/janus worker: .*\/file can hold no logs \(tool_use\.jsonl\): (something else of that name|no such file)\nnext: /);
});
