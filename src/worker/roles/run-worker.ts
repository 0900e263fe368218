import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { forTemporal } from '../../adapters/log/create-logger.js';
import { whileReachable } from '../../client/errors.js';
import type { TemporalConnection } from '../../client/temporal-connection.js';
import { loadTemporalConnection } from '../../client/temporal-connection.js';
import type { JanusConfig } from '../../config/config.js';
import { assertSignersKept } from '../../adapters/signatures/signers-kept.js';
import { JanusError } from '../../domain/errors.js';
import { bundleFile } from '../temporal/bundle.js';
import type { WorkerSettings } from '../temporal/create-worker.js';
import { wireVitals } from '../wiring/vitals.js';
import type { PartContext, WorkerPart } from './worker-part.js';

/** `all` is both in one process, as in development. */
export type WorkerRole = 'all' | 'brain' | 'hands';

type StartPart = (context: PartContext) => Promise<WorkerPart>;

/** Loaded for the role that needs it: hands hold no code that reads or writes the audit trail, the brain none that starts a process. */
const brain: StartPart = async (context) => (await import('./brain.js')).startBrain(context);
const hands: StartPart = async (context) => (await import('./hands.js')).startHands(context);
const partsOf: Readonly<Record<WorkerRole, readonly StartPart[]>> = { all: [brain, hands], brain: [brain], hands: [hands] };

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

/** Polls the queues of this role until SIGTERM or SIGINT. Throws TEMPORAL_UNREACHABLE, CONFIG_INVALID, and what ends a worker. */
export async function runWorker(role: WorkerRole, config: JanusConfig, logger: Logger): Promise<void> {
  assertSignersKept(config);
  Runtime.install({
    logger: forTemporal(logger),
    telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } },
    shutdownSignals: [],
  });
  const temporal = loadTemporalConnection(process.env, config.paths.state);
  const vitals = wireVitals(role, config);
  const { connection, parts } = await whileReachable(temporal.address, async () => {
    const connection = await NativeConnection.connect(temporal.connectionOptions);
    const settings = settingsFor(config, connection, temporal);
    const parts: WorkerPart[] = [];
    for (const start of partsOf[role]) parts.push(await start({ config, settings, temporal, logger, vitals }));
    return { connection, parts };
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
  vitals.close();
  // The first that failed has stopped the others; only when all have drained is it told.
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
