import { dirname, join } from 'node:path';
import type { Logger } from 'pino';
import { startEgress } from '../../adapters/egress/egress-server.js';
import { openServiceNotice } from '../../adapters/systemd/service-notice.js';
import type { JanusConfig } from '../../config/config.js';
import { settleHost } from '../wiring/held-by-host.js';
import { warnOfHeld } from '../wiring/held-policy.js';

/** The role `egress`: no Temporal, no audit files, no keys; only a socket for hands and one for each action that may use the network. */
export async function runEgress(live: JanusConfig, logger: Logger): Promise<void> {
  // It may be there before the brain has ever run: all that it takes from the policy is how often actions may connect.
  const settled = await settleHost(live, {
    own: join(dirname(live.paths.egressControl), 'policies'),
    env: process.env,
    isFirst: true,
  });
  warnOfHeld(logger, live, settled);
  const { paths, host, vesselId, controls } = settled.config;
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
  const notice = openServiceNotice({ env: process.env });
  notice.ready(`egress of ${vesselId} listens`);
  await stopped;
  notice.stopping('egress closes its connections');
  await egress.close();
}
