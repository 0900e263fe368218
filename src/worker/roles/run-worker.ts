import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import { NativeConnection, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { forTemporal } from '../../adapters/log/create-logger.js';
import { ensurePermitKeys, permitKeyFiles } from '../../adapters/permit/create-permits.js';
import { whileReachable } from '../../client/errors.js';
import { hasEnded } from '../../client/has-ended.js';
import type { JanusConfig } from '../../config/config.js';
import type { TemporalConnection } from '../../client/temporal-connection.js';
import { loadTemporalConnection } from '../../client/temporal-connection.js';
import { JanusError } from '../../domain/errors.js';
import { bundleFile } from '../temporal/bundle.js';
import type { WorkerSettings } from '../temporal/create-worker.js';
import { createBooksWorker, createBrainWorker, createHandsWorkers, createMindWorker } from '../temporal/create-worker.js';
import { registerSearchAttributes } from '../temporal/search-attributes.js';
import { ensureSchedules } from '../temporal/schedules.js';
import { assertSignersKept, noteSigners } from '../../config/signers/signers-kept.js';
import { wireBooks } from '../wiring/books.js';
import { wireBrain } from '../wiring/brain.js';
import { wireEscapement, wireHands, wireJanitor } from '../wiring/hands.js';
import { wireNotifier, wireOutageAlert } from '../wiring/notifier.js';

/** `all` is both in one process, as in development. */
export type WorkerRole = 'all' | 'brain' | 'hands';

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
    identity: `janus@${config.host}:${process.pid}`,
    bundle: { codePath: bundleFile },
    payloadConverterPath: fileURLToPath(new URL('../../contract/payload-converter.js', import.meta.url)),
  };
}

/** The brain also keeps the schedules, the search attributes and the notifier: it is there once per vessel. */
async function startBrain(config: JanusConfig, settings: WorkerSettings, temporal: TemporalConnection, logger: Logger): Promise<Running> {
  const connection = await Connection.connect(temporal.connectionOptions);
  await registerSearchAttributes(connection, temporal.namespace);
  const keys = await ensurePermitKeys(config.paths.keys);
  noteSigners(config);
  const onOutage = wireOutageAlert(config, logger);
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

/** Polls the queues of this role until SIGTERM or SIGINT. Throws TEMPORAL_UNREACHABLE, CONFIG_INVALID, and what ends a worker. */
export async function runWorker(role: WorkerRole, config: JanusConfig, logger: Logger): Promise<void> {
  assertSignersKept(config);
  Runtime.install({
    logger: forTemporal(logger),
    telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } },
    shutdownSignals: [],
  });
  const temporal = loadTemporalConnection(process.env, config.paths.state);
  const { connection, parts } = await whileReachable(temporal.address, async () => {
    const connection = await NativeConnection.connect(temporal.connectionOptions);
    const settings = settingsFor(config, connection, temporal);
    return {
      connection,
      parts: [
        ...(role === 'hands' ? [] : [await startBrain(config, settings, temporal, logger)]),
        ...(role === 'brain' ? [] : [await startHands(config, settings, logger)]),
      ],
    };
  });
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
