import type { Alert } from '../trail/alert.js';
import { unitLogHint } from '../units.js';
import type { Judged } from './judged.js';
import { bad, well } from './judged.js';
import type { HealthReadings, Restarts } from './readings.js';

/** A unit that ends again and again. */
export interface CrashLoop {
  readonly unit: string;
  /** How often it was started again, within the time that is looked at. */
  readonly starts: number;
  readonly lastAt: number;
}

const minutes = 10;
/** One is a crash, and two may be the same cause twice. */
const startsMin = 3;

/** The units that were started again three times within the last ten minutes. */
export function crashLoopsIn(restarts: Restarts, now: number): CrashLoop[] {
  return Object.entries(restarts).flatMap(([unit, times]) => {
    const recent = times.filter((at) => at > now - minutes * 60_000);
    return recent.length < startsMin ? [] : [{ unit, starts: recent.length, lastAt: Math.max(...recent) }];
  });
}

const wordsOf = ({ unit, starts }: CrashLoop) => `${unit} ended and was started again ${starts} times within ${minutes} minutes`;

/** People hear of a loop once an hour for as long as it goes on. */
export const toLoopAlert = (loop: CrashLoop): Alert => ({
  event: 'crash_loop',
  eventId: `crash_loop/${loop.unit}/${new Date(loop.lastAt).toISOString().slice(0, 13)}`,
  at: new Date(loop.lastAt),
  summary: wordsOf(loop),
  command: unitLogHint(loop.unit),
});

/** No unit of this machine ends again and again; nothing is said where none was ever started again. */
export function judgeRestarts({ restarts, now }: HealthReadings): Judged[] {
  const loops = crashLoopsIn(restarts, now);
  if (loops.length > 0) return loops.map((loop) => bad(wordsOf(loop), unitLogHint(loop.unit)));
  return Object.keys(restarts).length === 0 ? [] : [well(`started again by themselves at some time: ${Object.keys(restarts).join(', ')}`)];
}
