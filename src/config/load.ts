import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { z } from 'zod';
import { sha256 } from '../adapters/files/sha256.js';
import { canonicalJson } from '../domain/text/canonical.js';
import { charterLimits, smallestLimits } from '../domain/action/limits.js';
import { toLimits } from '../domain/action/proposal.schema.js';
import type { Tool } from '../domain/action/tool.js';
import type { AgentDocument } from './sections/agent.schema.js';
import type { agentSchema } from './sections/agent.schema.js';
import { policySchema } from './sections/agent.schema.js';
import type { KeptDocuments } from './read-documents.js';
import { invalidConfig, readAgent, readParsed } from './read-documents.js';
import type { LoadSettings } from './find-agent-file.js';
import { findAgentFile } from './find-agent-file.js';
import { amendmentsProblems } from './sections/amendments.js';
import { approvalsProblems, toApprovals } from './sections/approvals.js';
import { toCatalogueEntries } from './sections/catalogue.js';
import { toControls } from './sections/controls.js';
import { integrationProblems, toIntegrations } from './sections/integrations.js';
import { llmProblems, toLlm } from './sections/llm.js';
import { toModes } from './sections/modes.js';
import type { JanusConfig } from './config.js';
import type { Problem } from './yaml/problem.js';
import { grantProblems, intelCacheGrant } from './grant-problems.js';

/** As the kernel runs a script: no files of anybody's home are read, and the script is the last argument. */
const shellCommand = (shell: string) => (basename(shell) === 'bash' ? [shell, '--noprofile', '--norc', '-c'] : [shell, '-c']);

function toTool(document: AgentDocument['tools'][number], shell: string): Tool {
  const [program = '', ...fixed] = document.command ?? shellCommand(shell);
  return {
    name: document.name,
    command: [program, ...fixed],
    allowNetwork: document.allow_network,
    description: document.description,
    shell: document.shell,
    grants: document.grants,
    domains: document.domains,
    limits: toLimits(document.limits),
    reversible: document.reversible,
  };
}

/** What the schemas cannot see: references from one key to another, and from one file to another. */
function crossProblems(
  file: string,
  { value: agent, lineOf }: ReturnType<typeof readParsed<typeof agentSchema>>,
  policy: z.output<typeof policySchema>,
  at: (path: string) => string,
): Problem[] {
  const names = agent.tools.map(({ name }) => name);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  const grants = new Set([...Object.keys(policy.grants), intelCacheGrant]);
  return [
    ...(twice < 0
      ? []
      : [{ file, line: lineOf('tools', twice), key: 'tools', found: `${names[twice]} twice`, allowed: 'a tool has one entry' }]),
    ...agent.tools.flatMap(({ name, grants: asked }, index) =>
      asked
        .filter((grant) => !grants.has(grant))
        .map((grant) => ({
          file,
          line: lineOf('tools', index, 'grants'),
          key: `tools.${name}.grants`,
          found: JSON.stringify(grant),
          allowed: `one of ${[...grants].join(', ')}; others stand in grants of policy.json`,
        })),
    ),
    ...llmProblems(agent.llm, { file, lineOf }),
    ...integrationProblems(agent, { file, lineOf }),
    ...approvalsProblems(agent.approvals, { file, vessel: agent.vessel_id, at, lineOf }),
    ...amendmentsProblems(agent, { file, vessel: agent.vessel_id, at, lineOf }),
  ];
}

const hostName = (env: LoadSettings['env']) =>
  (env['JANUS_HOST'] ?? hostname())
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63) || 'host';

