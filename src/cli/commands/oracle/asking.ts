import { randomUUID } from 'node:crypto';
import type { Oracles } from '../../../adapters/oracles/oracles.js';
import type { JanusConfig } from '../../../config/config.js';
import { logFilesOf } from '../../../config/config.js';
import { stopWords } from '../../../domain/controls/stop.js';
import { JanusError } from '../../../domain/errors.js';
import { answeredEntry, askedEntry, createOracleCalls, whyNotLookedUp } from '../../../domain/oracles/calls.js';
import type { Lookup, OracleAnswer } from '../../../domain/oracles/oracle.js';
import type { Context } from '../../command.js';

export async function openOracles({ oracles, paths }: JanusConfig, { now }: Pick<Context, 'now'>): Promise<Oracles> {
  const { createOracles } = await import('../../../adapters/oracles/create-oracles.js');
  const { createIntelCache } = await import('../../../adapters/oracles/intel-cache.js');
  const { ownWayOut } = await import('../../../adapters/egress/own-way-out.js');
  return createOracles({
    ...oracles,
    cache: createIntelCache({ folder: paths.intelCache, keptMilliseconds: oracles.cacheMilliseconds, now }),
    wayOut: ownWayOut(paths.egressControl, { name: 'oracle', responseBytesMax: oracles.responseBytesMax }),
    now,
  });
}

interface Asking {
  readonly config: JanusConfig;
  readonly oracles: Oracles;
  readonly context: Context;
}

/** Nothing leaves the machine under a stop (spec K1). */
export async function assertNotStopped({ paths }: JanusConfig): Promise<void> {
  const { readStopAside } = await import('../../../adapters/controls/stop-reason.js');
  const stop = await readStopAside(paths);
  if (stop !== undefined) throw new JanusError('EMERGENCY_STOP', `${stopWords(stop)}, so nobody is asked`, { next: stop.next });
}

/**
 * One lookup of a person, paid for before it is made: its record is written under the append lock, where no two can both see the last of the quota.
 * Throws AUDIT_UNAVAILABLE where it cannot be recorded, and nobody was asked then.
 */
export async function askOnRecord(lookup: Lookup, { config, oracles, context }: Asking): Promise<OracleAnswer> {
  await assertNotStopped(config);
  const { createAuditTrail } = await import('../../../adapters/audit/write/create-audit-trail.js');
  const calls = createOracleCalls();
  const { vesselName } = config;
  const trail = createAuditTrail({ files: logFilesOf(config), vesselName, clock: context.now, projections: { mission_log: [calls] } });
  try {
    const id = `oracle/person/${randomUUID()}`;
    let refusal: string | undefined;
    await trail.decide('mission_log', () => {
      refusal = whyNotLookedUp(calls.snapshot(), lookup.oracle, config.oracles.dailyMax, context.now());
      return refusal === undefined ? askedEntry(id, lookup, context.user()) : undefined;
    });
    if (refusal !== undefined) return { kind: 'failed', ...lookup, code: 'quota', why: refusal };
    const answer = await oracles.ask(lookup, context.signal);
    await trail.append('mission_log', answeredEntry(id, answer));
    return answer;
  } finally {
    await trail.close();
  }
}
