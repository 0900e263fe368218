import type { PlaybookRun } from '../thinking/cycle.js';
import type { Metrics } from '../thinking/metrics.js';
import { endIn, isFailure, trailEvent } from './events.js';
import type { Projection } from './projection.js';
import type { AuditRecord } from './records.js';

const hour = 3_600_000;
/** Longer than any cooldown that counts runs per day. */
const keptMilliseconds = 8 * 24 * hour;

/** What a thinking cycle remembers of the trail: runs of playbooks, failures, and when something was last proposed. */
export interface Recent {
  readonly runs: readonly PlaybookRun[];
  /** Milliseconds since 1970, as all times here. */
  readonly failures: readonly number[];
  readonly lastProposal: number | undefined;
  /** Proposal -> its deadline: a terminated one waits no longer than that. */
  readonly waiting: ReadonlyMap<string, number>;
}

const deadlineOf = ({ deadline }: AuditRecord) => (typeof deadline === 'string' ? Date.parse(deadline) : Number.POSITIVE_INFINITY);

/** Of the proposals log. */
export function createRecent(): Projection<Recent> {
  let runs: readonly PlaybookRun[] = [];
  let failures: readonly number[] = [];
  let lastProposal: number | undefined;
  const waiting = new Map<string, number>();
  return {
    apply(record) {
      const { event_type: type, action_id: id = '', playbook_id: playbookId } = record;
      const at = Date.parse(record.timestamp);
      if (type === trailEvent.actionProposed) {
        lastProposal = at;
        waiting.set(id, deadlineOf(record));
        if (typeof playbookId === 'string')
          runs = [...runs.filter((run) => at - run.at.getTime() < keptMilliseconds), { playbookId, at: new Date(at) }];
      }
      if (type === trailEvent.deadlineExtended && waiting.has(id)) waiting.set(id, deadlineOf(record));
      const end = endIn(type);
      if (type === trailEvent.actionApproved || end !== undefined) waiting.delete(id);
      if (end !== undefined && isFailure(end)) failures = [...failures.filter((failure) => at - failure < keptMilliseconds), at];
    },
    forget() {
      [runs, failures, lastProposal] = [[], [], undefined];
      waiting.clear();
    },
    snapshot: () => ({ runs, failures, lastProposal, waiting }),
  };
}

/** Deadlines of the proposals that wait at that moment. */
export const waitingAt = ({ waiting }: Pick<Recent, 'waiting'>, now: number): readonly number[] =>
  [...waiting.values()].filter((deadline) => deadline > now);

/** The metrics that the trail knows and the host does not. */
export function recentMetrics(recent: Recent, now: Date): Metrics {
  const { failures, lastProposal } = recent;
  const ago = (at: number) => now.getTime() - at;
  return {
    pending_approvals: waitingAt(recent, now.getTime()).length,
    failed_actions_1h: failures.filter((at) => ago(at) <= hour).length,
    hours_since_last_proposal: lastProposal === undefined ? null : Math.round((100 * ago(lastProposal)) / hour) / 100,
  };
}
