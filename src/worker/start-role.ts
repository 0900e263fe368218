import type { Logger } from 'pino';
import { createLogger } from '../adapters/log/create-logger.js';
import { ensureLogFolders } from '../adapters/log/log-folders.js';
import type { JanusConfig } from '../config/config.js';
import { logFilesOf } from '../config/config.js';
import { loadConfig } from '../config/load.js';
import { JanusError } from '../domain/errors.js';
import type { WorkerRole } from './roles/worker-part.js';

type Run = (config: JanusConfig, logger: Logger) => Promise<void>;

const polling = (role: WorkerRole) => async (): Promise<Run> => {
  const { runWorker } = await import('./roles/run-worker.js');
  return (config, logger) => runWorker(role, config, logger);
};

/**
 * What a role needs is loaded for it alone: egress, which reads what strangers send, and the witness, which holds the key of the heads, load
 * nothing of Temporal, native code least of all.
 */
const roles: Readonly<Record<string, () => Promise<Run>>> = {
  all: polling('all'),
  brain: polling('brain'),
  hands: polling('hands'),
  egress: async () => (await import('./roles/egress.js')).runEgress,
  witness: async () => (await import('./roles/witness.js')).runWitness,
  notifier: async () => (await import('./roles/notifier.js')).runNotifier,
  cockpit: async () => (await import('./roles/cockpit.js')).runCockpit,
  backup: async () => (await import('./roles/backup.js')).runBackup,
};

/** Runs a role that goes by the whole configuration, until it ends. Throws USAGE for one that there is not, CONFIG_INVALID, and what ends the role. */
export async function startRole(role: string, configFile: string | undefined): Promise<void> {
  const load = Object.hasOwn(roles, role) ? roles[role] : undefined;
  if (load === undefined)
    throw new JanusError('USAGE', `--role ${role} is unknown: one of ${[...Object.keys(roles), 'guard'].join(', ')}`, {
      next: 'node dist/worker/main.js --role all',
    });
  const config = loadConfig({ agentFile: configFile, env: process.env, cwd: process.cwd() });
  const { paths, vesselName, verbose } = config;
  const journal = process.env['JOURNAL_STREAM'] !== undefined;
  const isBrain = role === 'all' || role === 'brain';
  const logs = [paths.agentLog, ...(isBrain ? [...Object.values(logFilesOf(config)), paths.approvalQueue] : [])];
  await ensureLogFolders({ logs, reached: [paths.workspaces] });
  const run = await load();
  await run(config, createLogger({ file: paths.agentLog, vesselName, verbose, journal }));
}
