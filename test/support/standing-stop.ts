import type { StandingStop } from '../../src/domain/controls/stop.js';

export const theStop = 'stop-0123456789ab';

/** The stop that a test speaks of by its reason; it ends what runs. */
export const standing = (emergency: string | undefined): StandingStop | undefined =>
  emergency === undefined
    ? undefined
    : { id: theStop, mode: 'now', isFileThere: true, found: emergency.replace(/^emergency stop: /, ''), next: 'ubos resume' };
