import { join } from 'node:path';
import type { Logger } from 'pino';
import { openServiceNotice } from '../../adapters/systemd/service-notice.js';
import type { JanusConfig } from '../../config/config.js';
import { settleHost } from '../wiring/held-by-host.js';
import { warnOfHeld } from '../wiring/held-policy.js';
import { wireTelling } from '../wiring/telling.js';
import { wireVitals } from '../wiring/vitals.js';

/**
 * The role `notifier`: tells people, by the script and the comms hub, what the trail says and what the brain leaves for it. It reads the logs, and writes
 * in a folder of its own; no Temporal, and no key.
 */
export async function runNotifier(live: JanusConfig, logger: Logger): Promise<void> {
  const folder = join(live.paths.state, 'notifier');
  // Before the brain has ever run, and has adopted anything, there is nothing to tell.
  const settled = await settleHost(live, { own: join(folder, 'policies'), env: process.env, isFirst: true });
  warnOfHeld(logger, live, settled);
  const { host, vesselId } = live;
  const vitals = wireVitals('notifier', live);
  const followers = wireTelling(settled.config, folder, { logger, vitals });
  const stopped = new Promise<void>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => resolve());
  });
  logger.info({ event_type: 'worker_started', role: 'notifier', host }, `notifier follows the trail in ${live.paths.state}`);
  process.stdout.write(`${JSON.stringify({ ready: true, role: 'notifier', host })}\n`);
  const notice = openServiceNotice({ env: process.env });
  notice.ready(`notifier of ${vesselId} follows the trail`);
  await stopped;
  notice.stopping('notifier ends what it tells');
  await Promise.all(followers.map((follower) => follower.close()));
  vitals.close();
}
