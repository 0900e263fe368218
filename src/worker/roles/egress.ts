import type { Logger } from 'pino';
import { startEgress } from '../../adapters/egress/egress-server.js';
import type { JanusConfig } from '../../config/config.js';

/** The role `egress`: no Temporal, no audit files, no keys; only a socket for hands and one for each action that may use the network. */
export async function runEgress({ paths, host, controls }: JanusConfig, logger: Logger): Promise<void> {
  const egress = await startEgress({
    controlSocket: paths.egressControl,
    socketsFolder: paths.egressSockets,
    rates: controls.networkRates,
    log: (action, record) =>
      logger.info({ event_type: 'network_connection', action, ...record }, `${record.host}:${record.port} ${record.verdict}`),
  });
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
  logger.info({ event_type: 'worker_started', role: 'egress', host }, `egress listens at ${paths.egressControl}`);
  process.stdout.write(`${JSON.stringify({ ready: true, role: 'egress', host, control: paths.egressControl })}\n`);
  await stopped;
  await egress.close();
}
