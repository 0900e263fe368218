import type { ModeDependencies } from '../../../src/activities/brain/mode/dependencies.js';
import { charter } from '../../../src/domain/modes/settings.js';
import { createDecided } from '../../../src/domain/trail/mode/decided.js';
import { createVesselTrail } from '../../../src/domain/trail/mode/vessel.js';
import type { Knobs } from './knobs.js';

/** What the brain of the bench knows of the mode, and the projections for it. */
export function openBenchMode(knobs: Pick<Knobs, 'ceiling'>) {
  const [vessel, decided] = [createVesselTrail(), createDecided()];
  const mode: ModeDependencies = {
    ...{ vessel, decided, settings: charter, recommenders: ['claude', 'gemini', 'codex'], confirmation: { isGiven: false } },
    get ceiling() {
      return knobs.ceiling;
    },
  };
  return { mode, decided, vessel };
}
