import type { AuditRecord } from './logs.js';
import type { PlaybookRun } from '../thinking/cycle.js';
import type { Metrics } from '../thinking/metrics.js';

const hour = 3_600_000;
/** Longer than any cooldown that counts runs per day. */
const keptMilliseconds = 8 * 24 * hour;

/** What a thinking cycle remembers of the trail: runs of playbooks, failures, and when something was last proposed. */
export interface Recent {
  runs: PlaybookRun[];
  failures: number[];
  lastProposal: number | undefined;
  /** Proposal -> its deadline in milliseconds: a terminated one waits no longer than that. */
  readonly waiting: Map<string, number>;
}

export function createRecent(): Recent {
  return { runs: [], failures: [], lastProposal: undefined, waiting: new Map() };
}

const deadlineOf = (record: AuditRecord) =>
  typeof record['deadline'] === 'string' ? Date.parse(record['deadline']) : Number.POSITIVE_INFINITY;

const failing = new Set(['action_failed', 'action_rolled_back', 'action_rollback_failed']);
const deciding = new Set([
  'action_approved',
  'action_rejected',
  'action_expired',
  'action_cancelled',
  'action_stale',
  'action_refused',
  ...failing,
  'action_completed',
]);

/** Takes one record of the proposals log in. */
export function applyRecent(recent: Recent, record: AuditRecord): void {
  const at = Date.parse(record.timestamp);
  const id = record.action_id ?? '';
  if (record.event_type === 'action_proposed') {
    recent.lastProposal = at;
    recent.waiting.set(id, deadlineOf(record));
    if (typeof record['playbook_id'] === 'string')
      recent.runs = [
        ...recent.runs.filter((run) => at - run.at.getTime() < keptMilliseconds),
        { playbookId: record['playbook_id'], at: new Date(at) },
      ];
  }
  if (record.event_type === 'deadline_extended' && recent.waiting.has(id)) recent.waiting.set(id, deadlineOf(record));
  if (deciding.has(record.event_type)) recent.waiting.delete(id);
  if (failing.has(record.event_type)) recent.failures = [...recent.failures.filter((failure) => at - failure < keptMilliseconds), at];
}

/** The metrics that the trail knows and the host does not. */
export function recentMetrics(recent: Recent, now: Date): Metrics {
  const ago = (at: number) => now.getTime() - at;
  return {
    pending_approvals: [...recent.waiting.values()].filter((deadline) => deadline > now.getTime()).length,
    failed_actions_1h: recent.failures.filter((at) => ago(at) <= hour).length,
    hours_since_last_proposal: recent.lastProposal === undefined ? null : Math.round((100 * ago(recent.lastProposal)) / hour) / 100,
  };
}
