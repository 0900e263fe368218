import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startDevServer } from '../../../scripts/lib/dev-server.mjs';
import { closeAtTheEnd } from '../closing.js';

/** The Temporal CLI that `scripts/test.mjs` found; tests start their own servers and never join one. */
export function temporalCli(): string {
  const cli = process.env['JANUS_TEST_TEMPORAL_CLI'];
  if (cli === undefined) throw new Error('JANUS_TEST_TEMPORAL_CLI is not set: run the tests with npm test or npm run test:...');
  return cli;
}

export interface DevServer {
  readonly address: string;
  readonly port: number;
  readonly pid: number;
  /** As a power cut would, but for the disk. */
  kill(): Promise<void>;
  /** Again on the same port and database. */
  restart(): Promise<void>;
}

function killed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('close', () => resolve());
    child.kill('SIGKILL');
  });
}

/** A real dev server on a free port with a database of its own; ended when the test file is. Its database goes with it, so it need not end in order. */
export async function openDevServer({ signalsMax }: { readonly signalsMax?: number } = {}): Promise<DevServer> {
  const folder = await mkdtemp(join(tmpdir(), 'janus-server-'));
  closeAtTheEnd(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort();
  const start = async () => {
    const started = await startDevServer(temporalCli(), { port, database: join(folder, 'temporal.db'), uiPort: undefined, signalsMax });
    closeAtTheEnd(() => killed(started.child));
    return started;
  };
  let { child, address } = await start();
  return {
    address,
    port,
    get pid() {
      return child.pid ?? 0;
    },
    kill: () => killed(child),
    restart: async () => {
      ({ child, address } = await start());
    },
  };
}
