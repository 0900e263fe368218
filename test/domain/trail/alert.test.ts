import { describe, expect, it } from '@jest/globals';
import { isWanted, toAlert } from '../../../src/domain/trail/alert.js';
import { trailEvent } from '../../../src/domain/trail/events.js';
import { meanings } from '../../../src/domain/trail/meanings.js';
import type { Meaning } from '../../../src/domain/trail/meanings/meaning.js';
import { alertKinds } from '../../../src/domain/trail/meanings/meaning.js';
import { aRecord } from '../../support/trail/records.js';

const alertOf = (eventType: string) => toAlert(aRecord(0, eventType, { log: 'mission_log', summary: 'words' }));

describe('alerts of the vessel', () => {
  it.each([
    [trailEvent.watchdogViolation, 'watchdog_violation'],
    [trailEvent.constitutionalViolation, 'constitutional_violation'],
    [trailEvent.controlAnomaly, 'resource_exhaustion'],
    [trailEvent.reliefDegrade, 'resource_exhaustion'],
    [trailEvent.reliefRestore, 'resource_exhaustion'],
    [trailEvent.reliefShed, 'resource_exhaustion'],
    [trailEvent.vesselPaused, 'repeated_failures'],
  ])('%s is heard of where %s is wanted, and nowhere else', (event, kind) => {
    const alert = alertOf(event);
    expect(alert).toMatchObject({ event, kind });
    for (const each of alertKinds) expect(alert && isWanted(alert, [each])).toBe(each === kind);
  });

  it('each kind has an event, and what has no kind is always heard of: nobody can silence a stop', () => {
    const all: readonly Meaning[] = Object.values(meanings);
    expect(new Set(all.flatMap(({ kind }) => kind ?? []))).toEqual(new Set(alertKinds));
    expect(all.filter(({ kind, alert }) => kind !== undefined && alert === undefined)).toEqual([]);
    for (const event of [
      trailEvent.emergencyStop,
      trailEvent.vesselResumed,
      trailEvent.modeChange,
      trailEvent.policyHeld,
      trailEvent.unauthorisedAttempt,
    ]) {
      const alert = alertOf(event);
      expect(alert && isWanted(alert, [])).toBe(true);
    }
  });
});
