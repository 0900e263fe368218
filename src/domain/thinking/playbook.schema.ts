import { z } from 'zod';
import {
  atMostBytes,
  cleanText,
  proposalBytesMax,
  proposalDraftSchema,
  riskLevelSchema,
  toolNameSchema,
} from '../action/proposal.schema.js';
import { lookupSchema } from '../oracles/lookup.schema.js';
import { parseTrigger } from './trigger.js';

const { shape } = proposalDraftSchema;
const argument = cleanText(8_192);

/** One step as the seed writes it (`command`), or with its arguments taken apart (`args`). */
const stepSchema = z
  .strictObject({
    tool: toolNameSchema,
    command: argument.optional(),
    args: z.array(argument).max(64).optional(),
    kwargs: shape.tool_kwargs,
    expect: shape.expect,
    rollback: shape.rollback,
  })
  .refine(({ command, args }) => (command === undefined) !== (args === undefined), 'names either command or args');

/** Of a playbook, and of a mission. */
const idSchema = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'lower-case letters, digits, dashes and underscores');

const duration = z.string().regex(/^\d{1,6}[smhd]$/, 'a duration such as "6h"');

/** Room for what a proposal says beyond its playbook: the occasion, and what is said twice. */
const proseBytes = 32_768;

/** One playbook of playbooks.json. The seed's keys, and what bounds how often it proposes. */
export const playbookSchema = z
  .strictObject({
    playbook_id: idSchema,
    name: cleanText(128).min(1),
    description: cleanText(1_000).default(''),
    trigger_conditions: z.unknown(),
    action_sequence: z.array(stepSchema).min(1).max(16),
    approved_by: z.string().max(128).optional(),
    approved_at: z.string().max(64).optional(),
    approved_hash: z.string().max(64).optional(),
    approved_signature: z.string().max(8_000).optional(),
    action_type: cleanText(64).min(1).optional(),
    mission_context: cleanText(2_000).min(1).optional(),
    risk_level: riskLevelSchema.optional(),
    rollback_plan: cleanText(4_000).default(''),
    rollback: shape.rollback,
    cooldown: duration.default('6h'),
    max_runs_per_day: z.number().int().min(1).max(1_000).default(4),
    for_cycles: z.number().int().min(1).max(100).default(1),
    priority: z.number().int().min(-100).max(100).default(0),
    expires_at: z.iso.datetime({ offset: true }).optional(),
  })
  .refine(...atMostBytes(proposalBytesMax - proseBytes));

/** The file: its entries are looked at one by one, so that a broken playbook disables itself and no other. */
export const playbookFileSchema = z.strictObject({ playbooks: z.array(z.unknown()).max(1_000) });

/** The same for whoever has just edited it: every entry has to be sound. */
export const soundPlaybookFileSchema = z.strictObject({ playbooks: z.array(playbookSchema).max(1_000) });

/** When a mission is reached, in the words of a trigger. Each condition that is wrong is named where it stands. */
const successSchema = z.unknown().superRefine((map, context) => {
  if (map === undefined) return;
  const parsed = parseTrigger(map);
  if ('trigger' in parsed) return;
  const own = Object.entries(typeof map === 'object' && map !== null && !Array.isArray(map) ? map : {}).flatMap(([metric, condition]) => {
    const alone = parseTrigger({ [metric]: condition });
    return 'problems' in alone ? alone.problems.map((message) => ({ message, path: [metric] })) : [];
  });
  // `success` and not the trigger of a playbook: the words of a whole map name it.
  const whole = parsed.problems.map((message) => ({ message: message.replace('trigger_conditions', 'success'), path: [] }));
  for (const issue of own.length > 0 ? own : whole) context.addIssue({ code: 'custom', ...issue });
});

export const missionFileSchema = z.strictObject({
  current: z.string().max(64).optional(),
  missions: z
    .array(
      z.strictObject({
        id: idSchema,
        title: cleanText(200).min(1),
        objective: z.string().max(2_000).default(''),
        priority: z.number().int().default(0),
        active: z.boolean().default(true),
        allowed_action_types: z.array(cleanText(64).min(1)).min(1).max(32).optional(),
        expires_at: z.iso.datetime({ offset: true }).optional(),
        lookups: z.array(lookupSchema).min(1).max(8).optional(),
        success: successSchema.optional(),
      }),
    )
    .max(100),
});

export type PlaybookDocument = z.output<typeof playbookSchema>;
export type MissionFile = z.output<typeof missionFileSchema>;
