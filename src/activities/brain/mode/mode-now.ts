import type { ModeTrail } from '../../../domain/modes/evidence.js';
import type { Mode } from '../../../domain/modes/mode.js';
import { lowest } from '../../../domain/modes/mode.js';
import type { ModeView } from '../../../domain/modes/view.js';
import { effectiveMode, viewMode } from '../../../domain/modes/view.js';
import { snakeKeys } from '../../../domain/text/key-case.js';
import type { BrainDependencies } from '../dependencies.js';

export const modeTrailOf = ({ mode: { vessel, decided } }: Pick<BrainDependencies, 'mode'>): ModeTrail => ({
  vessel: vessel.snapshot(),
  proposals: decided.snapshot(),
});

export function viewNow(deps: Pick<BrainDependencies, 'mode' | 'now'>): ModeView {
  const { settings, recommenders } = deps.mode;
  return viewMode(modeTrailOf(deps), { settings, voices: { recommenders }, now: deps.now().getTime() });
}

/** What the mode of a moment is made of. */
export type ModeGrounds = Pick<BrainDependencies, 'mode' | 'now' | 'standing'>;

/** What counts at this moment (spec T7): read at execution, never when something was proposed. */
export function modeNow(deps: ModeGrounds): Mode {
  const { ceiling, confirmation, vessel } = deps.mode;
  const { stops, pauses } = deps.standing.snapshot();
  const { mode } = viewNow(deps);
  const earned = confirmation.isGiven ? mode : lowest(mode, 'alpha');
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

/** Takes in what other processes wrote to both logs. */
export async function catchUp({ trail }: BrainDependencies): Promise<void> {
  await Promise.all([trail.find('mission_log', ''), trail.find('proposals', '')]);
}
