import type { Logger } from 'pino';
import { ensureHeadKeys } from '../../adapters/audit/heads/head-keys.js';
import { createHeadStore } from '../../adapters/audit/heads/head-store.js';
import { closedSegments } from '../../adapters/audit/read/segment-files.js';
import type { Witness } from '../../adapters/audit/heads/witness.js';
import { createWitness } from '../../adapters/audit/heads/witness.js';
import type { JanusConfig } from '../../config/config.js';
import { logFilesOf } from '../../config/config.js';
import type { LogName } from '../../domain/trail/logs.js';

/** How often it looks whether a segment was closed: a listing of one folder. */
const lookSeconds = 2;

function createRound(witness: Witness, logs: readonly LogName[], logger: Logger): () => Promise<void> {
  const look = async (log: LogName) => {
    const answer = await witness.look(log);
    if (answer.did === 'nothing') return;
    if (answer.did === 'refused') {
      const { problem } = answer;
      const where = `${problem.file} line ${problem.line}`;
      logger.error(
        { event_type: 'head_refused', log, problem, next: 'ubos audit verify --full' },
        `no head for ${log}: ${where}: ${problem.reason}`,
      );
      return;
    }
    const { head, note, secondPlaceFailed } = answer;
    // The journal keeps a copy of each head, on systemd's own account.
    process.stdout.write(`${JSON.stringify({ event_type: 'head_signed', log, size: head.size, note })}\n`);
    logger.info(
      { event_type: 'head_signed', log, size: head.size, root: head.root.toString('hex') },
      `${log}: ${head.size} records vouched for`,
    );
    if (secondPlaceFailed !== undefined)
      logger.error(
        { event_type: 'head_copy_failed', log, error: secondPlaceFailed },
        `the second place did not take the head: ${secondPlaceFailed.message}`,
      );
  };
  return async () => {
    for (const log of logs) {
      try {
        await look(log);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        logger.error({ event_type: 'head_failed', log, error }, `no head for ${log}: ${reason}`);
      }
    }
  };
}

/**
 * The role `witness`: vouches for the logs with a key that the agent does not need. Reads the logs, and writes nothing but heads; no
 * Temporal, no permits. Signs at the configured interval, when a segment was closed, and once more before it ends.
 */
export async function runWitness(config: JanusConfig, logger: Logger): Promise<void> {
  const { audit, paths, vesselId, host } = config;
  const files = logFilesOf(config);
  const logs = Object.keys(files) as LogName[];
  const { intervalSeconds, keyPath, secondPlace } = audit.heads;
  const keys = ensureHeadKeys(keyPath, paths.heads, vesselId);
  const witness = createWitness({ files, vesselId, keys, store: createHeadStore(paths.heads, secondPlace, keys.key) });
  const round = createRound(witness, logs, logger);
  const closed = () => logs.map((log) => closedSegments(files[log]).at(-1)).join();

  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());
  logger.info({ event_type: 'worker_started', role: 'witness', host }, `witness signs heads of ${paths.state} every ${intervalSeconds} s`);
  process.stdout.write(`${JSON.stringify({ ready: true, role: 'witness', host, key: keys.key.name })}\n`);
  let [signedAt, seen] = [-Infinity, ''];
  while (!stopping.signal.aborted) {
    const now = closed();
    if (performance.now() - signedAt >= intervalSeconds * 1_000 || now !== seen) {
      [signedAt, seen] = [performance.now(), now];
      await round();
    }
    await pause(Math.min(lookSeconds, intervalSeconds), stopping.signal);
  }
  await round();
}

/** Ends early when it is told to stop. */
async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, seconds * 1_000);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}
