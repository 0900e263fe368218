import type { Position } from '../modes/evidence.js';
import { trailEvent } from '../trail/events.js';
import type { Projection } from '../trail/projection.js';

/** Under which policy the vessel runs, as its trail says. */
export interface Adopted {
  /** SHA-256 of what it says. */
  readonly policy: string;
  /** Id of the record. */
  readonly record: string;
  readonly position: Position;
  /**
   * SHA-256 of the documents that say it; undefined where it lets a looser one take effect at once (`constitutional.amendments: recorded`), so that nobody
   * ever has to run under it again.
   */
  readonly documents: string | undefined;
}

/** Of the mission log; undefined before the first start. */
export function createAdopted(): Projection<Adopted | undefined> {
  let adopted: Adopted | undefined;
  return {
    apply({ event_type: type, id, seq, prev, policy, documents }) {
      if (type !== trailEvent.policyAdopted || typeof policy !== 'string') return;
      adopted = { policy, record: id, position: { seq, prev }, documents: typeof documents === 'string' ? documents : undefined };
    },
    forget: () => void (adopted = undefined),
    snapshot: () => adopted,
  };
}
