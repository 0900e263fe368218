import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from '@jest/globals';
import { freePort } from '../../scripts/lib/dev-server.mjs';
import { closeAtTheEnd } from '../support/closing.js';
import { soon } from '../support/soon.js';
import { temporalCli } from '../support/vessel/dev-server.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const secondsMax = 120;

/** What npm start has started, by its own notes. */
function started(home: string): { name: string; pid: number }[] {
  const file = join(home, 'processes.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { name: string; pid: number }[]) : [];
}

/** `npm start | head`, with Ctrl-C when the reader has seen `until`. */
async function startAndInterrupt(home: string, until: string) {
  const env = { ...process.env, JANUS_HOME: home, TEMPORAL_PORT: String(await freePort()), JANUS_TEMPORAL_CLI: temporalCli() };
  const child = spawn(process.execPath, ['scripts/start.mjs'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  closeAtTheEnd(() => void child.kill('SIGTERM'));
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  await soon(() => stdout.includes(until) || child.exitCode !== null, secondsMax * 1_000);
  const notes = started(home);
  // The reader dies of Ctrl-C as well, and first: from here on each write fails.
  child.stdout.destroy();
  child.stderr.destroy();
  child.kill('SIGINT');
  return { code: (await ended)[0], stdout, stderr, notes };
}

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'janus-start-'));
  closeAtTheEnd(() => rmSync(home, { recursive: true, force: true }));
  chmodSync(home, 0o711);
});

const serves = 'Stop              Ctrl-C';

it(
  'npm start sets a damaged database aside and serves; interrupted, with nobody who reads any more, it leaves nothing behind',
  async () => {
    writeFileSync(join(home, 'temporal.db'), 'this is no database, and never was one');
    writeFileSync(join(home, 'proposals.jsonl'), '');
    const { code, stderr, notes } = await startAndInterrupt(home, serves);

    expect(stderr).toContain(`✗ the Temporal database is damaged: ${home}/temporal.db\n`);
    const [aside] = readdirSync(home).filter((name) => /^temporal\.db\.damaged-[\dTZ-]+$/.test(name));
    expect(readFileSync(join(home, aside ?? '?'), 'utf8')).toBe('this is no database, and never was one');

    expect(notes.map(({ name }) => name)).toEqual(['npm start', 'Temporal server', 'witness', 'egress', 'guard', 'worker']);
    expect([code, started(home), notes.filter(({ pid }) => existsSync(`/proc/${pid}`))]).toEqual([130, [], []]);
  },
  2 * secondsMax * 1_000,
);

it(
  'started again, it shows the proposal that waits, and proposes no second one to be refused as the same',
  async () => {
    const [id] = /janus-[0-9a-f]{12}/.exec(readFileSync(join(home, 'proposals.jsonl'), 'utf8')) ?? [];
    const { stdout } = await startAndInterrupt(home, serves);
    expect(stdout).toContain(`demo       still waits: ${id}  LOW  disk_report`);
    const events = readFileSync(join(home, 'proposals.jsonl'), 'utf8').match(/"event_type":"\w+"/g);
    expect(events).toEqual(['"event_type":"action_proposed"']);
  },
  2 * secondsMax * 1_000,
);
