import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { dist } from '../lib/dist.mjs';

/**
 * Janus as it is, all but the sandbox: the executor starts nothing, so that the rest can be compared with a bare workflow whose activity
 * does nothing. Review, audit, permits and start ledger are the real ones.
 */
const [
  { loadConfig },
  { loadTemporalConnection },
  { createLogger, forTemporal },
  { ensurePermitKeys },
  { bundleFile },
  workers,
  register,
  { wireBrain },
  { wireHands },
  { wireControls },
  { wireAuditAlarm, wireNotifier },
  sandboxes,
  { withholdStacks },
] = await Promise.all([
  dist('config/load.js'),
  dist('client/temporal-connection.js'),
  dist('adapters/log/create-logger.js'),
  dist('adapters/permit/create-permits.js'),
  dist('worker/temporal/bundle.js'),
  dist('worker/temporal/create-worker.js'),
  dist('worker/temporal/search-attributes.js'),
  dist('worker/wiring/brain.js'),
  dist('worker/wiring/hands.js'),
  dist('worker/wiring/hands-controls.js'),
  dist('worker/wiring/notifier.js'),
  dist('adapters/sandbox/profile/profile.js'),
  dist('worker/temporal/withhold-stacks.js'),
]);

const nothing = { text: '', bytes: 0, sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', truncated: false };

/** The interface of `src/adapters/sandbox/contract/sandbox.ts`. */
const idleSandbox = {
  profile: sandboxes.sandboxProfileId(),
  inspect: async () => ({ ok: true, account: 'nobody', tier: 'none', problems: [], remarks: [] }),
  outputsOf: (id) => `/nowhere/${id}.output`,
  prepareWorkspace: async (id) => `/nowhere/${id}`,
  adoptWorkspace: async (folder) => folder,
  commandLine: () => [],
  run: async () => {
    const now = new Date().toISOString();
    return {
      reason: 'exit',
      exitCode: 0,
      signal: null,
      stdout: nothing,
      stderr: nothing,
      startedAt: now,
      endedAt: now,
      wallSeconds: 0,
      cpuSeconds: 0,
      peakMemoryMb: 0,
      bytesWritten: 0,
      connections: 0,
      files: [],
    };
  },
};

const config = loadConfig({ env: process.env, cwd: process.cwd() });
const logger = createLogger({ file: config.paths.agentLog, vesselName: config.vesselName, verbose: false, journal: false });
withholdStacks();
Runtime.install({ logger: forTemporal(logger), shutdownSignals: [] });
const temporal = loadTemporalConnection(process.env, config.paths.state);
const client = await Connection.connect(temporal.connectionOptions);
await register.registerSearchAttributes(client, temporal.namespace);
const connection = await NativeConnection.connect(temporal.connectionOptions);
const keys = await ensurePermitKeys(config.paths.keys);
const settings = {
  connection,
  namespace: temporal.namespace,
  vessel: config.vesselId,
  host: config.host,
  identity: `bench:${process.pid}`,
  bundle: { codePath: bundleFile },
  payloadConverterPath: fileURLToPath(new URL('../../dist/contract/payload-converter.js', import.meta.url)),
};
const { namespace } = temporal;
// Nobody is told of anything.
const tell = async () => undefined;
const { brain } = wireBrain({ config, documents: undefined }, keys, { namespace, alarm: wireAuditAlarm({ logger, tell }), live: config });
const hasEnded = async () => true;
const controls = wireControls(config, { log: logger, backlog: () => 0, onTick: () => undefined });
const hands = await wireHands(config, controls, { namespace, hasEnded, sandbox: idleSandbox });
const cursors = (name) => ({ cursorFile: `${config.paths.state}/${name}.cursor` });
const { approvalQueue: approvalQueueFile } = config.paths;
const notifier = wireNotifier(config, { logger, vitals: { tell: () => undefined }, cursors }, { approvalQueueFile });
const all = [await workers.createBrainWorker(settings, brain), ...(await workers.createHandsWorkers(settings, hands))];
process.once('SIGTERM', () => all.forEach((worker) => worker.shutdown()));
const running = Promise.all(all.map((worker) => worker.run()));
process.stdout.write('{"ready":true}\n');
await running;
controls.close();
await notifier.close();
await Promise.all([connection.close(), client.close()]);
