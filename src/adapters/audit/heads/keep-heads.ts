import type { Logger } from 'pino';
import { setTimeout as pause } from 'node:timers/promises';
import type { LogName } from '../../../domain/trail/logs.js';
import { closedSegments } from '../read/segment-files.js';
import type { Witness, WitnessAnswer } from './witness.js';

/** How often it looks whether a segment was closed: a listing of one folder. */
const lookSeconds = 2;

export interface KeptHeads {
  readonly witness: Witness;
  readonly files: Readonly<Record<LogName, string>>;
  readonly intervalSeconds: number;
  readonly logger: Logger;
  /** Gets each head that was signed, as one line of JSON: a copy on another account than ours. */
  readonly publish: (line: string) => void;
}

/** Signs at the interval, when a segment was closed, and once more when it is told to stop. */
export async function keepHeads({ files, intervalSeconds, ...kept }: KeptHeads, signal: AbortSignal): Promise<void> {
  const logs = Object.keys(files) as LogName[];
  const round = async () => {
    for (const log of logs) await lookAt(log, kept);
  };
  const closed = () => logs.map((log) => closedSegments(files[log]).at(-1)).join();
  let [signedAt, seen] = [-Infinity, ''];
  while (!signal.aborted) {
    const now = closed();
    if (performance.now() - signedAt >= intervalSeconds * 1_000 || now !== seen) {
      [signedAt, seen] = [performance.now(), now];
      await round();
    }
    // Ends early when it is told to stop.
    await pause(Math.min(lookSeconds, intervalSeconds) * 1_000, undefined, { signal }).catch(() => undefined);
  }
  await round();
}

type Told = Pick<KeptHeads, 'witness' | 'logger' | 'publish'>;

async function lookAt(log: LogName, told: Told): Promise<void> {
  try {
    say(log, await told.witness.look(log), told);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    told.logger.error({ event_type: 'head_failed', log, error }, `no head for ${log}: ${reason}`);
  }
}

function say(log: LogName, answer: WitnessAnswer, { logger, publish }: Told): void {
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
  publish(JSON.stringify({ event_type: 'head_signed', log, size: head.size, note }));
  logger.info(
    { event_type: 'head_signed', log, size: head.size, root: head.root.toString('hex') },
    `${log}: ${head.size} records vouched for`,
  );
  if (secondPlaceFailed !== undefined)
    logger.error(
      { event_type: 'head_copy_failed', log, error: secondPlaceFailed },
      `the second place did not take the head: ${secondPlaceFailed.message}`,
    );
}
