import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import { createMindActivities } from '../../activities/mind/create-mind-activities.js';
import type { Thinking } from '../../activities/brain/dependencies.js';
import type { Vouching } from '../../activities/mind/vouching.js';
import type { AuditTrail } from '../../adapters/audit/contract/audit-trail.js';
import { hostMilliseconds, isThinkingSuspended, readPublished, statePageIn } from '../../adapters/controls/state-page.js';
import { sha256 } from '../../adapters/files/sha256.js';
import { collectHostMetrics } from '../../adapters/host/host-metrics.js';
import { createPlaybookPlanner } from '../../adapters/playbooks/playbook-planner.js';
import { whyNotOfOperators } from '../../adapters/playbooks/of-operators.js';
import { lookAtMissions, readPlaybooks } from '../../adapters/playbooks/read-registries.js';
import { createKeptAnswers } from '../../adapters/tickets/kept-answers.js';
import type { JanusConfig } from '../../config/config.js';
import { playbookRules } from '../../config/registries.js';
import type { Gathered, MindActivities } from '../../contract/cycle.js';
import { actionKey } from '../../domain/action/digests.js';
import { parseProposal } from '../../domain/action/proposal.schema.js';
import type { ReviewContext } from '../../domain/constitution/rules.js';
import { reviewProposal } from '../../domain/constitution/rules.js';
import type { Mode } from '../../domain/modes/mode.js';
import { isFresh } from '../../domain/controls/published.js';
import { canonicalJson } from '../../domain/text/canonical.js';
import type { ModelAnswer } from '../../domain/model/answer.js';
import type { Catalogue } from '../../domain/model/catalogue.js';
import { playbookEntries } from '../../domain/model/playbook-entries.js';
import { contextOf, metricFacts } from '../../domain/thinking/facts.js';
import type { History } from '../../domain/thinking/history.js';
import { historyFacts } from '../../domain/thinking/history.js';
import type { Metrics } from '../../domain/thinking/metrics.js';
import type { ModelCalls } from '../../domain/thinking/model-calls.js';
import { whyNotAsked } from '../../domain/thinking/model-calls.js';
import type { Reached } from '../../domain/thinking/missions.js';
import { missionViews, openMissions, reachedNow } from '../../domain/thinking/missions.js';
import type { Streaks } from '../../domain/thinking/streaks.js';
import type { KnownActions } from '../../domain/trail/novelty.js';
import { findConflict } from '../../domain/trail/novelty.js';
import type { Projection } from '../../domain/trail/projection.js';
import type { Recent } from '../../domain/trail/recent.js';
import { recentMetrics } from '../../domain/trail/recent.js';
import type { Oracles } from '../../adapters/oracles/oracles.js';
import { oracleFacts } from '../../domain/oracles/facts.js';
import { wantedLookups } from '../../domain/oracles/wanted.js';
import { wireModel } from './model.js';
import { alreadyAnswered, wireLookingUp, wireOracles } from './oracles.js';

type Seen<T> = Pick<Projection<T>, 'snapshot'>;

interface MindSettings {
  readonly trail: AuditTrail;
  /** What the trail says; kept up by the brain. */
  readonly known: {
    readonly recent: Seen<Recent>;
    readonly novelty: Seen<KnownActions>;
    readonly streaks: Seen<Streaks>;
    readonly history: Seen<History>;
    readonly calls: Seen<ModelCalls>;
    readonly reached: Seen<Reached>;
  };
  readonly reviewContext: () => Promise<ReviewContext>;
  readonly vouching: Vouching;
  /** Why nothing may start, or undefined. */
  readonly emergencyStop: () => Promise<string | undefined>;
  /** What counts at this moment. */
  readonly mode: () => Mode;
}

const now = () => new Date();

/** How often the model is asked, and what that may cost. */
export function wireAsking({ thinking, llm }: JanusConfig): Omit<Thinking, 'calls'> {
  const { promptTokensMax, outputTokensMax, dailyCallsMax, dailyTokensMax, breaker, providers } = llm;
  return {
    autonomous: thinking.autonomous,
    // One after the other, as long as each may take.
    seconds: Math.max(
      1,
      providers.reduce((sum, { timeoutMilliseconds }) => sum + timeoutMilliseconds / 1_000, 0),
    ),
    limits: {
      dailyCallsMax,
      dailyTokensMax,
      tokensPerCall: promptTokensMax + outputTokensMax,
      breaker,
    },
  };
}

