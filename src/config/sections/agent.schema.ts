import { join } from 'node:path';
import { z } from 'zod';
import { isDomainPattern } from '../../domain/text/domain-name.js';
import { limitsDocumentSchema, riskLevelSchema, toolNameSchema } from '../../domain/action/proposal.schema.js';
import { tierNames } from '../../domain/action/tier.js';
import { approvalsSchema } from './approvals.schema.js';
import { auditSchema } from './audit.schema.js';
import { catalogueEntrySchema, defaultCatalogue } from './catalogue.schema.js';
import { controlsSchema, harnessSchema, killSwitchSchema, networkRatesSchema, watchdogSchema } from './controls.schema.js';
import { llmSchema } from './llm.schema.js';
import { modesSchema } from './modes.schema.js';
import { oracleTrinitySchema } from './oracles.schema.js';
import { cockpitSyncSchema } from './cockpit-sync.schema.js';
import { commsHubSchema } from './comms-hub.schema.js';
import { debugSchema, monitoringSchema } from './monitoring.schema.js';
import { path, section, text } from './parts.schema.js';

const seconds = (max: number) => z.number().positive().max(max);
const domain = z
  .string()
  .refine(isDomainPattern, 'a host name such as api.example.org or *.example.org, without scheme, port or path; no address');

const toolObject = z.strictObject({
  name: toolNameSchema,
  command: z
    .array(text)
    .min(1)
    .max(32)
    .refine(([program]) => program?.startsWith('/') === true, 'the first element must be an absolute path')
    .optional(),
  allow_network: z.boolean().default(false),
  description: z.string().max(500).default(''),
  shell: z.boolean().default(false),
  grants: z.array(text).max(16).default([]),
  domains: z.array(domain).max(64).default([]),
  limits: limitsDocumentSchema.default({}),
  reversible: z.boolean().default(true),
});

/** A shell gets its program from `sandbox.shell_path` where it names none. */
const toolSchema = toolObject.refine(({ command, shell }) => command !== undefined || shell, {
  message: 'missing: only a tool with shell: true may do without, its program is sandbox.shell_path',
  path: ['command'],
});

const defaultTools: z.input<typeof toolSchema>[] = [
  { name: 'shell', shell: true, description: 'Execute safe shell commands' },
  { name: 'python', command: ['/usr/bin/python3'], description: 'Run Python scripts in the sandbox' },
  { name: 'curl', command: ['/usr/bin/curl', '-s', '-L'], allow_network: true, description: 'Fetch web resources' },
  { name: 'git', command: ['/usr/bin/git'], allow_network: true, description: 'Git operations on local repositories' },
  { name: 'rg', command: ['/usr/bin/rg'], description: 'Fast text search with ripgrep' },
  { name: 'jq', command: ['/usr/bin/jq'], description: 'JSON query and manipulation' },
  { name: 'sqlite3', command: ['/usr/bin/sqlite3'], description: 'SQLite queries' },
];
const toolNames = defaultTools.map(({ name }) => name);
const principles = [
  'Truth over comfort',
  'Sovereignty above dependency',
  'Velocity with precision',
  'Transparency in all operations',
  'Service to the Republic',
];

const thinkingSchema = section({
  enabled: z.boolean().default(true).describe('Thinking cycles run by their Schedule'),
  cycle_interval_hours: z.number().positive().max(168).optional().describe('Hours between two cycles; default 1'),
  cycle_interval_seconds: seconds(604_800).min(10).optional().describe('The same in seconds; not both'),
  enable_autonomous_proposals: z.boolean().default(false).describe('A model is asked too, as llm says; false: none is, ever'),
  max_proposals_per_cycle: z
    .number()
    .int()
    .min(0)
    .max(50)
    .default(3)
    .describe('Proposals that playbooks start in one cycle at most, and as many of the model'),
  mission_objectives_path: path.default('/srv/janus/mission_objectives.json').describe('Missions, written by people'),
  playbook_registry_path: path.default('/etc/janus/playbooks.json').describe('Playbooks, written by people'),
  max_pending_proposals: z.number().int().min(1).max(10_000).default(10).describe('A cycle proposes nothing while so many wait'),
  repropose_cooldown_hours: z.number().min(0).max(8_760).default(24).describe('Before the same action may come again after it completed'),
  rejected_cooldown_hours: z.number().min(0).max(8_760).default(168).describe('Before the same action may come again after a rejection'),
}).refine((value) => value.cycle_interval_hours === undefined || value.cycle_interval_seconds === undefined, {
  message: 'cycle_interval_hours and cycle_interval_seconds are both given: name one',
  path: ['cycle_interval_seconds'],
});

