import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { actionKey, proposalId } from '../../domain/action/digests.js';
import type { Sha256 } from '../../domain/text/canonical.js';
import type { PlaybookRun } from '../../domain/thinking/cycle.js';
import { chooseProposals } from '../../domain/thinking/cycle.js';
import type { Metrics } from '../../domain/thinking/metrics.js';
import type { Playbook } from '../../domain/thinking/playbook.js';
import { compilePlaybook, proposePlaybook } from '../../domain/thinking/playbook.js';
import type { MissionFile } from '../../domain/thinking/playbook.schema.js';
import { missionFileSchema, playbookFileSchema, playbookSchema } from '../../domain/thinking/playbook.schema.js';
import type { ProposalDocument } from '../../domain/action/proposal.schema.js';
import { parseProposal } from '../../domain/action/proposal.schema.js';
import type { Tool } from '../../domain/action/tool.js';
import { evaluateTrigger } from '../../domain/thinking/trigger.js';

export interface PlannerSettings {
  readonly vesselId: string;
  readonly playbooksFile: string;
  readonly missionsFile: string;
  readonly tools: readonly Tool[];
  readonly enabled: boolean;
  readonly proposalsMax: number;
  readonly pendingMax: number;
  readonly approvalSeconds: number;
  readonly sha256: Sha256;
  readonly now: () => Date;
  readonly collectMetrics: () => Promise<Metrics>;
  readonly runs: () => readonly PlaybookRun[];
}

interface Skipped {
  readonly playbookId: string;
  readonly why: string;
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
  readonly idle?: string;
}

async function readJson(file: string): Promise<{ readonly value: unknown } | { readonly why: string }> {
  try {
    return { value: JSON.parse(await readFile(file, 'utf8')) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { why: code === 'ENOENT' ? `${file} does not exist` : `${file} cannot be read: ${code ?? (error as Error).message}` };
  }
}

interface Registry {
  readonly playbooks: readonly Playbook[];
  readonly disabled: readonly Skipped[];
  readonly idle?: string;
}

const idOf = (entry: unknown, index: number) => {
  const id: unknown = (entry as { playbook_id?: unknown } | null)?.playbook_id;
  return typeof id === 'string' ? id.slice(0, 64) : `#${index + 1}`;
};

/** Reads the registry afresh: what people wrote since the last cycle counts. A broken entry disables itself alone. */
export async function readPlaybooks(file: string, tools: readonly Tool[], sha256: Sha256): Promise<Registry> {
  const read = await readJson(file);
  if ('why' in read) return { playbooks: [], disabled: [], idle: read.why };
  const parsed = playbookFileSchema.safeParse(read.value);
  if (!parsed.success) return { playbooks: [], disabled: [], idle: `${file}: expected {"playbooks": [...]}` };
  const playbooks: Playbook[] = [];
  const disabled: Skipped[] = [];
  const seen = new Set<string>();
  for (const [index, entry] of parsed.data.playbooks.entries()) {
    const playbookId = idOf(entry, index);
    const document = playbookSchema.safeParse(entry);
    const why = document.success
      ? compilePlaybook(document.data, tools, sha256)
      : { problems: document.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`) };
    if ('problems' in why) disabled.push({ playbookId, why: `disabled: ${why.problems.join('; ').slice(0, 500)}` });
    else if (seen.has(playbookId)) disabled.push({ playbookId, why: 'disabled: another playbook has this id' });
    else playbooks.push(why);
    seen.add(playbookId);
  }
  return { playbooks, disabled };
}

async function readMissions(file: string): Promise<MissionFile | undefined> {
  const read = await readJson(file);
  const parsed = 'value' in read ? missionFileSchema.safeParse(read.value) : undefined;
  return parsed?.success === true ? parsed.data : undefined;
}

/** Plans cycles from playbooks alone: no model is needed, and nothing is started here (spec T2). */
export function createPlaybookPlanner(settings: PlannerSettings): { plan(): Promise<PlannedCycle> } {
  const streaks = new Map<string, number>();
  const { sha256, now } = settings;

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
      const { playbooks, disabled, idle } = await readPlaybooks(settings.playbooksFile, settings.tools, sha256);
      if (idle !== undefined) return { metrics, proposals: [], skipped: [], idle };
      const pending = Number(metrics['pending_approvals'] ?? 0);
      if (pending >= settings.pendingMax)
        return {
          metrics,
          proposals: [],
          skipped: disabled,
          idle: `${pending} proposals wait already, at most ${settings.pendingMax} may`,
        };
      const { chosen, skipped } = chooseProposals({
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
      return { metrics, proposals: chosen.map((playbook) => propose(playbook, metrics, missions)), skipped: [...disabled, ...skipped] };
    },
  };
}