/** Reads missions, playbooks, the host and the trail; the playbooks that match are what it proposes, and what the model chooses. */
export function wireMind(config: JanusConfig, settings: MindSettings): MindActivities {
  const { known, vouching, reviewContext } = settings;
  const { paths, thinking, approval, vesselId } = config;
  const catalogue = () => choicesNow(config);
  const oracles = wireOracles(config, now);
  const conflict = (key: string) =>
    findConflict(known.novelty.snapshot(), { actionKey: key, proposalId: '', now: now(), cooldowns: config.cooldowns })?.why;
  const planner = createPlaybookPlanner({
    vesselId,
    playbooksFile: paths.playbooks,
    missions: async () => openMissions((await missionsOf(config)).missions, known.reached.snapshot(), now()),
    missionsRefused: async () => {
      const { why } = await missionsOf(config);
      return why === undefined ? undefined : { playbookId: basename(paths.missionObjectives), why };
    },
    rules: playbookRules(config),
    enabled: thinking.playbooksEnabled,
    proposalsMax: thinking.proposalsPerCycleMax,
    pendingMax: thinking.pendingProposalsMax,
    approvalSeconds: approval.timeoutSeconds,
    now,
    runs: () => known.recent.snapshot().runs,
    streaks: () => known.streaks.snapshot(),
    conflict,
  });
  return createMindActivities({
    gather: () => gather(config, settings, { catalogue, oracles }),
    ...wireLookingUp(oracles, config, now),
    planner: {
      plan: async ({ metrics, idle }) => (idle === undefined ? planner.plan(metrics) : { proposals: [], skipped: [], room: 0, idle }),
    },
    model: wireModel(config),
    catalogue,
    kept: createKeptAnswers<ModelAnswer>(join(paths.state, 'mind'), now),
    parse: parseProposal,
    review: async () => {
      const context = await reviewContext();
      return (proposal) => {
        const repeated = conflict(actionKey(sha256, proposal));
        const broken = reviewProposal(proposal, context).map(({ rule, message }) => `${rule}: ${message}`);
        return repeated === undefined ? broken : [...broken, repeated];
      };
    },
    approvalSeconds: approval.timeoutSeconds,
    proposalsMax: thinking.proposalsPerCycleMax,
    nonce: () => randomBytes(16).toString('hex'),
    vouching,
  });
}

/** What people pursue, as far as it is theirs: a file that the agent itself could have written is nobody's word. */
async function missionsOf({ agentFile, paths }: JanusConfig): ReturnType<typeof lookAtMissions> {
  const why = whyNotOfOperators(paths.missionObjectives, agentFile);
  return why === undefined ? lookAtMissions(paths.missionObjectives) : { why };
}

/** What a model may choose: what agent.yaml names, and the playbooks of this moment where it says so. */
async function choicesNow(config: JanusConfig): Promise<Catalogue> {
  const { catalogue, playbooksOffered, thinking, paths } = config;
  const isOffered = playbooksOffered && thinking.playbooksEnabled;
  const playbooks = isOffered ? (await readPlaybooks(paths.playbooks, playbookRules(config))).playbooks : [];
  const entries = [...catalogue, ...playbookEntries(playbooks, now())];
  return { entries, digest: sha256(canonicalJson(entries)) };
}

/** Whether the next cycle may ask one. */
const isModelAsked = (config: JanusConfig, calls: ModelCalls): boolean =>
  config.thinking.autonomous && config.llm.providers.length > 0 && whyNotAsked(calls, wireAsking(config).limits, now()) === undefined;

async function measure(config: JanusConfig, { trail, known, mode }: MindSettings): Promise<Metrics> {
  const { paths } = config;
  // Any look at the trail takes in what other processes wrote.
  await trail.find('proposals', '');
  await trail.find('mission_log', '');
  const auditFiles = [paths.missionLog, paths.toolLog, paths.proposalsLog];
  const host = await collectHostMetrics({
    ...{ diskPath: paths.state, logFiles: [paths.agentLog], auditFiles, workspaces: paths.workspaces },
  });
  return {
    ...host,
    ...recentMetrics(known.recent.snapshot(), now()),
    relief_degraded: isDegraded(paths.controls),
    llm_available: isModelAsked(config, known.calls.snapshot()),
    operational_mode: mode(),
  };
}

/** Under a stop there is nothing to think about, and in the last stage of the relief valve neither (spec G3). */
async function gather(
  config: JanusConfig,
  settings: MindSettings,
  { catalogue, oracles }: { readonly catalogue: () => Promise<Catalogue>; readonly oracles: Oracles | undefined },
): Promise<Gathered> {
  const { controls } = config.paths;
  const stopped = (await settings.emergencyStop()) ?? (isThinkingSuspended(controls) ? suspended : undefined);
  const idle = stopped ?? (settings.mode() === 'manual' ? expired : undefined);
  const metrics = idle === undefined ? await measure(config, settings) : {};
  const open = idle === undefined ? openMissions((await missionsOf(config)).missions, settings.known.reached.snapshot(), now()) : undefined;
  const reached = reachedNow(open, metrics);
  const pursued = open && { ...open, missions: open.missions.filter(({ id }) => !reached.includes(id)) };
  // Only a model reads what oracles say: where none is asked, they are not either.
  const wanted = isModelAsked(config, settings.known.calls.snapshot()) ? wantedLookups(pursued?.missions ?? []) : [];
  const { answers, lookups } = await alreadyAnswered(oracles, wanted);
  const context = contextOf(sha256, {
    vesselId: config.vesselId,
    takenAt: now().toISOString(),
    mode: settings.mode(),
    missions: missionViews(pursued),
    facts: [
      ...metricFacts(metrics),
      ...(idle === undefined ? historyFacts(settings.known.history.snapshot()) : []),
      ...oracleFacts(answers, 0),
    ],
  });
  return {
    context,
    metrics,
    choices: (await catalogue()).entries.length,
    reached,
    ...(lookups.length > 0 && { lookups }),
    ...(idle !== undefined && { idle }),
  };
}

/** All autonomy has ended (charter: sunset): people propose, and nobody else. */
const expired = 'the mode is manual: the vessel proposes nothing until it is restored (ubos mode check)';
const suspended = 'the relief valve is at CRITICAL: thinking is suspended until somebody releases it';

/** Null where no worker says it just now: a trigger on it does not match then. */
function isDegraded(controls: string): boolean | null {
  const published = readPublished(statePageIn(controls));
  return published === undefined || !isFresh(published, hostMilliseconds()) ? null : published.orders.stage !== 'SEALED';
}
