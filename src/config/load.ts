import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { z } from 'zod';
import { sha256 } from '../adapters/files/sha256.js';
import { canonicalJson } from '../domain/text/canonical.js';
import { JanusError } from '../domain/errors.js';
import { errnoWords } from '../domain/text/errno-words.js';
import { charterLimits, smallestLimits } from '../domain/action/limits.js';
import { toLimits } from '../domain/action/proposal.schema.js';
import type { Tool } from '../domain/action/tool.js';
import type { AgentDocument } from './sections/agent.schema.js';
import { agentSchema, policySchema } from './sections/agent.schema.js';
import type { LoadSettings } from './find-agent-file.js';
import { findAgentFile } from './find-agent-file.js';
import { approvalsProblems, toApprovals } from './sections/approvals.js';
import { toCatalogueEntries } from './sections/catalogue.js';
import { toControls } from './sections/controls.js';
import { llmProblems, toLlm } from './sections/llm.js';
import { toModes } from './sections/modes.js';
import type { JanusConfig } from './config.js';
import type { Parsed } from './yaml/parse-with-positions.js';
import type { Problem } from './yaml/problem.js';
import { grantProblems } from './grant-problems.js';
import { describeProblem } from './yaml/problem.js';
import { parseWithPositions } from './yaml/parse-with-positions.js';

export function invalidConfig(problems: readonly Problem[]): JanusError {
  return new JanusError('CONFIG_INVALID', problems.map(describeProblem).join('\n'), {
    details: { problems },
    next: 'mend the file, then: ubos config validate',
  });
}

function readParsed<T extends z.ZodType>(file: string, schema: T): Extract<Parsed<z.output<T>>, { ok: true }> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw invalidConfig([{ file, line: 1, key: '', found: errnoWords(error), allowed: 'the file must be readable' }]);
  }
  const parsed = parseWithPositions(bytes, file, schema);
  if (!parsed.ok) throw invalidConfig(parsed.problems);
  return parsed;
}

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
  const grants = new Set(Object.keys(policy.grants));
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
          allowed: `policy.json grants ${[...grants].join(', ') || 'nothing'}`,
        })),
    ),
    ...llmProblems(agent.llm, { file, lineOf }),
    ...approvalsProblems(agent.approvals, { file, vessel: agent.vessel_id, at, lineOf }),
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

function toPolicy({ security }: AgentDocument, document: z.output<typeof policySchema>): JanusConfig['policy'] {
  const { allow_network: allowNetwork, grants, minimum_tier: minimumTiers, preview, risk_floor: floor, ...limits } = document;
  return {
    limits: smallestLimits(charterLimits, toLimits(limits), { workspaceMb: security.filesystem.max_workspace_size_mb }),
    allowNetwork,
    preview,
    grants: Object.entries(grants).map(([name, grant]) => ({ name, ...grant })),
    minimumTiers,
    riskFloor: { writableGrant: floor.writable_grant, irreversible: floor.irreversible, network: floor.network },
  };
}

/** Reads agent.yaml and the policy.json that it names. Relative paths are relative to agent.yaml. Throws CONFIG_INVALID with every problem. */
export function loadConfig(settings: LoadSettings): JanusConfig {
  const agentFile = findAgentFile(settings);
  const agent = readParsed(agentFile, agentSchema);
  const at = (path: string) => resolve(dirname(agentFile), path);
  const paths = toPaths(agent.value, at);
  const policyFile = readParsed(paths.policy, policySchema);
  const policy = toPolicy(agent.value, policyFile.value);
  const tools = agent.value.tools.map((tool) => toTool(tool, agent.value.sandbox.shell_path));
  const catalogue = toCatalogueEntries(
    agent.value.catalogue,
    { tools, allowedTools: agent.value.security.allowed_tools, ...policy },
    { file: agentFile, lineOf: agent.lineOf },
  );
  const problems = [
    ...catalogue.problems,
    ...crossProblems(agentFile, agent, policyFile.value, at),
    ...grantProblems({ grants: policyFile.value.grants, lineOf: policyFile.lineOf, agentFile, policyFile: paths.policy, paths }),
  ];
  if (problems.length > 0) throw invalidConfig(problems);
  const { harness, thinking_cycle: thinking, approval_workflow: approval, security, debug } = agent.value;
  return {
    agentFile,
    vesselId: agent.value.vessel_id,
    vesselName: agent.value.vessel_name,
    host: hostName(settings.env),
    operationalMode: 'alpha',
    paths,
    audit: toAudit(agent.value, paths.state, at),
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
    thinking: {
      enabled: thinking.enabled,
      intervalSeconds: thinking.cycle_interval_seconds ?? (thinking.cycle_interval_hours ?? 1) * 3_600,
      proposalsPerCycleMax: thinking.max_proposals_per_cycle,
      pendingProposalsMax: thinking.max_pending_proposals,
      playbooksEnabled: agent.value.playbooks.enabled,
      autonomous: thinking.enable_autonomous_proposals,
    },
    llm: toLlm(agent.value.llm, { at, credentials: settings.env['CREDENTIALS_DIRECTORY'] }),
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
    amendments: 'recorded',
    dryRun: debug.dry_run_mode,
    verbose: debug.verbose_logging,
    policyVersion: sha256(canonicalJson([agent.value, policyFile.value])).slice(0, 16),
  };
}
