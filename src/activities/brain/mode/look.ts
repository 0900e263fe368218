import type { KnownMode, SeenMode, VesselActivities } from '../../../contract/orders.js';
import { modeAfter } from '../../../domain/modes/demotions.js';
import { isHigher, lowest } from '../../../domain/modes/mode.js';
import { day, hour } from '../../../domain/modes/settings.js';
import type { ModeView } from '../../../domain/modes/view.js';
import { unknownToWorkflow } from '../../../domain/modes/view.js';
import { canonicalJson } from '../../../domain/text/canonical.js';
import { trailEvent } from '../../../domain/trail/events.js';
import type { BrainDependencies } from '../dependencies.js';
import { answerBreach } from '../violation.js';
import type { Change } from './change.js';
import { changeEntry } from './change.js';
import { catchUp, groundsOf, modeTrailOf, viewNow } from './mode-now.js';

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
      const view = viewNow(deps);
      const change = downward(view, known);
      return change === undefined ? undefined : changeEntry(deps, view, change);
    });
    if (receipt === undefined) return;
  }
}

/** The figures of a day with the brain's word on them: what they rest on may be removed by retention later. */
async function checkpoint(deps: BrainDependencies): Promise<void> {
  await deps.trail.decide('mission_log', () => {
    const now = deps.now();
    const { checkpointAt } = deps.mode.vessel.snapshot();
    if (checkpointAt !== undefined && now.getTime() - checkpointAt < checkpointMilliseconds) return undefined;
    const view = viewNow(deps);
    const data = { mode: view.mode, of: view.figures.standing, ...groundsOf(deps, view) };
    const seq = data.rests_on.mission_log.seq;
    return {
      id: `mode/checkpoint/${seq}`,
      eventType: trailEvent.modeCheckpoint,
      summary: `mode ${view.mode}, by the records up to ${seq}`,
      data: { ...data, signature: deps.orders.vouch(canonicalJson(data)) },
    };
  });
}

/** What the workflow of the vessel asks at each wake, before anything else, and daily (spec T7). */
export async function lookAtMode(deps: BrainDependencies, { known }: LookRequest): Promise<SeenMode> {
  await catchUp(deps);
  if (known !== undefined && (await isCut(deps, known)))
    await answerBreach(deps, { kind: 'cut_trail', at: `mission_log behind record ${known.record.seq}` });
  await bringDown(deps, known);
  await checkpoint(deps);
  deps.mode.confirmation.isGiven = true;
  const { vessel } = modeTrailOf(deps);
  const view = viewNow(deps);
  return {
    kind: 'mode',
    known: { mode: lowest(view.mode, view.recorded), standing: view.figures.standing, record: { id: vessel.lastId, ...vessel.position } },
  };
}
