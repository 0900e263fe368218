import type { ModeDependencies } from '../../../src/activities/brain/mode/dependencies.js';
import { charter } from '../../../src/domain/modes/settings.js';
import { createDecided } from '../../../src/domain/trail/mode/decided.js';
import { createVesselTrail } from '../../../src/domain/trail/mode/vessel.js';
import { grantsOf } from '../modes/grants.js';
import type { HandsDependencies } from '../../../src/activities/hands/dependencies.js';
import { aContext } from '../proposals/proposals.js';
import type { Knobs } from './knobs.js';

/** What the brain of the bench knows of the mode, and the projections for it. */
export function openBenchMode(knobs: Pick<Knobs, 'ceiling' | 'grants' | 'keys' | 'life'>, words: ModeDependencies['words']) {
  const [vessel, decided] = [createVesselTrail(), createDecided()];
  let lookedAt: number | undefined;
  const confirmation = {
    // The life that a test sets has been looked at.
    get at() {
      return knobs.life === undefined ? lookedAt : 0;
    },
    set at(moment: number | undefined) {
      lookedAt = moment;
    },
  };
  const mode: ModeDependencies = {
    vessel: { snapshot: () => knobs.life?.vessel ?? vessel.snapshot() },
    decided: { snapshot: () => knobs.life?.proposals ?? decided.snapshot() },
    ...{ settings: charter, recommenders: ['claude', 'gemini', 'codex'] },
    confirmation,
    words,
    keys: { verify: (signed) => knobs.keys.verify(signed) },
    get grants() {
      return grantsOf(knobs.grants);
    },
    get ceiling() {
      return knobs.ceiling;
    },
  };
  return { mode, decided, vessel };
}

/** What the hands of the bench know of what may run without a person. */
export const ownGrantsOf = (knobs: Pick<Knobs, 'ceiling' | 'grants' | 'handsCeiling' | 'playbook'>): HandsDependencies['ownGrants'] => ({
  get settings() {
    return grantsOf({ ceiling: knobs.handsCeiling ?? knobs.ceiling, ...knobs.grants });
  },
  tools: aContext().tools,
  playbook: (id, hash) => knobs.playbook(id, hash),
  programs: async () => aContext().programs,
});
