import type { AuditRecord } from './logs.js';

interface Known {
  readonly proposalId: string;
  readonly state: 'in_flight' | 'completed' | 'rejected' | 'ended';
  readonly at: number;
  /** In flight: when it can no longer be, even if nobody said how it ended. */
  readonly until: number;
}

/** After its deadline an action has a day for its start, its steps and their rollback; a terminated workflow never says how it ended. */
const graceMilliseconds = 86_400_000;

const deadlineOf = (record: AuditRecord) => {
  const deadline = typeof record['deadline'] === 'string' ? Date.parse(record['deadline']) : Number.NaN;
  return Number.isNaN(deadline) ? Number.POSITIVE_INFINITY : deadline;
};

/** Per action key, what was last heard of it. Fed with the records of `proposals.jsonl`, whichever process wrote them. */
export interface ProposalIndex {
  readonly byKey: Map<string, Map<string, Known>>;
  readonly keyOf: Map<string, string>;
}

export function createProposalIndex(): ProposalIndex {
  return { byKey: new Map(), keyOf: new Map() };
}

/** As it was at the beginning: the records will be applied all over again. */
export function forgetProposals({ byKey, keyOf }: ProposalIndex): void {
  byKey.clear();
  keyOf.clear();
}

const ends: Readonly<Record<string, Known['state']>> = {
  action_completed: 'completed',
  action_rejected: 'rejected',
  action_failed: 'ended',
  action_expired: 'ended',
  action_rolled_back: 'ended',
  action_rollback_failed: 'ended',
  action_cancelled: 'ended',
  action_stale: 'ended',
  action_refused: 'ended',
};

/** Takes one record in; the same record twice changes nothing. A dry run's end starts no cooldown (spec X7), nor does silence. */
export function applyRecord(index: ProposalIndex, record: AuditRecord): void {
  const { action_id: proposalId, event_type: type } = record;
  if (proposalId === undefined) return;
  const at = Date.parse(record.timestamp);
  if (type === 'action_proposed' && typeof record['action_key'] === 'string') {
    if (index.keyOf.has(proposalId)) return;
    const key = record['action_key'];
    index.keyOf.set(proposalId, key);
    const known = index.byKey.get(key) ?? new Map<string, Known>();
    index.byKey.set(key, known);
    known.set(proposalId, { proposalId, state: 'in_flight', at, until: deadlineOf(record) + graceMilliseconds });
    return;
  }
  const end = ends[type];
  const key = index.keyOf.get(proposalId);
  if (key !== undefined && (type === 'deadline_extended' || type === 'action_interrupted')) {
    // What waits for a human to settle it has no end but his word.
    const until = type === 'deadline_extended' ? deadlineOf(record) + graceMilliseconds : Number.POSITIVE_INFINITY;
    index.byKey.get(key)?.set(proposalId, { proposalId, state: 'in_flight', at, until });
    return;
  }
  if (end === undefined || key === undefined) return;
  const state = record['dry_run'] === true || record['timed_out'] === true ? 'ended' : end;
  const known = index.byKey.get(key);
  // What neither blocks nor cools down is forgotten, so the index stays as small as the memory it stands for.
  if (state === 'ended') known?.delete(proposalId);
  else known?.set(proposalId, { proposalId, state, at, until: at });
}

export interface NoveltyQuestion {
  readonly actionKey: string;
  readonly proposalId: string;
  readonly now: Date;
  readonly cooldowns: { readonly completedSeconds: number; readonly rejectedSeconds: number };
}

/** The other proposal that makes this one a repetition, and why (spec C5). */
export function findConflict(
  index: ProposalIndex,
  { actionKey, proposalId, now, cooldowns }: NoveltyQuestion,
): { proposalId: string; why: string } | undefined {
  for (const known of index.byKey.get(actionKey)?.values() ?? []) {
    if (known.proposalId === proposalId) continue;
    if (known.state === 'in_flight' && now.getTime() >= known.until) continue;
    if (known.state === 'in_flight') return { proposalId: known.proposalId, why: `the same action is in flight as ${known.proposalId}` };
    const seconds = known.state === 'completed' ? cooldowns.completedSeconds : cooldowns.rejectedSeconds;
    const until = known.at + seconds * 1_000;
    if (now.getTime() < until) {
      return {
        proposalId: known.proposalId,
        why: `the same action was ${known.state} as ${known.proposalId}; it may be proposed again from ${new Date(until).toISOString()}`,
      };
    }
  }
  return undefined;
}
