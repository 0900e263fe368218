import { z } from 'zod';
import { isDomainPattern } from '../../domain/text/domain-name.js';
import { proposalDraftSchema, riskLevelSchema, toolNameSchema } from '../../domain/action/proposal.schema.js';

const visibleAscii = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[\x20-\x7e]*$/, 'visible ASCII, because a model writes it under a grammar');
const identifier = z.string().regex(/^[a-z][a-z0-9_]{0,47}$/, 'lower-case letters, digits and underscores');
const argument = z.string().max(4_096);

const parameterSchema = z.strictObject({
  type: z.enum(['string', 'integer']),
  description: visibleAscii(200).default(''),
  enum: z.array(visibleAscii(200).min(1)).min(1).max(64).optional(),
  form: z.enum(['name', 'path', 'text']).optional(),
  max_length: z.number().int().min(1).max(1_000).default(200),
  min: z.number().int().optional(),
  max: z.number().int().optional(),
});

const callSchema = z.strictObject({ tool: toolNameSchema, args: z.array(argument).max(64).default([]) });

/** One action that a model may choose. */
export const catalogueEntrySchema = z.strictObject({
  name: identifier,
  description: visibleAscii(300).min(1),
  action_type: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'an action type in snake case, such as disk_report'),
  tool: toolNameSchema,
  args: z.array(argument).max(64).default([]),
  parameters: z.record(identifier, parameterSchema).default({}),
  expect: proposalDraftSchema.shape.expect,
  rollback: z.array(callSchema).max(16).default([]),
  rollback_plan: z.string().max(2_000).default(''),
  risk_level: riskLevelSchema.optional(),
  network_domains: z.array(z.string().refine(isDomainPattern, 'a host name such as api.example.org')).max(16).default([]),
});

export type CatalogueEntryDocument = z.output<typeof catalogueEntrySchema>;

const folder: z.input<typeof parameterSchema> = { type: 'string', enum: ['/usr/bin', '/usr/lib', '/usr/share/doc'] };

/** Reading only, with what every Linux has: so that a model has something to choose before anybody wrote a catalogue. */
export const defaultCatalogue: z.input<typeof catalogueEntrySchema>[] = [
  { name: 'disk_free', description: 'Says how full the disks are', action_type: 'disk_report', tool: 'shell', args: ['df -h'] },
  {
    name: 'disk_usage_by_folder',
    description: 'Says which folders take how much of the disk',
    action_type: 'disk_report',
    tool: 'shell',
    args: ['du -xk --max-depth={depth} {folder}'],
    parameters: { folder, depth: { type: 'integer', min: 0, max: 2, description: 'levels below the folder' } },
  },
  {
    name: 'list_large_files',
    description: 'Lists the large files of a folder',
    action_type: 'disk_report',
    tool: 'shell',
    args: ['find {folder} -xdev -type f -size +{megabytes}M'],
    parameters: { folder, megabytes: { type: 'integer', min: 1, max: 500, description: 'least size' } },
  },
  {
    name: 'memory_report',
    description: 'Says how the memory of the host is used',
    action_type: 'memory_report',
    tool: 'shell',
    args: ['cat /proc/meminfo'],
  },
  { name: 'load_report', description: 'Says how busy the host is', action_type: 'load_report', tool: 'shell', args: ['cat /proc/loadavg'] },
];
