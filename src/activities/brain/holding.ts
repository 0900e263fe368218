import type { AboutProposal } from '../../domain/trail/proposal-event-fields.js';
import { trailEvent } from '../../domain/trail/events.js';
import type { Pause } from '../../domain/trail/pause.js';
import { pauseSeconds } from '../../domain/trail/pause.js';
import type { Limited } from '../../domain/trail/rates.js';
import { everyAction, findLimit } from '../../domain/trail/rates.js';
import type { EntryOf } from '../../domain/trail/records.js';
import type { Receipt } from '../../domain/trail/logs.js';
import type { BrainDependencies } from './dependencies.js';

/** The start that is asked for, and what is recorded where it is permitted. */
export interface AskedStart {
  readonly id: string;
  readonly about: AboutProposal;
  readonly digest: string;
  readonly attempt: number;
  /** Of the second entry. */
  readonly startId: string;
  /** Asked under the append lock, of what is known then; or why it may not start after all. */
  readonly entries: () => readonly [EntryOf<'proposals'>, EntryOf<'proposals'>] | { readonly withheld: string };
}

export type Held =
  | { readonly kind: 'limited'; readonly why: string; readonly until: string }
  | { readonly kind: 'paused'; readonly why: string }
  | { readonly kind: 'withheld'; readonly why: string };

/** The pause that the failures come to, unless it was lifted. */
const failurePause = ({ holds, standing }: BrainDependencies): Pause | undefined => {
  const pause = holds.pause.snapshot();
  return pause === undefined || standing.snapshot().resumed.has(pause.id) ? undefined : pause;
};

/** Why nothing starts; of a pause that is on record, or of one that has yet to be recorded. */
function pauseNow(deps: BrainDependencies): string | undefined {
  const pause = failurePause(deps);
  if (pause !== undefined) {
    const { id, proposals } = pause;
    return `paused: ${proposals.length} actions failed within ${pauseSeconds / 60} minutes (${proposals.join(', ')}): ubos resume ${id}`;
  }
  const [recorded] = deps.standing.snapshot().pauses.values();
  return recorded && `paused: ${recorded.reason}: ubos resume ${recorded.id}`;
}

/** Records the pause that the failures come to. */
export async function notePause(deps: BrainDependencies): Promise<void> {
  const pause = failurePause(deps);
  if (pause === undefined) return;
  const { id, proposals } = pause;
  const summary = `${proposals.length} actions failed within ${pauseSeconds / 60} minutes: nothing starts until somebody resumes`;
  await deps.trail.append('mission_log', {
    ...{ id, eventType: trailEvent.vesselPaused, summary },
    data: { pause: id, reason: summary, proposals, within_seconds: pauseSeconds },
  });
}

const limitedEntry = ({ id, about, digest, attempt }: AskedStart, { until, limit, limitOf }: Limited): EntryOf<'proposals'> => ({
  id: `${id}/limited/${attempt}`,
  eventType: trailEvent.rateLimited,
  actionId: id,
  summary: `at most ${limit}: again at ${until.toISOString()}`,
  data: { ...about, status: 'approved', digest, until: until.toISOString(), limit, limit_of: limitOf },
});

const limitWords = ({ until, limit, limitOf }: Limited) =>
  `again at ${until.toISOString()}: at most ${limit} (${limitOf === everyAction ? 'all types together' : limitOf})`;

/**
 * Records the start, unless a pause or the rate of its type holds it back (spec G5, G6): decided under the append lock, so that two who ask in one
 * moment cannot both be the last that fits.
 */
export async function recordUnlessHeld(deps: BrainDependencies, asked: AskedStart): Promise<Receipt | Held> {
  const { id, about, startId } = asked;
  for (;;) {
    const found: { pause?: string | undefined; limited?: Limited | undefined; withheld?: string } = {};
    const receipt = await deps.trail.decide('proposals', () => {
      found.pause = pauseNow(deps);
      if (found.pause !== undefined) return [];
      found.limited = findLimit(deps.holds.rates.snapshot(), {
        ...{ actionType: about.action_type, proposalId: id, startId, now: deps.now() },
      });
      if (found.limited !== undefined) return found.limited.isNew ? [limitedEntry(asked, found.limited)] : [];
      const entries = asked.entries();
      if (!('withheld' in entries)) return entries;
      found.withheld = entries.withheld;
      return [];
    });
    const { pause, limited, withheld } = found;
    if (withheld !== undefined) return { kind: 'withheld', why: withheld };
    if (limited !== undefined) return { kind: 'limited', until: limited.until.toISOString(), why: limitWords(limited) };
    if (pause === undefined && receipt !== undefined) return receipt;
    await notePause(deps);
    // Another process of this vessel may have recorded that it was lifted.
    await deps.trail.find('mission_log', '');
    const standing = pauseNow(deps);
    if (standing !== undefined) return { kind: 'paused', why: standing };
  }
}
