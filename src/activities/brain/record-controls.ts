import type { BrainActivities, NotRecorded } from '../../contract/activities.js';
import type { ControlsRecorded } from '../../contract/answers.js';
import type { KeptEntry, RecordedMarks } from '../../domain/controls/kept-entries.js';
import { breachKept, entryId, hostEventOf, keptText, recordedText } from '../../domain/controls/kept-entries.js';
import { shorten } from '../../domain/text/visible.js';
import type { EntryOf } from '../../domain/trail/records.js';
import type { BrainDependencies } from './dependencies.js';
import { answerBreach } from './violation.js';

type ControlsRequest = Parameters<BrainActivities['recordControls']>[0];

const refused = (why: string): NotRecorded => ({ kind: 'refused', why });

/** Whoever polls the queue of the controls can answer anything: only what the hands of this host signed counts. */
function isOwn({ self, hands }: BrainDependencies, { kept }: ControlsRequest): boolean {
  try {
    return hands.isOwn(keptText(self, kept.entries), kept.signature);
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** Into the mission log, in the order in which it happened; what is there already is found by its id, and not written again (spec G1). */
export async function recordControls(deps: BrainDependencies, request: ControlsRequest): Promise<ControlsRecorded | NotRecorded> {
  if (!isOwn(deps, request)) return refused('the hands of this host did not sign it');
  const { host } = deps.self;
  const unknown: object[] = [];
  const marks: Partial<Record<KeptEntry['source'], { of: string; seq: number }>> = {};
  for (const kept of request.kept.entries) {
    const { source, of, seq, at, event, summary, data } = kept;
    const eventType = hostEventOf(event);
    const breach = breachKept(kept);
    if (breach !== undefined) await answerBreach(deps, breach);
    else if (eventType === undefined) unknown.push({ source, of, seq, event: shorten(event, 100) });
    else {
      // Of whoever saw it: it may have waited here for a server.
      const entry = { id: entryId(host, kept), eventType, summary: shorten(summary, 400), data: { ...data, host, seen_at: at } };
      await deps.trail.append('mission_log', entry as unknown as EntryOf<'mission_log'>);
    }
    marks[source] = { of, seq };
  }
  // It is dropped all the same, or it would keep all that comes behind it from being recorded.
  if (unknown.length > 0)
    await deps.alarm({
      id: `journal/${host}`,
      summary: `the journal of ${host} has lines that this version does not know`,
      findings: unknown,
    });
  const recorded: RecordedMarks = marks;
  return { kind: 'recorded', recorded: { marks: recorded, signature: deps.orders.vouch(recordedText(deps.self, recorded)) } };
}
