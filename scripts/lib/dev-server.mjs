import { createServer, connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { writeDurably } from './durable.mjs';
import { run, startChild } from './run.mjs';
import { Stop } from './say.mjs';
import { refusalOf } from './server-refusal.mjs';

export const defaultPort = 7233;

/**
 * The dev server's arguments. Its defaults waste half of what it can do: WAL with full sync is twice as fast and safe
 * against kill and power cut, and the poll rates halve the waiting of its one history shard.
 */
export function devServerArgs({ port, uiPort, database, signalsMax = 2_000 }) {
  const values = (name, entries) => entries.flatMap((entry) => [name, entry]);
  return [
    'server',
    'start-dev',
    '--ip',
    '127.0.0.1',
    '--port',
    String(port),
    '--log-level',
    'error',
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch']),
    ...(database === undefined ? [] : ['--db-filename', database]),
    ...values('--sqlite-pragma', database === undefined ? [] : ['journal_mode=WAL', 'synchronous=FULL']),
    ...values('--dynamic-config-value', [
      'history.transferProcessorMaxPollRPS=2000',
      'history.timerProcessorMaxPollRPS=2000',
      'history.visibilityProcessorMaxPollRPS=2000',
      `history.maximumSignalsPerExecution=${signalsMax}`,
    ]),
  ];
}

/** True when somebody listens there. */
export function isListening(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const socket = connectTcp({ port, host });
    const answer = (value) => {
      socket.destroy();
      resolve(value);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.setTimeout(2_000, () => answer(false));
  });
}

/** A port that is free now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Asks the server for its health; resolves when it serves. */
export async function untilHealthy(cli, address, { attempts = 100, isAlive = () => true } = {}) {
  for (let attempt = 1; ; attempt += 1) {
    const problem = await run(cli, ['operator', 'cluster', 'health', '--address', address, '--command-timeout', '3s']).then(
      () => undefined,
      (error) => error,
    );
    if (problem === undefined) return;
    if (attempt >= attempts || !isAlive()) throw problem;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * Starts a dev server and resolves when it serves; rejects with what it refused. `child` is the process; ending it is the caller's affair, who hears of
 * it by `onStart` before it serves.
 */
export async function startDevServer(cli, { port, uiPort, database, signalsMax, env = process.env, onStart = () => undefined }) {
  const child = startChild(cli, devServerArgs({ port, uiPort, database, signalsMax }), { env, stdio: ['ignore', 'pipe', 'pipe'] });
  onStart(child);
  let words = '';
  const take = (chunk) => (words = (words + chunk).slice(-4_000));
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const address = `127.0.0.1:${port}`;
  try {
    await untilHealthy(cli, address, { isAlive: () => child.exitCode === null && child.signalCode === null });
  } catch {
    child.kill('SIGKILL');
    throw refusalOf(words.trim(), { port, uiPort, database });
  }
  return { child, address };
}

/** A port of ours, or another one where somebody has it; `taken` is the one that was wanted then. */
async function portOr(wanted) {
  return (await isListening(wanted)) ? { port: await freePort(), taken: wanted } : { port: wanted };
}

/** What the caller's environment, an answering server, or a free port say about the server to use. */
export async function chooseServer(cli, env = process.env) {
  const profile = env.TEMPORAL_CONFIG_FILE || env.TEMPORAL_PROFILE;
  if (env.TEMPORAL_ADDRESS || profile)
    return { join: true, address: env.TEMPORAL_ADDRESS, why: env.TEMPORAL_ADDRESS ? 'TEMPORAL_ADDRESS' : 'your Temporal profile' };
  const wanted = Number(env.TEMPORAL_PORT || defaultPort);
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > 64_535)
    throw new Stop(`TEMPORAL_PORT is ${env.TEMPORAL_PORT}: a port from 1 to 64535 is needed`, { code: 2 });
  const { port, taken } = await portOr(wanted);
  const address = `127.0.0.1:${wanted}`;
  if (taken !== undefined) {
    const answers = await untilHealthy(cli, address, { attempts: 1 }).then(
      () => true,
      () => false,
    );
    if (answers) return { join: true, address, why: 'it was already answering' };
    // Who named the port wants that one.
    if (env.TEMPORAL_PORT)
      throw new Stop(`port ${taken} (TEMPORAL_PORT) is in use by something that is not a Temporal server`, {
        next: `TEMPORAL_PORT=${port} npm start`,
        code: 69,
      });
  }
  const ui = await portOr(wanted + 1_000);
  return { join: false, port, uiPort: ui.port, taken: [taken, ui.taken].filter((each) => each !== undefined) };
}

/** So that `ubos`, `temporal` and the worker find this server without being told. */
export function writeProfile(home, { address, namespace }) {
  writeDurably(
    join(home, 'temporal.toml'),
    `# Written by npm start.\n[profile.default]\naddress = "${address}"\nnamespace = "${namespace}"\n`,
  );
}
