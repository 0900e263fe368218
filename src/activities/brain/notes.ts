import type { BrainActivities, NotRecorded } from '../../contract/activities.js';
import type { ProposalEvent } from '../../contract/proposal-event.js';
import { isForgedWord } from '../../domain/trail/attempts.js';
import { trailEvent } from '../../domain/trail/events.js';
import { noteProblem } from '../../domain/trail/noted-events.js';
import type { EntryOf } from '../../domain/trail/records.js';
import { shorten } from '../../domain/text/visible.js';
import type { BrainDependencies } from './dependencies.js';
import { about } from './assess.js';
import { noteAttempt } from './attempts.js';
import { whyNoNotes } from './own-proposal.js';

type EventsRequest = Parameters<BrainActivities['recordEvents']>[0];

function entryOf({ identity, document }: EventsRequest, { name, eventType, summary, data }: ProposalEvent) {
  // The fields fit the name, as each event has them: what is spread here no compiler can follow.
  return {
    id: `${identity.workflowId}/${name}`,
    eventType,
    actionId: identity.workflowId,
    summary: shorten(String(summary), 400),
    data: { ...data, ...about(document) },
  } as EntryOf<'proposals'>;
}

const words: ReadonlySet<string> = new Set([trailEvent.approvalGiven, trailEvent.approvalWithdrawn]);

/** After a reset another word may come at the same place: it is not the one on record, and must not be lost for that. */
async function unlessOther(deps: BrainDependencies, entry: EntryOf<'proposals'>): Promise<EntryOf<'proposals'>> {
  if (!words.has(entry.eventType)) return entry;
  const known = await deps.trail.find('proposals', entry.id);
  if (known === undefined || (known.event_type === entry.eventType && known.summary === entry.summary)) return entry;
  return { ...entry, id: `${entry.id}/${deps.sha256(`${entry.eventType} ${entry.summary}`).slice(0, 12)}` };
}

/** A word or an answer in somebody else's name: people hear of it (spec K4). Behind the note itself, which is there however often it is tried. */
async function tellAttempts(deps: BrainDependencies, { identity, events }: EventsRequest): Promise<void> {
  const { workflowId: proposalId } = identity;
  for (const { eventType, summary, data } of events) {
    if (eventType === trailEvent.resultRefused) await noteAttempt(deps, { kind: 'answer', proposalId, summary });
    else if (eventType === trailEvent.decisionRefused && isForgedWord(data.code))
      await noteAttempt(deps, { kind: 'word', proposalId, summary });
  }
}

/** What a workflow noted about itself while it went on. What is no note of a proposal is left out. */
export async function recordNotes(deps: BrainDependencies, request: EventsRequest) {
  if (request.events.length === 0) throw new TypeError('there is nothing to record');
  const refused = (why: string): NotRecorded => ({ kind: 'refused', why });
  const strange = await whyNoNotes(deps, request);
  if (strange !== undefined) return refused(strange);
  const events = request.events.filter((event) => noteProblem(event) === undefined);
  const entries = events.map((event) => entryOf(request, event));
  for (const [index, entry] of entries.entries()) entries[index] = await unlessOther(deps, entry);
  const last = entries.pop();
  if (last === undefined) return refused(request.events.map((event) => noteProblem(event)).join('; '));
  const receipt = await deps.trail.append('proposals', ...entries, last);
  await tellAttempts(deps, { ...request, events });
  return { kind: 'recorded', receipt } as const;
}
