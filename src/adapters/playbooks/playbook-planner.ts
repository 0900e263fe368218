import { randomBytes } from 'node:crypto';
import { actionKey, proposalId } from '../../domain/action/digests.js';
import type { PlaybookRun } from '../../domain/thinking/cycle.js';
import { chooseProposals } from '../../domain/thinking/cycle.js';
import type { Metrics } from '../../domain/thinking/metrics.js';
import type { Playbook, PlaybookRules } from '../../domain/thinking/playbook.js';
import { proposePlaybook } from '../../domain/thinking/playbook.js';
import type { MissionFile } from '../../domain/thinking/playbook.schema.js';
import type { ProposalDocument } from '../../domain/action/proposal.schema.js';
import { parseProposal } from '../../domain/action/proposal.schema.js';
import { evaluateTrigger } from '../../domain/thinking/trigger.js';
import { shorten } from '../../domain/text/visible.js';
import { sha256 } from '../files/sha256.js';
import type { Skipped } from './read-registries.js';
import { readMissions, readPlaybooks } from './read-registries.js';

/** Of those that a person is told about: more is no answer any more. */
const unmatchedMax = 50;

export interface PlannerSettings {
  readonly vesselId: string;
  readonly playbooksFile: string;
  readonly missionsFile: string;
  readonly rules: PlaybookRules;
  readonly enabled: boolean;
  readonly proposalsMax: number;
  readonly pendingMax: number;
  readonly approvalSeconds: number;
  readonly now: () => Date;
  readonly collectMetrics: () => Promise<Metrics>;
  readonly runs: () => readonly PlaybookRun[];
}

export interface PlannedCycle {
  readonly metrics: Metrics;
  readonly proposals: readonly {
    readonly playbookId: string;
    readonly document: ProposalDocument;
    readonly actionKey: string;
    readonly approvalSeconds: number;
  }[];
  readonly skipped: readonly Skipped[];
  /** Bounded: it is for the eye. */
  readonly unmatched?: readonly Skipped[];
  readonly idle?: string;
}

/** Plans cycles from playbooks alone: no model is needed, and nothing is started here (spec T2). */
export function createPlaybookPlanner(settings: PlannerSettings): { plan(): Promise<PlannedCycle> } {
  const streaks = new Map<string, number>();
  const { now } = settings;

  const propose = (playbook: Playbook, metrics: Metrics, missions: MissionFile | undefined) => {
    const timestamp = now().toISOString();
    const occasion = { timestamp, vesselId: settings.vesselId, metrics, missions };
    const key = actionKey(sha256, parseProposal(proposePlaybook(playbook, { ...occasion, proposalId: 'janus-000000000000' })));
    const id = proposalId(sha256, { vessel: settings.vesselId, actionKey: key, timestamp, nonce: randomBytes(16).toString('hex') });
    const document = proposePlaybook(playbook, { ...occasion, proposalId: id });
    return { playbookId: playbook.document.playbook_id, document, actionKey: key, approvalSeconds: settings.approvalSeconds };
  };

  return {
    async plan() {
      const metrics = await settings.collectMetrics();
      if (!settings.enabled) return { metrics, proposals: [], skipped: [], idle: 'playbooks.enabled is false' };
      const { playbooks, disabled, idle } = await readPlaybooks(settings.playbooksFile, settings.rules);
      if (idle !== undefined) return { metrics, proposals: [], skipped: [], idle };
      const pending = Number(metrics['pending_approvals'] ?? 0);
      if (pending >= settings.pendingMax)
        return {
          metrics,
          proposals: [],
          skipped: disabled,
          idle: `${pending} proposals wait already, at most ${settings.pendingMax} may`,
        };
      const { chosen, skipped, unmatched } = chooseProposals({
        playbooks,
        metrics,
        runs: settings.runs(),
        streaks,
        now: now(),
        proposalsMax: Math.min(settings.proposalsMax, settings.pendingMax - pending),
      });
      for (const { document, trigger } of playbooks) {
        const matched = evaluateTrigger(trigger, metrics) === 'match';
        streaks.set(document.playbook_id, matched ? (streaks.get(document.playbook_id) ?? 0) + 1 : 0);
      }
      const missions = await readMissions(settings.missionsFile);
      return {
        metrics,
        proposals: chosen.map((playbook) => propose(playbook, metrics, missions)),
        skipped: [...disabled, ...skipped],
        unmatched: unmatched.slice(0, unmatchedMax).map(({ playbookId, why }) => ({ playbookId, why: shorten(why, 200) })),
      };
    },
  };
}
