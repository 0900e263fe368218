import type { AuditTrail } from '../../adapters/audit/contract/audit-trail.js';
import type { StandingStop } from '../../domain/controls/stop.js';
import { stopRecordId, stopWords } from '../../domain/controls/stop.js';
import { hasCode } from '../../domain/errors.js';
import type { Projection } from '../../domain/trail/projection.js';
import { trailEvent } from '../../domain/trail/events.js';
import { shorten } from '../../domain/text/visible.js';
import type { Standing } from '../../domain/trail/standing.js';
import { recordedStop } from '../../domain/trail/standing.js';

export interface StopWitnesses {
  readonly trail: AuditTrail;
  /** Of the mission log. */
  readonly standing: Pick<Projection<Standing>, 'snapshot'>;
  /** Looks at the disk, and gives what it finds its name. */
  readonly onDisk: () => Promise<StandingStop | undefined>;
}

/** Once for each stop, whoever sees it first and however often. */
async function record({ trail, standing }: StopWitnesses, stop: StandingStop): Promise<void> {
  const { id, at, reason = '', by = '', mode } = stop;
  const { stops, resumed } = standing.snapshot();
  if (id === undefined || stops.has(id) || resumed.has(id)) return;
  await trail.append('mission_log', {
    id: stopRecordId(id),
    eventType: trailEvent.emergencyStop,
    summary: shorten(stopWords(stop), 400),
    data: { stop: id, at: at ?? '', reason, by, mode },
  });
}

/**
 * Why nothing may start, by the disk and by the trail (spec K1): what is on record and was not lifted stands, whoever removed file and mark. What
 * the disk says stops also where it cannot be recorded.
 */
export async function lookForStop(witnesses: StopWitnesses): Promise<string | undefined> {
  const stop = await witnesses.onDisk();
  if (stop === undefined) {
    // Takes in what other processes wrote.
    await witnesses.trail.find('mission_log', '');
    return recordedStop(witnesses.standing.snapshot());
  }
  try {
    await witnesses.trail.find('mission_log', '');
    await record(witnesses, stop);
  } catch (error) {
    if (!hasCode(error, 'AUDIT_UNAVAILABLE')) throw error;
  }
  return stopWords(stop);
}