const integrationsSchema = section({
  comms_hub: commsHubSchema,
  oracle_trinity: oracleTrinitySchema,
  cockpit_sync: cockpitSyncSchema,
});

/** agent.yaml, every key of it (spec F1). The meaning of each is its description. */
export const agentSchema = z.strictObject({
  vessel_id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes')
    .describe('In proposals and queue names'),
  vessel_name: text.default('balaur').describe('In log lines'),
  vessel_type: z.literal('autonomous_agent').default('autonomous_agent').describe('What kind of vessel this is'),
  operational_mode: z.enum(['alpha', 'beta', 'omega']).default('alpha').describe('The highest mode allowed: a ceiling, never a grant'),
  constitutional: section({
    memory_path: path.default('/srv/janus/constitutional_memory').describe('The folder of the charter; it is read, never written'),
    charter_path: path.optional().describe('The charter; without a word it is charter.md in constitutional.memory_path'),
    amendments: z
      .enum(['recorded', 'required'])
      .default('recorded')
      .describe('What becomes of a looser security policy: it takes effect, and is recorded; or it takes a constitutional review'),
    principles: z.array(text).default(principles).describe('Principles of the charter'),
  }).transform((constitutional) => ({
    ...constitutional,
    charter_path: constitutional.charter_path ?? join(constitutional.memory_path, 'charter.md'),
  })),
  logging: section({
    mission_log: path.default('/srv/janus/mission_log.jsonl').describe('Permanent log of directives and cycles'),
    tool_log: path.default('/srv/janus/tool_use.jsonl').describe('What every tool did'),
    proposals_log: path.default('/srv/janus/proposals.jsonl').describe('Life of every proposal'),
    approval_queue: path.default('/srv/janus/approval_queue.jsonl').describe('What waits; rebuilt when it is removed'),
    agent_log: path.default('/var/log/janus/agent.log').describe('Operational log'),
    intel_cache: path
      .default('/srv/janus/intel_cache')
      .describe('What oracles answered, a file each; a tool with grants: [intel_cache] may read it'),
  }),
  sandbox: section({
    root: path.default('/srv/janus/workspaces').describe('Workspaces of the actions'),
    bubblewrap_path: path.default('/usr/bin/bwrap').describe('bubblewrap'),
    shell_path: path
      .refine((value) => value.startsWith('/'), 'must be absolute')
      .default('/bin/bash')
      .describe('The program of tools that are a shell and name none'),
    dynamic_user: text.default('janus').describe('Account of the actions when Janus is started by root'),
    policy_path: path.default('/etc/janus/policy.json').describe('Sandbox policy'),
  }),
  tools: z.array(toolSchema).min(1).max(64).prefault(defaultTools).describe('The registry: an action names one of these'),
  harness: harnessSchema,
  watchdog: watchdogSchema,
  thinking_cycle: thinkingSchema,
  llm: llmSchema,
  catalogue: z
    .array(catalogueEntrySchema)
    .max(64)
    .prefault(defaultCatalogue)
    .describe('Actions that a model may choose, with their typed parameters; it can propose nothing else'),
  approval_workflow: section({
    enabled: z.literal(true, 'nothing runs without a decision: only true is accepted').default(true).describe('Always true'),
    approval_timeout_hours: z.number().positive().max(720).default(24).describe('Hours to decide'),
    auto_reject_on_timeout: z.boolean().default(false).describe('Silence means rejected (true) or expired (false); neither runs'),
    notification_enabled: z.boolean().default(true).describe('Call the notification script'),
    notification_script: path.default('/usr/local/bin/janus_notify.sh').describe('Gets JSON as argument and on stdin'),
  }),
  approvals: approvalsSchema,
  modes: modesSchema,
  audit: auditSchema,
  controls: controlsSchema,
  security: section({
    allowed_tools: z.array(toolNameSchema).default(toolNames).describe('Tools that may be used at all'),
    network: section({
      allowed_domains: z
        .array(domain)
        .default(['api.groq.com', 'api.wolframalpha.com', 'datacommons.org', 'api.datacommons.org', 'github.com'])
        .describe('Domains that actions may ever reach'),
      rate_limits: networkRatesSchema,
    }),
    filesystem: section({
      max_workspace_size_mb: z
        .number()
        .int()
        .min(1)
        .max(1_048_576)
        .default(1_024)
        .describe('All that the workspace of an action may hold, what was there before included; beyond it the action ends (disk)'),
      workspace_retention_days: z
        .number()
        .positive()
        .max(365)
        .default(7)
        .describe('Days that the workspace and the outputs of an action are kept after its end'),
      auto_cleanup_enabled: z.boolean().default(true).describe('Remove them after that, never those of an action that is not settled'),
    }),
  }),
  playbooks: section({
    enabled: z.boolean().default(true).describe('Playbooks propose'),
    auto_approve: z.boolean().default(true).describe('Approved playbooks run without a person, where the mode is high enough'),
    offer_to_model: z
      .boolean()
      .default(false)
      .describe('A model may choose playbooks too, beside the entries of catalogue; people decide about what it chose'),
  }),
  integrations: integrationsSchema,
  kill_switch: killSwitchSchema,
  monitoring: monitoringSchema,
  debug: debugSchema,
});

