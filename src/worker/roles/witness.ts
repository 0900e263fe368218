import type { Logger } from 'pino';
import { ensureHeadKeys } from '../../adapters/audit/heads/head-keys.js';
import { createHeadStore } from '../../adapters/audit/heads/head-store.js';
import { keepHeads } from '../../adapters/audit/heads/keep-heads.js';
import { createWitness } from '../../adapters/audit/heads/witness.js';
import { openServiceNotice } from '../../adapters/systemd/service-notice.js';
import type { JanusConfig } from '../../config/config.js';
import { logFilesOf } from '../../config/config.js';

/**
 * The role `witness`: vouches for the logs with a key that the agent does not need. Reads the logs, and writes nothing but heads; no
 * Temporal, no permits.
 */
export async function runWitness(config: JanusConfig, logger: Logger): Promise<void> {
  const { audit, paths, vesselId, host } = config;
  const files = logFilesOf(config);
  const { intervalSeconds, keyPath, secondPlace } = audit.heads;
  const keys = await ensureHeadKeys(keyPath, paths.heads, vesselId);
  const witness = createWitness({ files, vesselId, keys, store: createHeadStore(paths.heads, secondPlace, keys.key) });

  const stopping = new AbortController();
  const notice = openServiceNotice({ env: process.env });
  const stop = () => {
    notice.stopping('witness signs what it has begun');
    stopping.abort();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  logger.info({ event_type: 'worker_started', role: 'witness', host }, `witness signs heads of ${paths.state} every ${intervalSeconds} s`);
  process.stdout.write(`${JSON.stringify({ ready: true, role: 'witness', host, key: keys.key.name })}\n`);
  notice.ready(`witness of ${vesselId} signs heads every ${intervalSeconds} s`);
  // The journal keeps a copy of each head, on systemd's own account.
  const publish = (line: string) => void process.stdout.write(`${line}\n`);
  await keepHeads({ witness, files, intervalSeconds, logger, publish }, stopping.signal);
}
