import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startDevServer } from '../../../scripts/lib/dev-server.mjs';

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
  close(): Promise<void>;
}

/** A real dev server on a free port with a database of its own. */
export async function openDevServer(): Promise<DevServer> {
  const folder = await mkdtemp(join(tmpdir(), 'janus-server-'));
  const port = await freePort();
  const database = join(folder, 'temporal.db');
  const start = () => startDevServer(temporalCli(), { port, database, uiPort: undefined });
  let { child, address } = await start();
  const end = (signal: NodeJS.Signals) =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) {
        resolve();
        return;
      }
      child.once('close', () => resolve());
      child.kill(signal);
    });
  return {
    address,
    port,
    get pid() {
      return child.pid ?? 0;
    },
    kill: () => end('SIGKILL'),
    restart: async () => {
      ({ child, address } = await start());
    },
    close: async () => {
      await end('SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