function toPaths(agent: AgentDocument, at: (path: string) => string): JanusConfig['paths'] {
  const missionLog = at(agent.logging.mission_log);
  const state = dirname(missionLog);
  return {
    state,
    missionLog,
    toolLog: at(agent.logging.tool_log),
    proposalsLog: at(agent.logging.proposals_log),
    approvalQueue: at(agent.logging.approval_queue),
    agentLog: at(agent.logging.agent_log),
    intelCache: at(agent.logging.intel_cache),
    workspaces: at(agent.sandbox.root),
    ledger: join(state, 'ledger'),
    keys: join(state, 'keys'),
    handsKeys: join(state, 'hands'),
    heads: join(state, 'heads'),
    egressControl: join(state, 'egress', 'control.sock'),
    egressSockets: join(at(agent.sandbox.root), '.egress'),
    emergencyStop: at(agent.kill_switch.emergency_stop_file),
    controls: join(state, 'controls'),
    policy: at(agent.sandbox.policy_path),
    adoptedPolicies: join(state, 'policies'),
    missionObjectives: at(agent.thinking_cycle.mission_objectives_path),
    playbooks: at(agent.thinking_cycle.playbook_registry_path),
    charter: at(agent.constitutional.charter_path),
    allowedSigners: at(agent.approvals.allowed_signers),
    revokedSigners: at(agent.approvals.revoked_signers),
  };
}

function toAudit({ audit }: AgentDocument, state: string, at: (path: string) => string): JanusConfig['audit'] {
  const { heads, rotation, retention, bookkeeping } = audit;
  const [hour = 0, minute = 0] = bookkeeping.time.split(':').map(Number);
  const { interval_seconds: intervalSeconds, key_path: keyPath, second_place: secondPlace } = heads;
  return {
    heads: {
      intervalSeconds,
      keyPath: keyPath === undefined ? join(state, 'heads.key') : at(keyPath),
      secondPlace: secondPlace === undefined ? undefined : at(secondPlace),
    },
    bookkeeping: { enabled: bookkeeping.enabled, hour, minute },
    rotation: { bytes: Math.round(rotation.max_mb * 1_048_576), milliseconds: Math.round(rotation.max_days * 86_400_000) },
    retentionDays: {
      tool_use: retention.tool_use_days,
      proposals: retention.proposals_days === 0 ? undefined : retention.proposals_days,
    },
  };
}

/** Granted where a tool asks for it, and to no other. */
const intelCacheAsked = ({ tools, logging }: AgentDocument, at: (path: string) => string): string | undefined =>
  tools.some(({ grants }) => grants.includes(intelCacheGrant)) ? at(logging.intel_cache) : undefined;

function toPolicy(
  { security }: AgentDocument,
  document: z.output<typeof policySchema>,
  intelCache: string | undefined,
): JanusConfig['policy'] {
  const { allow_network: allowNetwork, grants, minimum_tier: minimumTiers, preview, risk_floor: floor, ...limits } = document;
  return {
    limits: smallestLimits(charterLimits, toLimits(limits), { workspaceMb: security.filesystem.max_workspace_size_mb }),
    allowNetwork,
    preview,
    grants: [
      ...Object.entries(grants).map(([name, grant]) => ({ name, ...grant })),
      ...(intelCache === undefined ? [] : [{ name: intelCacheGrant, path: intelCache, writable: false }]),
    ],
    minimumTiers,
    riskFloor: { writableGrant: floor.writable_grant, irreversible: floor.irreversible, network: floor.network },
  };
}

const toThinking = ({ thinking_cycle: thinking, playbooks }: AgentDocument): JanusConfig['thinking'] => ({
  enabled: thinking.enabled,
  intervalSeconds: thinking.cycle_interval_seconds ?? (thinking.cycle_interval_hours ?? 1) * 3_600,
  proposalsPerCycleMax: thinking.max_proposals_per_cycle,
  pendingProposalsMax: thinking.max_pending_proposals,
  playbooksEnabled: playbooks.enabled,
  autonomous: thinking.enable_autonomous_proposals,
});

const toMetrics = ({ prometheus_enabled: enabled, prometheus_port: port }: AgentDocument['monitoring']): JanusConfig['metrics'] => ({
  enabled,
  port,
});

/**
 * Reads agent.yaml and the policy.json that it names, or what was kept of them. Relative paths are relative to agent.yaml. Throws CONFIG_INVALID with
 * every problem.
 */
