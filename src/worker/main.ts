import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import { NativeConnection, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createLogger, forTemporal } from '../adapters/log/create-logger.js';
import { ensurePermitKeys, permitKeyFiles } from '../adapters/permit/create-permits.js';
import type { JanusConfig } from '../config/config.js';
import { loadConfig } from '../config/load.js';
import type { TemporalConnection } from '../config/temporal.js';
import { loadTemporalConnection } from '../config/temporal.js';
import { JanusError } from '../domain/errors.js';
import { bundleFile } from './bundle.js';
import type { WorkerSettings } from './create-worker.js';
import { createBooksWorker, createBrainWorker, createHandsWorkers, createMindWorker } from './create-worker.js';
import { createOutageAlert } from './outage.js';
import { registerSearchAttributes } from './register.js';
import { ensureSchedules } from './schedules.js';
import { hasEnded } from './settled.js';
import { wireBooks } from './wiring-books.js';
import { wireBrain, wireEscapement, wireHands, wireJanitor, wireNotifier } from './wiring.js';

const roles = ['all', 'brain', 'hands'] as const;
/** Entries that load nothing of Temporal. */
const elsewhere = ['egress', 'witness'];
type Role = (typeof roles)[number];

interface Running {
  readonly workers: readonly Worker[];
  readonly close: () => Promise<void>;
}

function settingsFor(config: JanusConfig, connection: NativeConnection, { namespace }: TemporalConnection): WorkerSettings {
  if (!existsSync(bundleFile)) throw new JanusError('CONFIG_INVALID', `${bundleFile} does not exist`, { next: 'npm run build' });
  return {
    connection,
    namespace,
    vessel: config.vesselId,
    host: config.host,
    identity: `janus@${config.host}:${String(process.pid)}`,
    bundle: { codePath: bundleFile },
    payloadConverterPath: fileURLToPath(new URL('../contract/payload-converter.js', import.meta.url)),
  };
}

/** The brain also keeps the schedules, the search attributes and the notifier: it is there once per vessel. */
async function startBrain(config: JanusConfig, settings: WorkerSettings, temporal: TemporalConnection, logger: Logger): Promise<Running> {
  const connection = await Connection.connect(temporal.connectionOptions);
  await registerSearchAttributes(connection, temporal.namespace);
  const keys = await ensurePermitKeys(config.paths.keys);
  const onOutage = createOutageAlert(config, logger, () => new Date());
  const { brain, mind, trail } = wireBrain(config, keys, { namespace: temporal.namespace, onOutage });
  const { namespace } = temporal;
  const client = new Client({ connection, namespace });
  const books = wireBooks({ config, trail, client, namespace, logger, now: () => new Date() });
  const workers = await Promise.all([
    createBrainWorker(settings, brain),
    createMindWorker(settings, mind),
    createBooksWorker(settings, books),
  ]);
  await ensureSchedules(client, config);
  const notifier = wireNotifier(config, logger);
  return {
    workers,
    close: async () => {
      await notifier.close();
      await connection.close();
    },
  };
}

async function startHands(config: JanusConfig, settings: WorkerSettings, logger: Logger): Promise<Running> {
  const escapement = wireEscapement(config);
  const client = new Client({ connection: settings.connection, namespace: settings.namespace });
  const { report, stateOf, ...activities } = await wireHands(config, permitKeyFiles(config.paths.keys), escapement, {
    namespace: settings.namespace,
    hasEnded: (proposalId) => hasEnded(client, proposalId),
  });
  for (const { what, next, canary } of report.problems) logger.error({ event_type: 'sandbox_unavailable', next, canary }, what);
  for (const remark of report.remarks) logger.info({ event_type: 'sandbox_inspected' }, remark);
  const workers = await createHandsWorkers(settings, activities);
  const janitor = wireJanitor(config, stateOf, logger);
  return {
    workers,
    close: async () => {
      escapement.close();
      await janitor.close();
    },
  };
}

function readRole(): { readonly role: Role; readonly config: string | undefined } {
  const { values } = parseArgs({ options: { role: { type: 'string', default: 'all' }, config: { type: 'string' } } });
  const role = roles.find((candidate) => candidate === values.role);
  if (elsewhere.includes(values.role))
    throw new JanusError('USAGE', `--role ${values.role} has an entry of its own`, { next: `node dist/worker/${values.role}-main.js` });
  if (role === undefined) throw new JanusError('USAGE', `--role ${values.role} is unknown: one of ${roles.join(', ')}`);
  return { role, config: values.config };
}

async function connectNative(temporal: TemporalConnection): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(temporal.connectionOptions);
  } catch (error) {
    throw new JanusError('TEMPORAL_UNREACHABLE', `Temporal is not reachable at ${temporal.address}`, {
      cause: error,
      next: 'npm start · sudo systemctl start janus-temporal',
    });
  }
}

async function main(): Promise<void> {
  const { role, config: agentFile } = readRole();
  const config = loadConfig({ agentFile, env: process.env, cwd: process.cwd() });
  const logger = createLogger({
    file: config.paths.agentLog,
    vesselName: config.vesselName,
    verbose: config.verbose,
    journal: process.env['JOURNAL_STREAM'] !== undefined,
  });
  Runtime.install({
    logger: forTemporal(logger),
    telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } },
    shutdownSignals: [],
  });
  const temporal = loadTemporalConnection(process.env, config.paths.state);
  const connection = await connectNative(temporal);
  const settings = settingsFor(config, connection, temporal);
  const parts = [
    ...(role === 'hands' ? [] : [await startBrain(config, settings, temporal, logger)]),
    ...(role === 'brain' ? [] : [await startHands(config, settings, logger)]),
  ];
  const workers = parts.flatMap((part) => part.workers);
  const stop = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  const running = Promise.allSettled(workers.map((worker) => worker.run().finally(stop)));
  logger.info(
    { event_type: 'worker_started', role, host: config.host, mode: config.operationalMode, policy_version: config.policyVersion },
    `worker ${role} polls on ${temporal.address}`,
  );
  process.stdout.write(
    `${JSON.stringify({ ready: true, role, vessel: config.vesselId, host: config.host, address: temporal.address, namespace: temporal.namespace })}\n`,
  );
  const ends = await running;
  await Promise.all(parts.map((part) => part.close()));
  await connection.close();
  // The first that failed has stopped the others; only when all have drained is it told.
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

try {
  await main();
} catch (error) {
  const known = error instanceof JanusError;
  process.stderr.write(
    known
      ? `janus worker: ${error.message}\n${error.next === undefined ? '' : `next: ${error.next}\n`}`
      : `${String((error as Error).stack ?? error)}\n`,
  );
  process.exitCode = known && error.code === 'TEMPORAL_UNREACHABLE' ? 69 : known ? 2 : 1;
  // What was opened before it failed (connections, the notifier) would keep a worker there that does nothing, and nobody would start another.
  setTimeout(() => process.exit(), 500).unref();
}
