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
import type { Streaks } from '../../domain/thinking/streaks.js';
import { evaluateTrigger } from '../../domain/thinking/trigger.js';
import { shorten } from '../../domain/text/visible.js';
import { sha256 } from '../files/sha256.js';
import type { Skipped } from './read-registries.js';
import { readPlaybooks } from './read-registries.js';

/** Of those that a person is told about: more is no answer any more. */
const unmatchedMax = 50;

export interface PlannerSettings {
  readonly vesselId: string;
  readonly playbooksFile: string;
  /** Those that are open. */
  readonly missions: () => Promise<MissionFile | undefined>;
  /** Why the file of missions counts for nothing; absent, or undefined, where it does. Playbooks go on without it. */
  readonly missionsRefused?: () => Promise<Skipped | undefined>;
  readonly rules: PlaybookRules;
  readonly enabled: boolean;
  readonly proposalsMax: number;
  readonly pendingMax: number;
  readonly approvalSeconds: number;
  readonly now: () => Date;
  readonly runs: () => readonly PlaybookRun[];
  readonly streaks: () => Streaks;
  /** Why the same action may not be proposed again yet; undefined where it may. The review looks again. */
  readonly conflict: (actionKey: string) => string | undefined;
}

export interface PlannedCycle {
  readonly proposals: readonly {
    readonly playbookId: string;
    readonly document: ProposalDocument;
    readonly actionKey: string;
    readonly approvalSeconds: number;
  }[];
  readonly skipped: readonly Skipped[];
  /** Bounded: it is for the eye. */
  readonly unmatched?: readonly Skipped[];
  /** Whose trigger held. */
  readonly matched?: readonly string[];
  /** How many more proposals may wait. */
  readonly room: number;
  readonly idle?: string;
}

/** Plans cycles from playbooks alone: no model is needed, and nothing is started here (spec T2). */
export function createPlaybookPlanner(settings: PlannerSettings): { plan(metrics: Metrics): Promise<PlannedCycle> } {
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
    async plan(metrics) {
      const pending = Number(metrics['pending_approvals'] ?? 0);
      const room = Math.max(0, settings.pendingMax - pending);
      const nothing = { proposals: [], skipped: [], room };
      if (!settings.enabled) return { ...nothing, idle: 'playbooks.enabled is false' };
      const refused = await settings.missionsRefused?.();
      const read = await readPlaybooks(settings.playbooksFile, settings.rules);
      const disabled = [...read.disabled, ...(refused === undefined ? [] : [refused])];
      const { playbooks, idle } = read;
      if (idle !== undefined) return { ...nothing, skipped: disabled, idle };
      const matched = playbooks
        .filter(({ trigger }) => evaluateTrigger(trigger, metrics) === 'match')
        .map(({ document }) => document.playbook_id);
      if (room === 0) {
        const why = `${pending} proposals wait already, at most ${settings.pendingMax} may`;
        return { ...nothing, skipped: disabled, matched, idle: why };
      }
      const { chosen, skipped, unmatched } = chooseProposals({
        playbooks,
        metrics,
        runs: settings.runs(),
        streaks: settings.streaks(),
        now: now(),
        proposalsMax: Math.min(settings.proposalsMax, room),
      });
      const missions = await settings.missions();
      const planned = chosen.map((playbook) => propose(playbook, metrics, missions));
      const known = planned.flatMap(({ playbookId, actionKey: key }) => {
        const why = settings.conflict(key);
        return why === undefined ? [] : [{ playbookId, why }];
      });
      const proposals = planned.filter(({ playbookId }) => !known.some((each) => each.playbookId === playbookId));
      return {
        proposals,
        skipped: [...disabled, ...skipped, ...known],
        matched,
        room: room - proposals.length,
        unmatched: unmatched.slice(0, unmatchedMax).map(({ playbookId, why }) => ({ playbookId, why: shorten(why, 200) })),
      };
    },
  };
}