export function loadConfig(settings: LoadSettings, kept?: KeptDocuments): JanusConfig {
  const agentFile = kept?.live.agentFile ?? findAgentFile(settings);
  const agent = readAgent(agentFile, kept);
  const at = (path: string) => resolve(dirname(agentFile), path);
  const surroundings = { at, credentials: settings.env['CREDENTIALS_DIRECTORY'] };
  const paths = kept?.live.paths ?? toPaths(agent.value, at);
  const policyFile = readParsed(at(agent.value.sandbox.policy_path), policySchema);
  const intelCache = intelCacheAsked(agent.value, at);
  const policy = toPolicy(agent.value, policyFile.value, intelCache);
  const tools = agent.value.tools.map((tool) => toTool(tool, agent.value.sandbox.shell_path));
  const catalogue = toCatalogueEntries(
    agent.value.catalogue,
    { tools, allowedTools: agent.value.security.allowed_tools, ...policy },
    { file: agentFile, lineOf: agent.lineOf },
  );
  const found = [
    ...catalogue.problems,
    ...crossProblems(agentFile, agent, policyFile.value, at),
    ...grantProblems({
      ...{ grants: policyFile.value.grants, lineOf: policyFile.lineOf, policyFile: paths.policy },
      ...{ agentFile, agentLineOf: agent.lineOf, intelCache, paths },
    }),
  ];
  const problems = settings.keysMayLack === true ? found.filter(({ mend }) => mend !== 'keys') : found;
  if (problems.length > 0) throw invalidConfig(problems);
  const { harness, thinking_cycle: thinking, approval_workflow: approval, playbooks, security, debug, monitoring } = agent.value;
  return {
    agentFile,
    vesselId: agent.value.vessel_id,
    vesselName: agent.value.vessel_name,
    host: hostName(settings.env),
    operationalMode: agent.value.operational_mode,
    ...{ playbooksRun: playbooks.auto_approve, playbooksOffered: playbooks.offer_to_model },
    paths,
    audit: toAudit(agent.value, paths.state, at),
    ...toIntegrations(agent.value, surroundings),
    sandbox: { bwrapPath: agent.value.sandbox.bubblewrap_path, account: agent.value.sandbox.dynamic_user },
    tools,
    allowedTools: security.allowed_tools,
    allowedDomains: security.network.allowed_domains,
    policy,
    harness: {
      concurrencyMax: harness.max_concurrency,
      defaultTimeoutSeconds: Math.round(harness.default_timeout_minutes * 60),
      tickIntervalSeconds: harness.tick_interval,
    },
    controls: toControls(agent.value),
    modes: toModes(agent.value.modes),
    thinking: toThinking(agent.value),
    llm: toLlm(agent.value.llm, surroundings),
    catalogue: catalogue.entries,
    principles: agent.value.constitutional.principles,
    cooldowns: { completedSeconds: thinking.repropose_cooldown_hours * 3_600, rejectedSeconds: thinking.rejected_cooldown_hours * 3_600 },
    approval: {
      timeoutSeconds: Math.round(approval.approval_timeout_hours * 3_600),
      onTimeout: approval.auto_reject_on_timeout ? 'rejected' : 'expired',
      notificationScript: approval.notification_enabled ? at(approval.notification_script) : undefined,
      groups: Object.keys(agent.value.approvals.groups),
    },
    approvals: toApprovals(agent.value.approvals, at),
    workspaceRetentionDays: security.filesystem.workspace_retention_days,
    workspaceCleanup: security.filesystem.auto_cleanup_enabled,
    ...{ amendments: agent.value.constitutional.amendments, workflowStacks: debug.workflow_stacks },
    ...{ alertOn: monitoring.alert_on, metrics: toMetrics(monitoring), restartOnFailure: agent.value.watchdog.restart_on_failure },
    ...{ traceProposals: debug.trace_proposals, dryRun: debug.dry_run_mode, verbose: debug.verbose_logging },
    policyVersion: sha256(canonicalJson([agent.value, policyFile.value])).slice(0, 16),
  };
}
