import { createMindActivities } from '../../activities/mind/create-mind-activities.js';
import type { AuditTrail } from '../../adapters/audit/contract/audit-trail.js';
import { hostMilliseconds, readPublished, statePageIn } from '../../adapters/controls/state-page.js';
import { collectHostMetrics } from '../../adapters/host/host-metrics.js';
import { createPlaybookPlanner } from '../../adapters/playbooks/playbook-planner.js';
import { playbookRules } from '../../config/registries.js';
import type { JanusConfig } from '../../config/config.js';
import { isFresh, ordersNow } from '../../domain/controls/published.js';
import type { Recent } from '../../domain/trail/recent.js';
import type { Projection } from '../../domain/trail/projection.js';
import { recentMetrics } from '../../domain/trail/recent.js';
import type { Vouching } from '../../activities/mind/vouching.js';
import type { CyclePlan, MindActivities } from '../../contract/cycle.js';

interface MindSettings {
  readonly trail: AuditTrail;
  /** What the trail says of the last days; kept up by the brain. */
  readonly recent: Pick<Projection<Recent>, 'snapshot'>;
  readonly vouching: Vouching;
  /** Why nothing may start, or undefined. */
  readonly emergencyStop: () => Promise<string | undefined>;
}

/** Reads missions, playbooks, the host and the trail; the playbooks that match are what it proposes. */
export function wireMind(config: JanusConfig, { trail, recent, vouching, emergencyStop }: MindSettings): MindActivities {
  const { paths } = config;
  const now = () => new Date();
  const planner = createPlaybookPlanner({
    vesselId: config.vesselId,
    playbooksFile: paths.playbooks,
    missionsFile: paths.missionObjectives,
    rules: playbookRules(config),
    enabled: config.thinking.playbooksEnabled,
    proposalsMax: config.thinking.proposalsPerCycleMax,
    pendingMax: config.thinking.pendingProposalsMax,
    approvalSeconds: config.approval.timeoutSeconds,
    now,
    collectMetrics: async () => {
      // Any look at the trail takes in what other processes wrote.
      await trail.find('proposals', '');
      return {
        ...(await hostMetrics(config)),
        ...recentMetrics(recent.snapshot(), now()),
        relief_degraded: isDegraded(paths.controls),
        llm_available: false,
        operational_mode: config.operationalMode,
      };
    },
    runs: () => recent.snapshot().runs,
  });
  /** Under a stop there is nothing to think about, and in the last stage of the relief valve neither (spec G3). */
  const plan = async (): Promise<CyclePlan> => {
    const idle = (await emergencyStop()) ?? (isThinkingSuspended(paths.controls) ? suspended : undefined);
    return idle === undefined ? planner.plan() : { metrics: {}, proposals: [], skipped: [], idle };
  };
  return createMindActivities({ planner: { plan }, vouching });
}

const suspended = 'the relief valve is at CRITICAL: thinking is suspended until somebody releases it';

const isThinkingSuspended = (controls: string): boolean =>
  ordersNow(readPublished(statePageIn(controls)), hostMilliseconds()).thinkingSuspended;

/** Null where no worker says it just now: a trigger on it does not match then. */
function isDegraded(controls: string): boolean | null {
  const published = readPublished(statePageIn(controls));
  return published === undefined || !isFresh(published, hostMilliseconds()) ? null : published.orders.stage !== 'SEALED';
}

function hostMetrics({ paths }: JanusConfig) {
  const auditFiles = [paths.missionLog, paths.toolLog, paths.proposalsLog];
  return collectHostMetrics({ diskPath: paths.state, logFiles: [paths.agentLog], auditFiles, workspaces: paths.workspaces });
}
