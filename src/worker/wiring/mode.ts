import type { ModeDependencies } from '../../activities/brain/mode/dependencies.js';
import type { JanusConfig } from '../../config/config.js';
import { createDecided } from '../../domain/trail/mode/decided.js';
import { createVesselTrail } from '../../domain/trail/mode/vessel.js';

/** What the brain knows of the mode, and the projections that the trail keeps up to date for it. */
export function wireMode({ modes, operationalMode }: Pick<JanusConfig, 'modes' | 'operationalMode'>) {
  const [vessel, decided] = [createVesselTrail(), createDecided()];
  const { settings, recommenders } = modes;
  const mode: ModeDependencies = { vessel, decided, settings, recommenders, ceiling: operationalMode, confirmation: { isGiven: false } };
  return { mode, projections: { proposals: decided, mission_log: vessel } };
}
