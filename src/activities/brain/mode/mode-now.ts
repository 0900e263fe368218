import type { KeptDecisions, ModeTrail } from '../../../domain/modes/evidence.js';
import type { Mode } from '../../../domain/modes/mode.js';
import { strangeIn, wholeTrail } from '../../../domain/modes/kept.js';
import { lowest } from '../../../domain/modes/mode.js';
import type { ModeView } from '../../../domain/modes/view.js';
import { effectiveMode, viewMode } from '../../../domain/modes/view.js';
import { snakeKeys } from '../../../domain/text/key-case.js';
import type { BrainDependencies } from '../dependencies.js';
import { confirmedTrail, undisputedTrail, verifyWords } from './words.js';

/** What the mode is computed from. */
type ModeSource = Pick<BrainDependencies, 'mode'>;

/** A checkpoint never changes: whether it is the brain's own is asked once of each, there is one for every day. */
const verified = new WeakMap<KeptDecisions, boolean>();

function isOwn(checkpoint: KeptDecisions, { mode: { words } }: ModeSource): boolean {
  const known = verified.get(checkpoint) ?? words.isOwn(checkpoint.text, checkpoint.signature);
  verified.set(checkpoint, known);
  return known;
}

/** With what checkpoints keep of records that retention has removed: only those that this brain signed, with the key that it has or one that it had. */
export const modeTrailOf = (source: ModeSource): ModeTrail =>
  wholeTrail(source.mode.vessel.snapshot(), source.mode.decided.snapshot(), (checkpoint) => isOwn(checkpoint, source));

/** How many checkpoints stand in for removed records here and are signed by no key that is known: what rests on them has to be earned again. */
export const strangeCheckpoints = (source: ModeSource): number =>
  strangeIn(source.mode.vessel.snapshot(), source.mode.decided.snapshot(), (checkpoint) => isOwn(checkpoint, source));

type Viewing = ModeSource & Pick<BrainDependencies, 'now'>;

function viewOf(trail: ModeTrail, { mode: { settings, recommenders }, now }: Viewing): ModeView {
  return viewMode(trail, { settings, voices: { recommenders }, now: now().getTime() });
}

/** What counts: it rests on words alone that were verified (spec T7). */
export const viewNow = (deps: Viewing): ModeView => viewOf(confirmedTrail(modeTrailOf(deps)), deps);

/** What is recorded when it comes down: a list of keys that cannot be read for a while takes nothing away for good. */
export const viewForRecord = (deps: Viewing): ModeView => viewOf(undisputedTrail(modeTrailOf(deps)), deps);

/** What the mode of a moment is made of. */
export type ModeGrounds = ModeSource & Pick<BrainDependencies, 'now' | 'standing'>;

/** What counts at this moment (spec T7): read at execution, never when something was proposed. */
export function modeNow(deps: ModeGrounds): Mode {
  const { ceiling, confirmation, vessel } = deps.mode;
  const { stops, pauses } = deps.standing.snapshot();
  const { mode } = viewNow(deps);
  const earned = confirmation.at === undefined ? lowest(mode, 'alpha') : mode;
  return effectiveMode(earned, ceiling, stops.size + pauses.size > 0 || vessel.snapshot().isOverloaded);
}

/** Figures and rules, as every record about the mode has them: from the files alone the same verdict follows. */
export function groundsOf(deps: BrainDependencies, { figures }: ModeView) {
  const { vessel, proposals } = modeTrailOf(deps);
  const { settings, recommenders } = deps.mode;
  return {
    settings: snakeKeys(settings),
    recommenders,
    figures: snakeKeys(figures),
    rests_on: { mission_log: vessel.position, proposals: proposals.position },
  };
}

/** Takes in what other processes wrote to both logs, and verifies the signed words that are new; all of them with `anew`. */
export async function catchUp(deps: BrainDependencies, { anew = false } = {}): Promise<void> {
  await Promise.all([deps.trail.find('mission_log', ''), deps.trail.find('proposals', '')]);
  await verifyWords(modeTrailOf(deps), deps, { anew });
}
