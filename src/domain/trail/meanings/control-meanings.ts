import { trailEvent } from '../events.js';
import type { Meaning } from './meaning.js';

const missionLog = ['mission_log'] as const;
const lookAtControls = 'ubos controls';
const missionTail = 'ubos audit tail --log mission_log';

/** What holds the vessel back: stops, orders, the relief valve, watchdogs. */
export const controlMeanings = {
  [trailEvent.emergencyStop]: {
    logs: missionLog,
    alert: 'ubos status',
    means: 'An emergency stop was noticed. It stands until people end it by its id.',
  },
  [trailEvent.emergencyStopDone]: { logs: missionLog, means: 'The guard ended what ran under a stop; nothing was alive any more.' },
  [trailEvent.vesselRestored]: {
    logs: missionLog,
    alert: 'ubos status',
    means: 'Somebody said that the vessel goes on from a backup that was put back: from which heads, and what was set aside.',
  },
  [trailEvent.vesselResumed]: {
    logs: missionLog,
    alert: 'ubos status',
    means: 'People ended a stop or a pause, which is named; no other is ended by it.',
  },
  [trailEvent.controlOrder]: { logs: missionLog, means: 'People ordered how many actions start: a limit, a hold, or the release of both.' },
  [trailEvent.controlOrderGiven]: { logs: missionLog, means: 'One of several persons who have to order the same before it counts.' },
  [trailEvent.controlOrderRefused]: {
    logs: missionLog,
    means: 'An order to the vessel did not count; the code says why. Twenty an hour at most are recorded.',
  },
  [trailEvent.reliefDegrade]: {
    logs: missionLog,
    alert: lookAtControls,
    kind: 'resource_exhaustion',
    means: 'The host is overloaded: the relief valve is a stage worse than it was.',
  },
  [trailEvent.reliefRestore]: {
    logs: missionLog,
    alert: lookAtControls,
    kind: 'resource_exhaustion',
    means: 'The host is calm: the relief valve is a stage better than it was.',
  },
  [trailEvent.reliefShed]: {
    logs: missionLog,
    alert: lookAtControls,
    kind: 'resource_exhaustion',
    means: 'In an emergency of the memory the youngest actions were ended.',
  },
  [trailEvent.controlAnomaly]: {
    logs: missionLog,
    alert: lookAtControls,
    kind: 'resource_exhaustion',
    means: "The host's memory, CPU or disk is nearly used up.",
  },
  [trailEvent.controlAnomalyOver]: { logs: missionLog, means: 'It is no longer.' },
  [trailEvent.watchdogViolation]: {
    logs: missionLog,
    alert: lookAtControls,
    kind: trailEvent.watchdogViolation,
    means: 'Janus itself, with all its actions, used more than the charter allows.',
  },
  [trailEvent.networkOffline]: { logs: missionLog, alert: lookAtControls, means: 'An action found no network; others that need it wait.' },
  [trailEvent.networkOnline]: { logs: missionLog, means: 'The network can be reached again.' },
  [trailEvent.vesselPaused]: {
    logs: missionLog,
    alert: missionTail,
    kind: 'repeated_failures',
    means: 'Three actions failed within ten minutes, or a breach was found: nothing starts until somebody resumes.',
  },
} as const satisfies Readonly<Record<string, Meaning>>;
