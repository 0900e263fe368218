import type { JanusConfig } from '../../config/config.js';
import type { Mode } from '../../domain/modes/mode.js';
import { modeIn } from '../../domain/modes/mode.js';
import { effectiveMode } from '../../domain/modes/view.js';
import { trailEvent } from '../../domain/trail/events.js';
import type { Halt } from '../../domain/trail/standing.js';
import { createStanding } from '../../domain/trail/standing.js';

/** What the trail of this machine says of the vessel now. */
export interface VesselNow {
  /** What counts: as the brain recorded it last, under the ceiling, and alpha at most while something holds the vessel. */
  readonly mode: Mode;
  readonly pauses: readonly Halt[];
  /** On record and not ended, whatever lies on the disk. */
  readonly stops: readonly Halt[];
}

/** So many records back: the brain records the mode daily, so that weeks of cycles lie between this and the last time. */
const recordsRead = 5_000;

/**
 * Read from the end of the mission log, so that it takes the same time after years; `ubos mode` recomputes the mode from the first record. Undefined
 * where there is no trail, or none that this account may read.
 */
export async function vesselNow({ paths, operationalMode }: JanusConfig, isStopped: boolean): Promise<VesselNow | undefined> {
  const { readLast } = await import('../../adapters/audit/read/read-trail.js');
  const found = await readLast(paths.missionLog, 'mission_log', recordsRead).catch(() => undefined);
  if (found?.end === undefined) return undefined;
  const standing = createStanding();
  let earned: Mode = 'alpha';
  for (const { record } of found.last) {
    standing.apply(record);
    if (record.event_type === trailEvent.modeChange) earned = modeIn(record['to']) ?? 'alpha';
    if (record.event_type === trailEvent.modeCheckpoint) earned = modeIn(record['mode']) ?? 'alpha';
  }
  const { stops, pauses } = standing.snapshot();
  return {
    mode: effectiveMode(earned, operationalMode, isStopped || stops.size + pauses.size > 0),
    pauses: [...pauses.values()],
    stops: [...stops.values()],
  };
}
