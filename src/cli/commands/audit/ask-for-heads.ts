import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { JanusConfig } from '../../../config/config.js';
import { JanusError } from '../../../domain/errors.js';
import { errnoWords } from '../../../domain/text/errno-words.js';
import type { LogName } from '../../../domain/trail/logs.js';
import { startHint } from '../../../domain/units.js';
import type { Context } from '../../command.js';
import { pause } from '../../terminal/times.js';
import { trailFiles } from './trail-options.js';

/** The newest record of a log that no head covers yet. */
export interface Uncovered {
  readonly log: LogName;
  readonly seq: number;
  /** When it was written: ISO 8601. */
  readonly timestamp: string;
}

/** The witness looks every two seconds whether a file was closed; a long log that it reads for the first time takes longer. */
const waitedMilliseconds = 30_000;
const lateMilliseconds = 10_000;

/**
 * Has the witness sign now: it does so whenever a file was closed, so the files are closed (`ubos audit rotate`), and its heads waited for. The key
 * stays with the witness. Throws NOT_PERMITTED where this account may not write to the log, TIMEOUT where no head comes.
 */
export async function askForHeads(
  uncovered: readonly Uncovered[],
  config: JanusConfig,
  { now, signal }: Pick<Context, 'now' | 'signal'>,
  waited = waitedMilliseconds,
): Promise<void> {
  const { decodeHead } = await import('../../../adapters/audit/format/signed-note.js');
  const { readIfThere } = await import('../../../adapters/audit/heads/read-heads.js');
  const { createAuditTrail } = await import('../../../adapters/audit/write/create-audit-trail.js');
  const files = trailFiles(config);
  for (const { log } of uncovered) {
    try {
      accessSync(files[log], constants.W_OK);
    } catch (cause) {
      throw new JanusError(
        'NOT_PERMITTED',
        `a head comes at once only where the log's file can be closed, and ${files[log]}: ${errnoWords(cause)}`,
        {
          cause,
          next: 'wait for the next head, or as the account of the vessel: sudo -u janus ubos audit rotate',
        },
      );
    }
  }
  const trail = createAuditTrail({ files, vesselName: config.vesselName, clock: now });
  try {
    for (const { log } of uncovered) await trail.rotate(log);
  } finally {
    await trail.close();
  }
  const isCovered = ({ log, seq }: Uncovered) => (decodeHead(readIfThere(join(config.paths.heads, `${log}.head`)) ?? '')?.size ?? 0) > seq;
  for (const end = performance.now() + waited; !uncovered.every(isCovered);) {
    if (performance.now() >= end)
      throw new JanusError('TIMEOUT', `the witness was asked, and signed no head within ${waited / 1_000} s`, {
        next: `${startHint('witness')} · ubos audit verify`,
      });
    await pause(Math.min(100, waited), signal);
  }
}

/** When the witness will have signed what is not covered yet; where that is over already, what is wrong. */
export function nextHead(uncovered: readonly Uncovered[], id: string, config: JanusConfig, now: Date): string {
  const newest = Math.max(0, ...uncovered.map(({ timestamp }) => Date.parse(timestamp)).filter(Number.isFinite));
  const due = newest + config.audit.heads.intervalSeconds * 1_000;
  if (now.getTime() <= due + lateMilliseconds)
    return `the next head comes by ${new Date(due).toISOString()}\n  → wait until then, or have one signed at once: ubos audit prove ${id} --now`;
  return `the next head was due at ${new Date(due).toISOString()}: does the witness run?\n  → ${startHint('witness')} · then: ubos audit prove ${id} --now`;
}
