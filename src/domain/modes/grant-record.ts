import type { Permit, PermitGrant } from '../action/permit.js';
import type { SnakeKeys } from '../text/key-case.js';
import { canonicalJson } from '../text/canonical.js';
import type { Position } from './evidence.js';
import type { Figures } from './figures.js';
import type { ModeGrantTerms } from './grant.js';
import type { ModeSettings } from './settings.js';

/** What a mode's consent rests on, as the trail keeps it: from the files alone, the same verdict on the mode follows. */
export interface GrantGrounds {
  readonly settings: SnakeKeys<ModeSettings>;
  readonly recommenders: readonly string[];
  readonly figures: SnakeKeys<Figures>;
  /** The last record of each log that the figures take in, and the hash of the line before it. */
  readonly rests_on: { readonly mission_log: Position; readonly proposals: Position };
}

/** That a mode consented to one start, in `action_approved` (spec T7). */
export interface GrantRecord extends GrantGrounds {
  /** The mode of that moment. */
  readonly mode: PermitGrant['mode'];
  /** As frozen into the proposal's terms. */
  readonly terms: SnakeKeys<ModeGrantTerms>;
}

export interface SignedGrant extends GrantRecord {
  /** The brain's own word on all of it, and on what it is for (base64). */
  readonly signature: string;
}

/** What the brain signs: it stands for this proposal with this plan, on this vessel, and for nothing else. */
export const grantText = (of: Pick<Permit, 'vessel' | 'proposalId' | 'digest'>, grant: GrantRecord): string =>
  `janus.mode-grant.v1\0${canonicalJson({ vessel: of.vessel, proposal_id: of.proposalId, digest: of.digest, grant })}`;
