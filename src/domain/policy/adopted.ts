import { trailEvent } from '../trail/events.js';
import type { Projection } from '../trail/projection.js';

/** Under which policy the vessel has run last. */
export interface Adopted {
  /** SHA-256 of what it says. */
  readonly policy: string;
  /** Id of the record. */
  readonly record: string;
}

/** Of the mission log; undefined before the first start. */
export function createAdopted(): Projection<Adopted | undefined> {
  let adopted: Adopted | undefined;
  return {
    apply({ event_type: type, id, policy }) {
      if (type === trailEvent.policyAdopted && typeof policy === 'string') adopted = { policy, record: id };
    },
    forget: () => void (adopted = undefined),
    snapshot: () => adopted,
  };
}
