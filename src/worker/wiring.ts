import { existsSync } from 'node:fs';
import type { Logger } from 'pino';
import { createBrainActivities } from '../activities/brain.js';
import { createControlActivities } from '../activities/control.js';
import { createGate } from '../activities/gate.js';
import type { HandsDependencies } from '../activities/hands.js';
import { createHandsActivities } from '../activities/hands.js';
import { createMindActivities } from '../activities/mind.js';
import { createPreviewActivities } from '../activities/previewing.js';
import { createRollbackActivities } from '../activities/rollback.js';
import type { AuditTrail } from '../adapters/audit/audit-trail.js';
import { createAuditTrail } from '../adapters/audit/create-audit-trail.js';
import type { OutageObserver } from '../adapters/audit/outage.js';
import { createEgressClient } from '../adapters/egress/egress-client.js';
import { readEmergencyStop } from '../adapters/host/emergency-stop.js';
import type { Escapement } from '../adapters/host/escapement.js';
import { createEscapement } from '../adapters/host/escapement.js';
import { collectHostMetrics } from '../adapters/host/host-metrics.js';
import { resolvePrograms } from '../adapters/host/programs.js';
import type { ActionState } from '../adapters/ledger/action-state.js';
import { createStartLedger } from '../adapters/ledger/create-start-ledger.js';
import { createScriptNotifier } from '../adapters/notify/script-notifier.js';
import { followTrail } from '../adapters/notify/trail-follower.js';
import type { PermitKeyFiles } from '../adapters/permit/create-permits.js';
import { createPermitIssuer, createPermitVerifier, createVouchers } from '../adapters/permit/create-permits.js';
import { createPlaybookPlanner } from '../adapters/planner/playbook-planner.js';
import { currentActionAccount } from '../adapters/sandbox/account.js';
import { createPreviewer } from '../adapters/sandbox/create-previewer.js';
import { createSandbox } from '../adapters/sandbox/create-sandbox.js';
import type { Janitor } from '../adapters/sandbox/janitor.js';
import { lookAtGrants } from '../adapters/sandbox/grants.js';
import { startJanitor } from '../adapters/sandbox/janitor.js';
import { sandboxProfileId } from '../adapters/sandbox/profile.js';
import type { Sandbox } from '../adapters/sandbox/sandbox.js';
import type { JanusConfig } from '../config/config.js';
import { toReviewContext } from '../config/review-context.js';
import { applyRecord, createProposalIndex, forgetProposals } from '../domain/novelty.js';
import { parseProposal } from '../domain/proposal.schema.js';
import type { Recent } from '../domain/recent.js';
import { applyRecent, createRecent, recentMetrics } from '../domain/recent.js';
import { createStateOf } from './settled.js';
import { openSignatures, sha256, vouchFor } from './wiring-approvals.js';

/** How long a start permit is good for, in seconds. */
const permitSeconds = 600;

/** Everything that the brain's worker needs: it owns the trail, the permit key and the planner, and runs no tool. */
export function wireBrain(
  config: JanusConfig,
  keys: PermitKeyFiles,
  { namespace, onOutage }: { readonly namespace: string; readonly onOutage?: OutageObserver },
) {
  const { paths, approval } = config;
  const index = createProposalIndex();
  const recent = createRecent();
  const trail = createAuditTrail({
    files: { mission_log: paths.missionLog, tool_use: paths.toolLog, proposals: paths.proposalsLog },
    vesselName: config.vesselName,
    observe: {
      proposals: (record) => {
        applyRecord(index, record);
        applyRecent(recent, record);
      },
    },
    forget: {
      proposals: () => {
        forgetProposals(index);
        Object.assign(recent, createRecent());
      },
    },
    ...(onOutage !== undefined && { onOutage }),
  });
  const now = () => new Date();
  const issuer = createPermitIssuer(keys);
  const vouchers = createVouchers(keys);
  const brain = createBrainActivities({
    trail,
    index,
    sha256,
    now,
    reviewContext: async () =>
      toReviewContext(config, {
        programs: await resolvePrograms(config.tools),
        grantProblems: lookAtGrants(config.policy.grants),
        profile: sandboxProfileId(),
      }),
    parseProposal,
    issuePermit: (permit) => issuer.issue(permit),
    emergencyStop: () => readEmergencyStop(paths.emergencyStop),
    host: config.host,
    policyVersion: config.policyVersion,
    approvalSeconds: approval.timeoutSeconds,
    vesselId: config.vesselId,
    namespace,
    approvals: config.approvals,
    signatures: openSignatures(config),
    vouchers,
    onTimeout: approval.onTimeout,
    cooldowns: config.cooldowns,
    permitSeconds,
    previewByRisk: config.policy.preview,
  });
  const planner = wirePlanner(config, trail, recent);
  return { brain, mind: createMindActivities({ planner, vouch: vouchFor(config, vouchers, namespace) }), trail };
}

