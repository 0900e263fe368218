import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, NativeConnection, Runtime, Worker } from '@temporalio/worker';

/** Bare Temporal, with the worker options of Janus's brain: address and task queue are the arguments. */
const [address, taskQueue] = process.argv.slice(2);
const silent = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: (message) => process.stderr.write(`${message}\n`) };
Runtime.install({ logger: silent, shutdownSignals: [] });
const workflowsPath = fileURLToPath(new URL('../workflows.mjs', import.meta.url));
const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: silent });
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowBundle,
  activities: { noop: async () => Date.now() },
  maxCachedWorkflows: 200,
});
process.once('SIGTERM', () => worker.shutdown());
const running = worker.run();
process.stdout.write('{"ready":true}\n');
await running;
await connection.close();
