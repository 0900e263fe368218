import type { KnownMode, SeenReview } from '../../contract/orders.js';
import { ownIdentity } from '../identity.js';
import { unknownSeconds, unlessSilent, vesselBrain } from './brain.js';

/** A day, with what timers take. */
const lookSeconds = 24 * 3_600;

/** A review of the security policy, and since when this workflow waits for its days (spec C7). */
interface Waiting extends SeenReview {
  readonly since: number;
}

/** What a run hands to the next one. */
type Kept = Partial<KnownMode> & { readonly review?: Waiting };

const fieldsOf = (value: unknown) => (typeof value === 'object' && value !== null ? value : {});

/** Of the run before; whoever started this one may have said anything. Whether the trail has it is for the brain to say. */
function knownIn(kept: unknown): KnownMode | undefined {
  const { mode, standing, record } = fieldsOf(kept) as Partial<KnownMode>;
  const { id, seq, prev } = fieldsOf(record) as Partial<KnownMode['record']>;
  const isWhole = [mode, standing, id, prev].every((each) => typeof each === 'string' && each.length <= 128) && Number.isSafeInteger(seq);
  return isWhole ? ({ mode, standing, record } as KnownMode) : undefined;
}

/** The same; the trail counts the days for itself. */
function waitingIn(kept: unknown): Waiting | undefined {
  const { review } = fieldsOf(kept) as Kept;
  const { id, milliseconds, since } = fieldsOf(review) as Partial<Waiting>;
  return typeof id === 'string' && id.length <= 128 && Number.isSafeInteger(milliseconds) && Number.isSafeInteger(since)
    ? review
    : undefined;
}

/** What the mode was when it was last looked at, which review waits, and when it is time to look again. */
export function createLooking(kept: unknown) {
  let known = knownIn(kept);
  let waiting = waitingIn(kept);
  let dueAt = 0;
  const overAt = () => (waiting === undefined ? Number.POSITIVE_INFINITY : waiting.since + waiting.milliseconds);
  return {
    /** For the next run. */
    kept: (): Kept => ({ ...known, ...(waiting !== undefined && { review: waiting }) }),
    isDue: () => Date.now() >= dueAt,
    millisecondsLeft: () => Math.max(1, dueAt - Date.now()),
    /** What was just ordered may have changed it. */
    again: () => void (dueAt = 0),
    async look(): Promise<void> {
      const seen = await unlessSilent(() =>
        vesselBrain.lookAtMode({
          identity: ownIdentity(),
          ...(known !== undefined && { known }),
          ...(waiting !== undefined && overAt() <= Date.now() && { waited: waiting.id }),
        }),
      );
      const now = Date.now();
      if (seen?.kind === 'mode') {
        ({ known } = seen);
        const { review } = seen;
        waiting = review === undefined ? undefined : { ...review, since: review.id === waiting?.id ? waiting.since : now };
      }
      dueAt = now + 1_000 * (seen?.kind === 'mode' ? lookSeconds : unknownSeconds);
      if (overAt() > now) dueAt = Math.min(dueAt, overAt());
    },
  };
}
