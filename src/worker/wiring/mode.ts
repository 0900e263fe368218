import type { ModeDependencies } from '../../activities/brain/mode/dependencies.js';
import { createBrainWords } from '../../adapters/permit/brain-words.js';
import { openSignatures } from '../../adapters/signatures/open-signatures.js';
import type { JanusConfig } from '../../config/config.js';
import { grantSettings } from '../../config/grant-settings.js';
import { createDecided } from '../../domain/trail/mode/decided.js';
import { createVesselTrail } from '../../domain/trail/mode/vessel.js';

/** What the brain knows of the mode, and the projections that the trail keeps up to date for it. */
export function wireMode(config: Pick<JanusConfig, 'approvals' | 'modes' | 'operationalMode' | 'paths' | 'playbooksRun' | 'tools'>) {
  const { modes, operationalMode: ceiling } = config;
  const [vessel, decided] = [createVesselTrail(), createDecided()];
  const { settings, recommenders } = modes;
  const mode: ModeDependencies = {
    ...{ vessel, decided, settings, recommenders, ceiling },
    confirmation: { at: undefined },
    words: createBrainWords(config.paths.keys),
    keys: openSignatures({ allowedSigners: config.approvals.allowedSigners }),
    grants: grantSettings(config),
  };
  return { mode, projections: { proposals: decided, mission_log: vessel } };
}
