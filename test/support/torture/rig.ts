import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { devServerArgs, freePort, isListening, writeProfile } from '../../../scripts/lib/dev-server.mjs';
import { ensureHome } from '../../../scripts/lib/home.mjs';
import { createProcessNotes } from '../../../scripts/lib/leftovers.mjs';
import { ubosFile } from '../../../scripts/lib/ubos.mjs';
import { startWorker } from '../../../scripts/lib/worker-process.mjs';
import { closeAtTheEnd } from '../closing.js';
import { temporalCli } from '../vessel/dev-server.js';
import type { SoftKey } from '../proposals/signatures.js';
import { softKey } from '../proposals/signatures.js';
import { loadConfig } from '../../../src/config/load.js';
import type { GroundTruth } from './ground-truth.js';
import { openGroundTruth } from './ground-truth.js';

/** A process of the rig. `ready` rejects where it ended before; `ended` tells what it ended with. */
export interface RigProcess {
  readonly kind: 'worker' | 'witness' | 'server';
  readonly pid: number;
  readonly ready: Promise<unknown>;
  readonly ended: Promise<string>;
  readonly isAlive: () => boolean;
  /** What it wrote to stderr, the end of it. */
  readonly words: () => string;
  kill(signal?: NodeJS.Signals): Promise<string>;
}

export interface Keys {
  readonly ana: SoftKey;
  readonly bo: SoftKey;
  /** Proposes, and never decides. */
  readonly pia: SoftKey;
  /** In no file: whatever it signs is forged. */
  readonly mallory: SoftKey;
}

/** State folder, database, ground truth and keys of one vessel, and how its processes are started. They are ended by `close`, by their pids. */
export interface Rig {
  readonly home: string;
  readonly vessel: string;
  readonly address: string;
  readonly database: string;
  readonly truth: GroundTruth;
  readonly keys: Keys;
  readonly concurrencyMax: number;
  /** Of every worker that was ever started here. */
  readonly workerPids: readonly number[];
  /** `name`: which place it takes; what has the same is gone by then. */
  start(kind: RigProcess['kind'], name?: string): RigProcess;
  /** Changes sections of agent.yaml, for processes that are started later. */
  configure(change: Readonly<Record<string, unknown>>): Promise<void>;
  ubos(args: readonly string[]): Promise<number | null>;
  close(): Promise<void>;
}

const concurrencyMax = 4;
const signers = (keys: Keys) =>
  [
    ...(['ana', 'bo'] as const).map((name) => `${name} namespaces="janus-approval@v1" ${keys[name].publicKey}`),
    `pia namespaces="janus-approval@v1,janus-proposal@v1" ${keys.pia.publicKey}`,
    '',
  ].join('\n');

function settings({ tools }: GroundTruth): Record<string, unknown> {
  return {
    tools,
    security: { allowed_tools: ['mark', 'note'] },
    harness: { max_concurrency: concurrencyMax, relief_enabled: false },
    controls: { pause_after_failures: 1_000 },
    audit: { heads: { interval_seconds: 2 } },
    approvals: {
      allowed_signers: 'allowed_signers',
      revoked_signers: 'revoked_signers',
      groups: { first_citizen: ['ana', 'bo'], trinity: ['bo'], proposers: ['pia'] },
      rules: [
        { when: { risk: 'high' }, all_of: [{ group: 'first_citizen', approve: 2 }] },
        { when: {}, all_of: [{ group: 'first_citizen', approve: 1 }] },
      ],
    },
  };
}

async function configure(home: string, change: Readonly<Record<string, unknown>>): Promise<string> {
  const file = join(home, 'agent.yaml');
  const document = parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  for (const [section, values] of Object.entries(change))
    document[section] = Array.isArray(values) ? values : { ...(document[section] as object | undefined), ...(values as object) };
  await writeFile(file, stringify(document));
  return document['vessel_id'] as string;
}

function wrap(kind: RigProcess['kind'], child: ChildProcess, ready: Promise<unknown>): RigProcess {
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-4_000)));
  // The others' output is nobody's; a full pipe would stop them.
  if (kind === 'server') child.stdout?.resume();
  const ended = new Promise<string>((resolve) => {
    child.once('close', (code, signal) => resolve(String(signal ?? code)));
    child.once('error', (error) => resolve(error.message));
  });
  const isAlive = () => child.exitCode === null && child.signalCode === null;
  ready.catch(() => undefined);
  return {
    kind,
    pid: child.pid ?? 0,
    ready,
    ended,
    isAlive,
    words: () => words.trim(),
    kill: (signal = 'SIGKILL') => {
      child.kill(signal);
      return ended;
    },
  };
}

/** As `npm start` starts it, but for the wait: nobody asks it for its health by a program of its own. */
function startServer(database: string, port: number): RigProcess {
  const child = spawn(temporalCli(), devServerArgs({ port, database, uiPort: undefined }), {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const listens = async () => {
    while (child.exitCode === null && child.signalCode === null) {
      if (await isListening(port)) return;
      await pause(30);
    }
    throw new Error('the server ended before it listened');
  };
  return wrap('server', child, listens());
}

export async function openRig(folder: string): Promise<Rig> {
  const home = join(folder, 'home');
  await mkdir(home, { recursive: true });
  for (const path of [folder, home]) await chmod(path, 0o711);
  ensureHome(home);
  const truth = await openGroundTruth(
    join(folder, 'truth'),
    () => loadConfig({ agentFile: join(home, 'agent.yaml'), env: {}, cwd: home }).paths.workspaces,
  );
  const keys: Keys = { ana: softKey(), bo: softKey(), pia: softKey(), mallory: softKey() };
  const vessel = await configure(home, settings(truth));
  await writeFile(join(home, 'policy.json'), JSON.stringify({ allow_network: false, grants: truth.grants }));
  await writeFile(join(home, 'allowed_signers'), signers(keys), { mode: 0o644 });
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const database = join(folder, 'server', 'temporal.db');
  await mkdir(join(folder, 'server'));
  writeProfile(home, { address, namespace: 'default' });
  const env = { ...process.env, JANUS_HOME: home, NODE_OPTIONS: '' };
  const all = new Set<RigProcess>();
  let isClosed = false;
  // For whoever finds the folder when this process was ended before it could end them.
  const notes = createProcessNotes(folder);
  const workerPids: number[] = [];
  const start = (kind: RigProcess['kind']): RigProcess => {
    if (kind === 'server') return startServer(database, port);
    if (kind === 'worker') {
      const { child, ready } = startWorker({ env });
      workerPids.push(child.pid ?? 0);
      return wrap(kind, child, ready);
    }
    const { child, ready } = startWorker({ env, args: ['--role', 'witness'] });
    return wrap(kind, child, ready);
  };
  const close = async () => {
    isClosed = true;
    await Promise.all([...all].map((each) => each.kill()));
  };
  closeAtTheEnd(close);
  return {
    home,
    vessel,
    address,
    database,
    truth,
    keys,
    concurrencyMax,
    workerPids,
    start: (kind, name = kind) => {
      if (isClosed) throw new Error(`no ${kind} is started any more`);
      const started = start(kind);
      all.add(started);
      notes.note(name, started.pid);
      void started.ended.then(() => all.delete(started));
      return started;
    },
    configure: async (change) => void (await configure(home, change)),
    ubos: (args) =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, [ubosFile, ...args], { env, cwd: home, stdio: 'ignore' });
        child.once('close', resolve);
      }),
    close,
  };
}
