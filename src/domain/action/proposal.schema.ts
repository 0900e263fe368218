import { z } from 'zod';
import { proposalIdPattern } from './proposal-id.js';
import type { ActionStep, Expectation, Proposal, ProposalId, ToolCall, ToolKwargs } from './proposal.js';
import { riskLevels } from './proposal.js';
import { issueWords } from '../text/issue-words.schema.js';
import { levelsMax, unsoundJson } from '../text/sound-json.js';
import { toSnakeCase } from '../text/visible.js';

/** No NUL, no lone surrogate: neither survives JSON, argv and files unchanged. Other control characters are shown, not refused, in prose. */
export const cleanText = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => !text.includes('\0'), 'must not contain a NUL character')
    .refine((text) => text.isWellFormed(), 'must be well-formed Unicode (found a lone surrogate)');

const argument = cleanText(8_192);
const workspacePath = cleanText(512).min(1);
const texts = z.array(cleanText(1_024).min(1)).min(1).max(16);
const paths = z.array(workspacePath).min(1).max(16);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');
export const toolNameSchema = z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, 'must be a registered tool name such as "shell"');
export const riskLevelSchema = z.enum(riskLevels);
export const proposalIdSchema = z.string().regex(proposalIdPattern, 'must be janus- and 12 hex digits');

/** The words of `policy.json` and of `tool_kwargs.limits` for the quotas of one action. */
export const limitsDocumentSchema = z
  .strictObject({
    cpu_seconds: z.number().int().min(1).max(300),
    wall_seconds: z.number().int().min(1).max(600),
    memory_limit_mb: z.number().int().min(16).max(4_096),
    disk_write_mb: z.number().int().min(1).max(1_024),
    processes: z.number().int().min(1).max(4_096),
    open_files: z.number().int().min(16).max(65_536),
    output_bytes: z.number().int().min(1_024).max(16_777_216),
    inodes: z.number().int().min(1).max(1_000_000),
    connections: z.number().int().min(0).max(50),
    cpu_quota_percent: z.number().int().min(5).max(6_400),
  })
  .partial();

const expectationSchema = z.strictObject({
  exit_code: z.number().int().min(0).max(255).optional(),
  stdout_contains: texts.optional(),
  stderr_contains: texts.optional(),
  stdout_lacks: texts.optional(),
  stderr_lacks: texts.optional(),
  files_exist: paths.optional(),
  files_absent: paths.optional(),
  file_sha256: z.record(workspacePath, sha256).optional(),
});

const toolKwargsSchema = z.strictObject({ stdin: cleanText(65_536).optional(), limits: limitsDocumentSchema.optional() });

const toolCallShape = {
  tool_name: toolNameSchema,
  tool_args: z.array(argument).max(64).default([]),
  tool_kwargs: toolKwargsSchema.default({}),
  expect: expectationSchema.optional(),
};
const toolCallSchema = z.strictObject(toolCallShape);
const rollbackSchema = z.array(toolCallSchema).max(16).default([]);
const stepSchema = z.strictObject({ ...toolCallShape, rollback: rollbackSchema });

type JsonValue = z.infer<ReturnType<typeof z.json>>;
const jsonText = z
  .custom<JsonValue>((value) => unsoundJson(value) === undefined, `must be well-formed text in at most ${levelsMax} levels`)
  .pipe(z.json())
  .refine((value) => JSON.stringify(value).length <= 8_192, 'must be at most 8192 characters of JSON');

const documentShape = {
  vessel_id: cleanText(64).min(1),
  mission_context: cleanText(2_000),
  action_type: cleanText(64).min(1),
  rationale: cleanText(4_000),
  expected_outcome: cleanText(2_000).default(''),
  risk_level: riskLevelSchema,
  risk_mitigation: cleanText(2_000).default(''),
  rollback_plan: cleanText(4_000).default(''),
  tool_name: toolNameSchema.optional(),
  tool_args: z.array(argument).max(64).optional(),
  tool_kwargs: toolKwargsSchema.optional(),
  expect: expectationSchema.optional(),
  steps: z.array(stepSchema).min(1).max(16).optional(),
  rollback: rollbackSchema,
  probe: toolCallSchema.optional(),
  network_domains: z.array(cleanText(253).min(1)).max(32).default([]),
  metadata: z.record(cleanText(64), jsonText).default({}),
  preview: z.boolean().optional(),
};

/** `status` may only say what a proposal that nobody has decided can say. */
const openStatus = z.enum(['draft', 'proposed']).default('proposed');
const oneActionOnly = (document: { tool_name?: unknown; tool_args?: unknown; tool_kwargs?: unknown; expect?: unknown; steps?: unknown }) =>
  document.steps === undefined
    ? document.tool_name !== undefined
    : [document.tool_name, document.tool_args, document.tool_kwargs, document.expect].every((value) => value === undefined);
const oneActionMessage = {
  message: 'names either tool_name (with tool_args, tool_kwargs, expect) or steps, and not both',
  path: ['tool_name'],
};

