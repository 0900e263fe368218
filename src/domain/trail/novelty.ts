import { endIn, trailEvent } from './events.js';
import type { Projection } from './projection.js';
import type { AuditRecord } from './records.js';

interface Known {
  readonly proposalId: string;
  readonly state: 'in_flight' | 'completed' | 'rejected';
  readonly at: number;
  /** In flight: when it can no longer be, even if nobody said how it ended. */
  readonly until: number;
}

/** What was last heard of each action: by its action key, then by the proposal. */
export type KnownActions = ReadonlyMap<string, ReadonlyMap<string, Known>>;

/** After its deadline an action has a day for its start, its steps and their rollback; a terminated workflow never says how it ended. */
const graceMilliseconds = 86_400_000;

const deadlineOf = ({ deadline }: AuditRecord) => {
  const time = typeof deadline === 'string' ? Date.parse(deadline) : Number.NaN;
  return Number.isNaN(time) ? Number.POSITIVE_INFINITY : time;
};

/** Which of an action's proposals are in flight, and which ended lately. Of the proposals log; the same record twice changes nothing. */
export function createNovelty(): Projection<KnownActions> {
  const byKey = new Map<string, Map<string, Known>>();
  const keyOf = new Map<string, string>();

  const take = (key: string, known: Known) => {
    const proposals = byKey.get(key) ?? new Map<string, Known>();
    byKey.set(key, proposals);
    proposals.set(known.proposalId, known);
  };
  const takeProposed = (proposalId: string, at: number, record: AuditRecord) => {
    const { action_key: key } = record;
    if (typeof key !== 'string' || keyOf.has(proposalId)) return;
    keyOf.set(proposalId, key);
    take(key, { proposalId, state: 'in_flight', at, until: deadlineOf(record) + graceMilliseconds });
  };
  return {
    apply(record) {
      const { action_id: proposalId, event_type: type } = record;
      if (proposalId === undefined) return;
      const at = Date.parse(record.timestamp);
      if (type === trailEvent.actionProposed) return takeProposed(proposalId, at, record);
      const key = keyOf.get(proposalId);
      if (key === undefined) return;
      if (type === trailEvent.deadlineExtended)
        return take(key, { proposalId, state: 'in_flight', at, until: deadlineOf(record) + graceMilliseconds });
      // What waits for a person to settle it has no end but their word.
      if (type === trailEvent.actionInterrupted) return take(key, { proposalId, state: 'in_flight', at, until: Number.POSITIVE_INFINITY });
      const end = endIn(type);
      if (end === undefined) return;
      // A dry run's end starts no cooldown (spec X7), nor does silence.
      const coolsDown = record.dry_run !== true && record.timed_out !== true;
      if (coolsDown && (end === 'completed' || end === 'rejected')) take(key, { proposalId, state: end, at, until: at });
      // What neither blocks nor cools down is forgotten, so the index stays as small as the memory it stands for.
      else byKey.get(key)?.delete(proposalId);
    },
    forget() {
      byKey.clear();
      keyOf.clear();
    },
    snapshot: () => byKey,
  };
}

export interface NoveltyQuestion {
  readonly actionKey: string;
  readonly proposalId: string;
  readonly now: Date;
  readonly cooldowns: { readonly completedSeconds: number; readonly rejectedSeconds: number };
}

/** The other proposal that makes this one a repetition, and why (spec C5). */
export function findConflict(
  actions: KnownActions,
  { actionKey, proposalId, now, cooldowns }: NoveltyQuestion,
): { proposalId: string; why: string } | undefined {
  for (const known of actions.get(actionKey)?.values() ?? []) {
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
