import type { Vouchers } from '../../../adapters/permit/permit.js';
import type { SignatureVerifier } from '../../../adapters/signatures/signature-verifier.js';
import type { ModeTrail } from '../../../domain/modes/evidence.js';
import type { GrantSettings } from '../../../domain/modes/grant.js';
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
   * When the workflow of the vessel first looked since this process was started (milliseconds since 1970): until then nothing is above alpha, because a
   * trail that was put back from a backup knows nothing of the week that it lost.
   */
  readonly confirmation: { at: number | undefined };
  /**
   * Of everybody who may say a word about the mode. Without revocations: what a key said while it was good stays said, and a key that was revoked for
   * good is taken from the list.
   */
  readonly keys: SignatureVerifier;
  /** What the brain ever signed for the trail, by the key that it has and those that it had. */
  readonly words: Pick<Vouchers, 'isOwn'>;
  /** What runs without a person at all. */
  readonly grants: Omit<GrantSettings, 'ceiling'>;
}
