import type { ModeTrail } from '../../../domain/modes/evidence.js';
import type { Ceiling } from '../../../domain/modes/mode.js';
import type { ModeSettings } from '../../../domain/modes/settings.js';
import type { Projection } from '../../../domain/trail/projection.js';

/** What the brain knows of the mode. */
export interface ModeDependencies {
  /** Kept up to date by the trail: of the mission log, and of the proposals log. */
  readonly vessel: Pick<Projection<ModeTrail['vessel']>, 'snapshot'>;
  readonly decided: Pick<Projection<ModeTrail['proposals']>, 'snapshot'>;
  readonly settings: ModeSettings;
  readonly recommenders: readonly string[];
  /** `operational_mode`. */
  readonly ceiling: Ceiling;
  /**
   * Whether the workflow of the vessel has looked since this process was started: until then nothing is above alpha, because a trail that was put back
   * from a backup knows nothing of the week that it lost.
   */
  readonly confirmation: { isGiven: boolean };
}
