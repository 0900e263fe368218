import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { parse, stringify } from 'yaml';
import { freePort, startDevServer } from '../../scripts/lib/dev-server.mjs';
import { startWorker } from '../../scripts/lib/worker-process.mjs';
import { ownTree } from './dist.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** What the measured vessels add to the configuration of `npm start`: a tool that does nothing beside the usual ones, and room to run it. */
const configuration = (concurrency) => `
tools:
  - { name: noop, command: [/usr/bin/true], description: does nothing }
  - { name: shell, command: [/bin/bash, --noprofile, --norc, -c], shell: true }
  - { name: python, command: [/usr/bin/python3] }
  - { name: curl, command: [/usr/bin/curl, -s, -L], allow_network: true }
  - { name: git, command: [/usr/bin/git], allow_network: true }
  - { name: rg, command: [/usr/bin/rg] }
  - { name: jq, command: [/usr/bin/jq] }
  - { name: sqlite3, command: [/usr/bin/sqlite3] }
security: { allowed_tools: [noop] }
harness: { max_concurrency: ${concurrency}, enable_governor: false, relief_enabled: false } # a limit that stands still, whatever else the machine does
`;

/** Nothing of the caller's connection or configuration reaches what is measured. */
const cleanEnvironment = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_') && !name.startsWith('JANUS_')));

/** Asks in order, and insists after a while. Only ever a process that was started here. */
export async function endProcess(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill(signal);
  const insist = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await closed;
  clearTimeout(insist);
}

/** Runs what was put on it, the last first, once. */
export function createClosers() {
  const closers = [];
  return {
    add: (close) => closers.push(close),
    closeAll: async () => {
      while (closers.length > 0) await closers.pop()();
    },
  };
}

/** One dev server on loopback, on disk or in memory, and what can be started on it. Each worker is a process of its own, so that its CPU can be told from the others'. */
export async function openServer({ cli, storage, concurrency }) {
  const closers = createClosers();
  // Not /tmp: that is often no disk, and below a home of mode 0700 the account of the actions could not reach its workspace.
  const folder = mkdtempSync('/var/tmp/janus-bench-');
  // That account passes through here, too.
  chmodSync(folder, 0o711);
  closers.add(() => rmSync(folder, { recursive: true, force: true }));
  // The last one to close but for the folder: what is still asked when somebody presses Ctrl-C fails for want of a server, not of a channel.
  let connection;
  closers.add(() => connection?.close());
  const server = await startDevServer(cli, {
    port: await freePort(),
    database: storage === 'disk' ? join(folder, 'temporal.db') : undefined,
  });
  closers.add(() => endProcess(server.child, 'SIGINT'));
  connection = await Connection.connect({ address: server.address });
  const client = new Client({ connection });
  const { address } = server;

  /** Ends a process with the ground at the latest, so that a section which is abandoned leaves nothing behind. */
  const adopt = (child, signal = 'SIGTERM') => {
    closers.add(() => endProcess(child, signal));
    return child;
  };
  const start = async (options) => {
    const worker = startWorker(options);
    adopt(worker.child);
    await worker.ready;
    return worker.child;
  };
  const vesselEnvironment = async (name, { more, tree }) => {
    const { ensureHome } = await import(new URL('scripts/lib/home.mjs', tree).href);
    const home = join(folder, name);
    ensureHome(home);
    const file = join(home, 'agent.yaml');
    writeFileSync(file, stringify({ ...parse(readFileSync(file, 'utf8') + configuration(concurrency)), ...more(home) }));
    return { ...cleanEnvironment(), JANUS_HOME: home, JANUS_HOST: 'bench', TEMPORAL_ADDRESS: address };
  };
  /**
   * A vessel with its worker: as it is, or with the executor that does nothing; `more` gives sections of its configuration for its folder. `tree` is
   * the clone that it is of: worker, configuration and client are those of that clone.
   */
  const startVessel = async (name, { noop = false, more = () => ({}), tree = ownTree } = {}) => {
    const env = await vesselEnvironment(name, { more, tree });
    const of = (path) => fileURLToPath(new URL(path, tree));
    const child = await start({
      env,
      ...(noop ? { script: of('bench/workers/noop.mjs'), args: [] } : { script: of('dist/worker/main.js') }),
    });
    const { openVessel } = await import(new URL('bench/lib/vessel.mjs', tree).href);
    return { ...(await openVessel({ client, env })), worker: child };
  };
  return {
    client,
    address,
    folder,
    server: server.child,
    startVessel,
    adopt,
    /** A worker of bare Temporal. */
    startBare: async () => {
      const queue = 'bench';
      return { worker: await start({ env: cleanEnvironment(), script: here('../workers/bare.mjs'), args: [address, queue] }), queue };
    },
    /** A worker that is ended again before the ground is closed. */
    startJobs: async ({ script, args }) => {
      const child = await start({ env: cleanEnvironment(), script, args });
      return { end: () => endProcess(child, 'SIGTERM') };
    },
    close: closers.closeAll,
  };
}

/** What is measured: a worker of bare Temporal, Janus with an executor that does nothing, Janus as it is. */
export async function openGround(options) {
  const place = await openServer(options);
  try {
    const [bare, noop, janus] = await Promise.all([
      place.startBare(),
      place.startVessel('noop', { noop: true }),
      place.startVessel('janus'),
    ]);
    return { ...place, bare, noop, janus };
  } catch (error) {
    await place.close();
    throw error;
  }
}
