import { toAlert } from '../../domain/trail/alert.js';
import type { TellAlert } from './alert.js';
import type { FollowSettings } from './follow-records.js';
import { followRecords } from './follow-records.js';

/** Follows the mission log with a cursor of its own, and tells people what is about the vessel itself: stops, overload, violations. */
export function followMission<Cursor>(settings: FollowSettings<Cursor>, tell: TellAlert): { close(): Promise<void> } {
  return followRecords(settings, {
    take: async (record) => {
      const alert = toAlert(record);
      if (alert !== undefined) await tell(alert);
      return alert !== undefined;
    },
  });
}
