import type { KnownMode, SeenMode, VesselActivities } from '../../../contract/orders.js';
import { modeAfter } from '../../../domain/modes/demotions.js';
import { decisionsBehind, keptUntil } from '../../../domain/modes/kept.js';
import { isHigher, lowest } from '../../../domain/modes/mode.js';
import { day, hour } from '../../../domain/modes/settings.js';
import type { ModeView } from '../../../domain/modes/view.js';
import { unknownToWorkflow } from '../../../domain/modes/view.js';
import { snakeKeys } from '../../../domain/text/key-case.js';
import { trailEvent } from '../../../domain/trail/events.js';
import { checkpointText } from '../../../domain/trail/mode/kept.js';
import type { EntryOf } from '../../../domain/trail/records.js';
import type { BrainDependencies } from '../dependencies.js';
import { lookAtReview } from '../policy/look.js';
import { answerBreach } from '../violation.js';
import type { Change } from './change.js';
import { changeEntry } from './change.js';
import { catchUp, groundsOf, modeTrailOf, viewForRecord, viewNow } from './mode-now.js';

type LookRequest = Parameters<VesselActivities['lookAtMode']>[0];

/** Once a day, also where the timer comes a little early. */
const checkpointMilliseconds = day - 2 * hour;

/** A record that the workflow has seen and the trail has no more: it was cut, or put back from a backup. */
async function isCut({ trail }: BrainDependencies, { record: { id, seq, prev } }: KnownMode): Promise<boolean> {
  const found = await trail.find('mission_log', id);
  return found?.seq !== seq || found.prev !== prev;
}

/** What brings the mode down now; undefined where it stays. */
function downward(view: ModeView, known: KnownMode | undefined): Change | undefined {
  const { recorded, demotions, unearned } = view;
  const [first] = demotions;
  if (first !== undefined) {
    const why = demotions.map(({ rule, why: words }) => `${rule}: ${words}`).join('; ');
    return { to: modeAfter(recorded, demotions), rule: first.rule, why };
  }
  if (view.mode !== recorded) return { to: view.mode, rule: 'unearned', why: unearned.map(({ why }) => why).join('; ') };
  if (known !== undefined || !isHigher(recorded, 'alpha')) return undefined;
  return { to: 'alpha', rule: unknownToWorkflow, why: 'the workflow of the vessel is new and does not know it: ubos mode restore' };
}

/** Decided again under the append lock, until nothing brings it down any more. */
async function bringDown(deps: BrainDependencies, known: KnownMode | undefined): Promise<void> {
  for (;;) {
    const receipt = await deps.trail.decide('mission_log', () => {
      const view = viewForRecord(deps);
      const change = downward(view, known);
      return change === undefined ? undefined : changeEntry(deps, view, change);
    });
    if (receipt === undefined) return;
  }
}

function checkpointEntry(deps: BrainDependencies, decisions: ReturnType<typeof decisionsBehind>): EntryOf<'mission_log'> {
  const view = viewNow(deps);
  const data = { mode: view.mode, of: view.figures.standing, ...groundsOf(deps, view), decisions: snakeKeys(decisions) };
  const seq = data.rests_on.mission_log.seq;
  return {
    id: `mode/checkpoint/${seq}`,
    eventType: trailEvent.modeCheckpoint,
    summary: `mode ${view.mode}, by the records up to ${seq}`,
    data: { ...data, signature: deps.orders.vouch(checkpointText(data)) },
  };
}

/** The figures of a day, and the decisions since the last one, with the brain's word on them: retention may remove what they rest on (spec L4). */
async function checkpoint(deps: BrainDependencies): Promise<void> {
  for (let isFirst = true; ; isFirst = false) {
    const receipt = await deps.trail.decide('mission_log', () => {
      const { checkpointAt, kept } = deps.mode.vessel.snapshot();
      const { proposals: decided } = modeTrailOf(deps);
      const isDue = checkpointAt === undefined || deps.now().getTime() - checkpointAt >= checkpointMilliseconds;
      // What is too much for one record goes on in the next.
      const isWanted = isFirst ? isDue : keptUntil(kept) < decided.position.seq;
      return isWanted ? checkpointEntry(deps, decisionsBehind(decided, keptUntil(kept))) : undefined;
    });
    if (receipt === undefined) return;
  }
}

/** What the workflow of the vessel asks at each wake, before anything else, and daily (spec T7). */
export async function lookAtMode(deps: BrainDependencies, { known, waited }: LookRequest): Promise<SeenMode> {
  await catchUp(deps, { anew: true });
  if (known !== undefined && (await isCut(deps, known)))
    await answerBreach(deps, { kind: 'cut_trail', at: `mission_log behind record ${known.record.seq}` });
  await bringDown(deps, known);
  await checkpoint(deps);
  deps.mode.confirmation.at ??= deps.now().getTime();
  const review = await lookAtReview(deps, waited);
  const { vessel } = modeTrailOf(deps);
  const view = viewNow(deps);
  return {
    kind: 'mode',
    known: { mode: lowest(view.mode, view.recorded), standing: view.figures.standing, record: { id: vessel.lastId, ...vessel.position } },
    ...(review !== undefined && { review }),
  };
}
