import type { Judged } from './judged.js';
import { bad, well } from './judged.js';
import type { HealthReadings } from './readings.js';

/** One a day, and a night that was missed. */
const backupHoursMax = 50;

/** Somebody has to say yes to a backup that was put back, and one that should have been made was. */
export function judgeBackups({ backup, now }: HealthReadings): Judged[] {
  const { enabled, last, restored } = backup;
  if (restored !== undefined)
    return [bad(`${restored}: nothing runs until somebody says that the vessel goes on from there`, 'ubos audit acknowledge-restore')];
  if (!enabled) return [];
  if (last === undefined) return [bad('backups are configured, and none was made yet', 'ubos backup run')];
  if (last.problem !== undefined) return [bad(`the newest backup failed: ${last.problem}`, last.next ?? 'ubos backup run')];
  const hours = Math.floor((now - Date.parse(last.at)) / 3_600_000);
  return hours < backupHoursMax
    ? [well(`a backup was made at ${last.at}, as snapshot ${last.snapshot}`)]
    : [bad(`the newest backup is ${hours} hours old`, 'ubos backup run')];
}