/** Reads missions, playbooks, the host and the trail; the playbooks that match are what it proposes. */
function wirePlanner(config: JanusConfig, trail: AuditTrail, recent: Recent) {
  const { paths } = config;
  const now = () => new Date();
  return createPlaybookPlanner({
    vesselId: config.vesselId,
    playbooksFile: paths.playbooks,
    missionsFile: paths.missionObjectives,
    tools: config.tools,
    enabled: config.thinking.playbooksEnabled,
    proposalsMax: config.thinking.proposalsPerCycleMax,
    pendingMax: config.thinking.pendingProposalsMax,
    approvalSeconds: config.approval.timeoutSeconds,
    sha256,
    now,
    collectMetrics: async () => {
      // Any look at the trail takes in what other processes wrote.
      await trail.find('proposals', '');
      return {
        ...(await hostMetrics(config)),
        ...recentMetrics(recent, now()),
        relief_degraded: null,
        llm_available: false,
        operational_mode: config.operationalMode,
      };
    },
    runs: () => recent.runs,
  });
}

function hostMetrics({ paths }: JanusConfig) {
  const auditFiles = [paths.missionLog, paths.toolLog, paths.proposalsLog];
  return collectHostMetrics({ diskPath: paths.state, logFiles: [paths.agentLog], auditFiles, workspaces: paths.workspaces });
}

function openSandbox({ sandbox: { bwrapPath, account }, paths }: JanusConfig): Sandbox {
  return createSandbox({ bwrapPath, workspacesRoot: paths.workspaces, account, gateway: createEgressClient(paths.egressControl) });
}

/** Everything that the hands' workers need: sandbox, ledger, the public half of the key. No audit files. */
export async function wireHands(
  config: JanusConfig,
  keys: PermitKeyFiles,
  escapement: Escapement,
  {
    namespace,
    hasEnded,
    sandbox = openSandbox(config),
  }: { readonly namespace: string; readonly hasEnded: (proposalId: string) => Promise<boolean>; readonly sandbox?: Sandbox },
) {
  const deps: HandsDependencies = {
    sandbox,
    ledger: createStartLedger({ folder: config.paths.ledger }),
    permits: createPermitVerifier({ publicKeyFile: keys.publicKeyFile, vessel: config.vesselId, host: config.host }),
    gate: createGate(() => config.harness.concurrencyMax),
    previewGate: createGate(() => 1),
    sha256,
    approvals: config.approvals,
    signatures: openSignatures(config),
    vessel: config.vesselId,
    namespace,
    now: () => new Date(),
    host: config.host,
    emergencyStop: () => readEmergencyStop(config.paths.emergencyStop),
    running: new Map(),
    undoing: new Map(),
    previewer: createPreviewer({ sandbox, workspacesRoot: config.paths.workspaces, account: config.sandbox.account }),
  };
  const report = await sandbox.inspect();
  return {
    hands: { ...createHandsActivities(deps), ...createPreviewActivities(deps) },
    rollback: createRollbackActivities(deps),
    control: createControlActivities({ escapement }),
    report,
    stateOf: createStateOf({
      ledger: deps.ledger,
      isBusy: (proposalId) => deps.running.has(proposalId) || [...deps.undoing.keys()].some((key) => key.startsWith(proposalId)),
      hasEnded,
      retentionDays: config.workspaceRetentionDays,
      now: deps.now,
    }),
  };
}

/** Looks after the workspaces from the start of hands on; `stateOf` keeps it from those that are still needed. */
export function wireJanitor(config: JanusConfig, stateOf: (proposalId: string) => Promise<ActionState>, log: Logger): Janitor {
  return startJanitor({
    workspacesRoot: config.paths.workspaces,
    retentionDays: config.workspaceRetentionDays,
    removes: config.workspaceCleanup,
    stateOf,
    uids: [currentActionAccount(config.sandbox.account).uid],
    log,
  });
}

export function wireEscapement(config: JanusConfig): Escapement {
  return createEscapement({
    intervalMilliseconds: config.harness.tickIntervalSeconds * 1_000,
    emergencyStopFile: config.paths.emergencyStop,
  });
}

/** The notifier follows the trail with a cursor of its own; a configured script that does not exist is said once and not called. */
export function wireNotifier({ paths, approval }: JanusConfig, logger: Logger) {
  const script =
    approval.notificationScript !== undefined && existsSync(approval.notificationScript) ? approval.notificationScript : undefined;
  if (script === undefined)
    logger.info(
      { event_type: 'notifier', script: approval.notificationScript },
      'no notification script is installed: nobody is told by one',
    );
  const onFailure = (why: string, { event_id }: { event_id: string }) =>
    logger.warn({ event_type: 'notification_failed', event_id, script }, why);
  return followTrail({
    proposalsFile: paths.proposalsLog,
    cursorFile: `${paths.state}/notifier.cursor`,
    approvalQueueFile: paths.approvalQueue,
    notify: script === undefined ? undefined : createScriptNotifier({ script, onFailure }),
    onError: (error) => logger.error({ event_type: 'notifier', error }, 'the notifier could not follow the trail'),
  });
}