export type AgentDocument = z.output<typeof agentSchema>;

/** The same file, loosely: which lists of tools somebody wrote, as opposed to the defaults, and where. */
export const writtenToolsSchema = z.looseObject({
  tools: z.array(z.unknown()).optional(),
  security: z.looseObject({ allowed_tools: z.array(z.string()).optional() }).optional(),
});

const byRisk = <T extends z.ZodType>(value: T) => z.partialRecord(riskLevelSchema, value);

const raisedRisk = z.enum(['medium', 'high'], 'medium or high: this floor can be raised, not lowered').default('medium');

/** policy.json: the sandbox policy of the seed, and what enforces it. */
export const policySchema = z.strictObject({
  ...limitsDocumentSchema.shape,
  cpu_quota_percent: limitsDocumentSchema.shape.cpu_quota_percent
    .unwrap()
    .default(150)
    .describe('Of one processor, for all processes of an action together; held by a cgroup (docs/sandbox-tiers.md)'),
  allow_network: z.boolean().default(false).describe('Whether any action may use the network'),
  grants: z
    .record(
      text,
      z.strictObject({ path: path.refine((value) => value.startsWith('/'), 'must be absolute'), writable: z.boolean().default(false) }),
    )
    .default({})
    .describe('Named mounts that tools may ask for'),
  minimum_tier: byRisk(z.enum(tierNames))
    .default({})
    .describe('What has to hold an action of this risk to its quotas; where the machine offers less it is refused (docs/sandbox-tiers.md)'),
  risk_floor: section({
    writable_grant: raisedRisk.describe('Least risk of an action that may write into a grant'),
    irreversible: raisedRisk.describe('Least risk of an action with a tool that is declared reversible: false'),
    network: riskLevelSchema.default('low').describe('Least risk of an action that may use the network'),
  }).describe('The least risk that a proposal may name, by what its sandbox reaches; raises the built-in floor, never lowers it'),
  preview: byRisk(z.boolean()).default({}).describe('By risk: whether an action is previewed on throw-away copies before people are asked'),
});
