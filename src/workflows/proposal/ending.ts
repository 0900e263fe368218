import type { FinalStatus } from '../../domain/action/status.js';
import type { Undoing } from './undoing.js';

/** How a proposal ends; `recorded` when the audit trail has it already. */
export interface Ending {
  readonly status: FinalStatus;
  readonly reason: string;
  readonly recorded?: boolean;
  readonly dryRun?: boolean;
  readonly timedOut?: boolean;
  readonly undoing?: Undoing;
  /** For how long whoever ended it had it before them. */
  readonly consideredSeconds?: number;
}
