import { cockpitHint } from '../units.js';
import type { Judged } from './judged.js';
import { bad, well } from './judged.js';
import type { HealthReadings } from './readings.js';

/** Every quarter of an hour, and what a machine that was off needs. */
const hoursMax = 3;

/** Where a key for it is there, a copy of the trail lies on the cockpit, and is no older than a few hours. */
export function judgeCockpit({ cockpit, now }: HealthReadings): Judged[] {
  if (cockpit === undefined) return [];
  const { keyFile, isKeyOpen, last } = cockpit;
  const open = isKeyOpen ? [bad(`${keyFile} may be read by others: whoever does can write on the cockpit`, `chmod 600 ${keyFile}`)] : [];
  if (last === undefined) return [...open, bad('no copy of the trail was ever sent to the cockpit', cockpitHint)];
  const { at, problem } = last;
  if (problem !== undefined)
    return [...open, bad(`no copy of the trail reaches the cockpit: ${problem.message}`, problem.next ?? cockpitHint)];
  const hours = Math.floor((now - Date.parse(at)) / 3_600_000);
  return [
    ...open,
    hours < hoursMax
      ? well(`the cockpit has the trail as of ${at}`)
      : bad(`the copy of the trail on the cockpit is ${hours} hours old`, cockpitHint),
  ];
}