/**
 * Of a whole proposal as JSON, with what aliases repeat. Document and plan travel together in each answer to a query, and no server takes more than
 * 2 MiB in one piece: a larger one would wait, and could be neither shown nor approved.
 */
export const proposalBytesMax = 262_144;

/** A refinement: the sum of parts that are each allowed. */
export function atMostBytes(max: number) {
  const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;
  const error = ({ input }: { input?: unknown }) =>
    `it is ${bytesOf(input)} bytes long as JSON, aliases written out; at most ${max} are read: make it shorter, or several of it`;
  return [(value: unknown) => bytesOf(value) <= max, { error }] as const;
}

/** The seed's JSON as it travels: in files, on the wire and in logs (spec P1). Strict: an unknown key is an error. */
export const proposalDocumentSchema = z
  .strictObject({
    proposal_id: proposalIdSchema,
    timestamp: z.iso.datetime({ offset: true }),
    ...documentShape,
    status: openStatus,
  })
  .refine(oneActionOnly, oneActionMessage)
  .refine(...atMostBytes(proposalBytesMax));

/** What a person writes: the proposer adds id, timestamp and vessel where they are absent. */
export const proposalDraftSchema = z
  .strictObject({
    ...documentShape,
    proposal_id: proposalIdSchema.optional(),
    timestamp: z.iso.datetime({ offset: true }).optional(),
    vessel_id: documentShape.vessel_id.optional(),
    status: openStatus,
  })
  .refine(oneActionOnly, oneActionMessage)
  .refine(...atMostBytes(proposalBytesMax));

export type ProposalDocument = z.input<typeof proposalDocumentSchema>;
export type ProposalDraft = z.input<typeof proposalDraftSchema>;
type ParsedDocument = z.output<typeof proposalDocumentSchema>;
type CallDocument = z.output<typeof toolCallSchema>;

function toExpectation(document: z.output<typeof expectationSchema>): Expectation {
  return {
    ...(document.exit_code !== undefined && { exitCode: document.exit_code }),
    ...(document.stdout_contains && { stdoutContains: document.stdout_contains }),
    ...(document.stderr_contains && { stderrContains: document.stderr_contains }),
    ...(document.stdout_lacks && { stdoutLacks: document.stdout_lacks }),
    ...(document.stderr_lacks && { stderrLacks: document.stderr_lacks }),
    ...(document.files_exist && { filesExist: document.files_exist }),
    ...(document.files_absent && { filesAbsent: document.files_absent }),
    ...(document.file_sha256 && { fileSha256: document.file_sha256 }),
  };
}

const limitNames = {
  cpu_seconds: 'cpuSeconds',
  wall_seconds: 'wallSeconds',
  memory_limit_mb: 'memoryMb',
  disk_write_mb: 'diskWriteMb',
  processes: 'processes',
  open_files: 'openFiles',
  output_bytes: 'outputBytes',
  inodes: 'inodes',
  connections: 'connections',
  cpu_quota_percent: 'cpuPercent',
} as const;

/** Quotas from the words of the files to those of the code. */
export function toLimits(document: z.output<typeof limitsDocumentSchema>): NonNullable<ToolKwargs['limits']> {
  return Object.fromEntries(
    Object.entries(document).flatMap(([name, value]) =>
      value === undefined ? [] : [[limitNames[name as keyof typeof limitNames], value]],
    ),
  );
}

function toToolCall(document: CallDocument): ToolCall {
  const { stdin, limits } = document.tool_kwargs;
  return {
    toolName: document.tool_name,
    toolArgs: document.tool_args,
    toolKwargs: { ...(stdin !== undefined && { stdin }), ...(limits && { limits: toLimits(limits) }) },
    ...(document.expect && { expect: toExpectation(document.expect) }),
  };
}

function toSteps(document: ParsedDocument): ActionStep[] {
  if (document.steps) return document.steps.map((step) => ({ ...toToolCall(step), rollback: step.rollback.map(toToolCall) }));
  const single = toolCallSchema.parse({
    tool_name: document.tool_name,
    tool_args: document.tool_args,
    tool_kwargs: document.tool_kwargs,
    expect: document.expect,
  });
  return [{ ...toToolCall(single), rollback: [] }];
}

/** From the seed's JSON to what the code works with. Throws `z.ZodError`; `action_type` becomes snake_case here (spec P3). */
export function parseProposal(input: unknown): Proposal {
  const document = proposalDocumentSchema.parse(input, { error: issueWords });
  return {
    proposalId: document.proposal_id as ProposalId,
    timestamp: document.timestamp,
    vesselId: document.vessel_id,
    missionContext: document.mission_context,
    actionType: toSnakeCase(document.action_type),
    rationale: document.rationale,
    expectedOutcome: document.expected_outcome,
    riskLevel: document.risk_level,
    riskMitigation: document.risk_mitigation,
    rollbackPlan: document.rollback_plan,
    steps: toSteps(document),
    rollback: document.rollback.map(toToolCall),
    ...(document.probe && { probe: toToolCall(document.probe) }),
    networkDomains: document.network_domains,
    metadata: document.metadata,
    preview: document.preview === true,
  };
}
