import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { whileReachable } from '../../client/no-connection.js';
import type { TemporalConnection } from '../../client/temporal-connection.js';
import { loadTemporalConnection } from '../../client/temporal-connection.js';
import type { JanusConfig } from '../../config/config.js';
import { openServiceNotice } from '../../adapters/systemd/service-notice.js';
import { assertSignersKept } from '../../adapters/signatures/signers-kept.js';
import { JanusError } from '../../domain/errors.js';
import { bundleFile } from '../temporal/bundle.js';
import type { WorkerSettings } from '../temporal/create-worker.js';
import { installRuntime } from '../temporal/exporter.js';
import { traceSteps } from '../temporal/trace-steps.js';
import { withholdStacks } from '../temporal/withhold-stacks.js';
import { untilPolling } from '../temporal/until-polling.js';
import { wireMetrics } from '../metrics/process-metrics.js';
import { wireVitals } from '../wiring/vitals.js';
import type { PartContext, WorkerPart, WorkerRole } from './worker-part.js';

type StartPart = (context: PartContext) => Promise<WorkerPart>;

/** Loaded for the role that needs it: hands hold no code that reads or writes the audit trail, the brain none that starts a process. */
const brain: StartPart = async (context) => (await import('./brain.js')).startBrain(context);
const hands: StartPart = async (context) => (await import('./hands.js')).startHands(context);
const partsOf: Readonly<Record<WorkerRole, readonly StartPart[]>> = { all: [brain, hands], brain: [brain], hands: [hands] };

function settingsFor(config: JanusConfig, logger: Logger, connection: NativeConnection, { namespace }: TemporalConnection): WorkerSettings {
  if (!existsSync(bundleFile)) throw new JanusError('CONFIG_INVALID', `${bundleFile} does not exist`, { next: 'npm run build' });
  return {
    connection,
    namespace,
    vessel: config.vesselId,
    host: config.host,
    identity: `janus@${config.host}:${process.pid}`,
    bundle: { codePath: bundleFile },
    ...(config.traceProposals && { trace: traceSteps(logger) }),
    payloadConverterPath: fileURLToPath(new URL('../../contract/payload-converter.js', import.meta.url)),
  };
}

/** One that failed cannot be what systemd takes for alive; one that drains is at work. */
const isAtWork = (worker: Worker) => !['INITIALIZED', 'FAILED'].includes(worker.getState());

/** Polls the queues of this role until SIGTERM or SIGINT. Throws TEMPORAL_UNREACHABLE, CONFIG_INVALID, and what ends a worker. */
export async function runWorker(role: WorkerRole, config: JanusConfig, logger: Logger): Promise<void> {
  assertSignersKept(config);
  const exporter = installRuntime({ role, metrics: config.metrics, logger });
  if (!config.workflowStacks) withholdStacks();
  const temporal = loadTemporalConnection(process.env, config.paths.state);
  const vitals = wireVitals(role, config);
  const metrics = wireMetrics(exporter, { vitals, logger });
  const { connection, parts, settings } = await whileReachable(temporal, async () => {
    const connection = await NativeConnection.connect(temporal.connectionOptions);
    const settings = settingsFor(config, logger, connection, temporal);
    const parts: WorkerPart[] = [];
    for (const start of partsOf[role]) parts.push(await start({ role, config, settings, temporal, logger, vitals, metrics }));
    return { connection, parts, settings };
  });
  const workers = parts.flatMap((part) => part.workers);
  const notice = openServiceNotice({ env: process.env, isAlive: () => workers.every(isAtWork) });
  const ended = new AbortController();
  const stop = () => {
    if (!ended.signal.aborted) notice.stopping(`${role} finishes what it has begun`);
    ended.abort();
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
    `${JSON.stringify({ ...{ ready: true, role, vessel: config.vesselId, host: config.host }, ...{ address: temporal.address, namespace: temporal.namespace }, restart_on_failure: config.restartOnFailure })}\n`,
  );
  if (notice.isHeard) {
    const { identity, namespace } = settings;
    const taskQueues = [...new Set(workers.map(({ options }) => options.taskQueue))];
    const client = new Client({ connection, namespace });
    const polls = await untilPolling({ client, namespace, taskQueues, identity, signal: ended.signal });
    if (polls) notice.ready(`${role} of ${config.vesselId} polls on ${temporal.address}`);
  }
  const ends = await running;
  await Promise.all(parts.map((part) => part.close()));
  await connection.close();
  metrics.close();
  vitals.close();
  // The first that failed has stopped the others; only when all have drained is it told.
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
