import type { HealthReadings } from '../../domain/health/readings.js';
import { readOutcome } from './ask.js';
import { backupPlaces } from './places.js';
import { isRestorePending, readRestored } from './restored-word.js';

/** The newest backup as its maker tells it, and whether one was put back that waits for a yes. */
export function lookAtBackups(state: string): Omit<HealthReadings['backup'], 'enabled'> {
  const places = backupPlaces(state);
  const { outcome, problem } = readOutcome(places) ?? {};
  const { at = '', snapshot = '' } = outcome ?? {};
  const isKnown = outcome !== undefined || problem !== undefined;
  const said = problem === undefined ? {} : { problem: problem.message, ...(problem.next !== undefined && { next: problem.next }) };
  return {
    ...(isKnown && { last: { at, snapshot, ...said } }),
    ...(isRestorePending(places) && { restored: `the backup of ${readRestored(places)?.takenAt ?? 'an unknown moment'} was put back` }),
  };
}
