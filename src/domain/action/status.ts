/** Where a proposal is (spec P2): the seed's seven, plus what honesty needs. */
export type ProposalStatus =
  | 'draft'
  | 'proposed'
  | 'approved'
  | 'rejected'
  | 'executing'
  | 'completed'
  | 'failed'
  | 'expired'
  | 'rolled_back'
  | 'rollback_failed'
  | 'indeterminate'
  | 'suspended'
  | 'cancelled'
  | 'stale';

/** Which status may follow which. A status with no successor is an end. */
export const transitions: Readonly<Record<ProposalStatus, readonly ProposalStatus[]>> = {
  draft: ['proposed', 'rejected', 'cancelled', 'suspended'],
  proposed: ['approved', 'rejected', 'expired', 'cancelled', 'stale', 'suspended'],
  // An approved proposal can still end without a start: the permit expires, the rules have changed, someone cancels.
  approved: ['proposed', 'executing', 'rejected', 'expired', 'cancelled', 'stale', 'suspended', 'failed'],
  // A word that comes before hands have claimed it still counts.
  executing: [
    'proposed',
    'rejected',
    'completed',
    'failed',
    'rolled_back',
    'rollback_failed',
    'indeterminate',
    'cancelled',
    'expired',
    'stale',
    'suspended',
  ],
  // Waits for the ledger of a host that is away, or for a human (`ubos resolve`): neither result, probe nor rollback settled it.
  indeterminate: ['completed', 'failed', 'rolled_back', 'rollback_failed', 'cancelled', 'expired', 'stale'],
  suspended: ['proposed', 'approved', 'executing', 'cancelled', 'expired', 'rejected', 'stale'],
  failed: [],
  completed: [],
  rejected: [],
  expired: [],
  rolled_back: [],
  rollback_failed: [],
  cancelled: [],
  stale: [],
};

export type FinalStatus = Exclude<ProposalStatus, 'draft' | 'proposed' | 'approved' | 'executing' | 'indeterminate' | 'suspended'>;

/** True where nothing can follow any more. */
export function isFinal(status: ProposalStatus): boolean {
  return transitions[status].length === 0;
}

export function canFollow(from: ProposalStatus, to: ProposalStatus): boolean {
  return transitions[from].includes(to);
}
