import { toAlert } from '../../domain/trail/alert.js';
import type { TellAlert } from './alert.js';
import type { FollowSettings } from './follow-records.js';
import { followRecords } from './follow-records.js';

/** A script that hangs must not keep what came behind it waiting for minutes. */
export const toldAtOnce = 8;

/** Follows the mission log with a cursor of its own, and tells people what is about the vessel itself: stops, overload, violations. `tell` never rejects. */
export function followMission<Cursor>(settings: FollowSettings<Cursor>, tell: TellAlert): { close(): Promise<void> } {
  let telling: Promise<void>[] = [];
  const settle = async () => {
    await Promise.all(telling);
    telling = [];
  };
  return followRecords(settings, {
    take: async (record) => {
      const alert = toAlert(record);
      if (alert === undefined) return false;
      telling.push(tell(alert));
      if (telling.length === toldAtOnce) await settle();
      return true;
    },
    settle,
  });
}
