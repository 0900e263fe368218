import { trailEvent } from '../trail/events.js';
import type { Projection } from '../trail/projection.js';

/** How many cycles in a row the trigger of each playbook held, by its id. */
export type Streaks = ReadonlyMap<string, number>;

/** Of the mission log: a worker that starts anew counts on where the cycles on record are. A cycle that looked at no playbook changes nothing. */
export function createStreaks(): Projection<Streaks> {
  let streaks = new Map<string, number>();
  return {
    apply({ event_type: type, matched }) {
      if (type !== trailEvent.thinkingCycle || !Array.isArray(matched)) return;
      const ids = matched.filter((id): id is string => typeof id === 'string');
      streaks = new Map(ids.map((id) => [id, (streaks.get(id) ?? 0) + 1]));
    },
    forget: () => (streaks = new Map()),
    snapshot: () => streaks,
  };
}
