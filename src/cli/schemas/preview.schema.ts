import { z } from 'zod';
import type { PreviewView } from '../../contract/messages.js';
import type { Change, Effect, PreviewReport, RehearsedStep } from '../../domain/action/effect.js';
import { count, digest, text } from './basics.schema.js';
import { attempted, reason } from './result.schema.js';
import { shapeOf } from './shape-of.js';

const node = z.strictObject({
  kind: z.enum(['file', 'directory', 'link', 'fifo', 'socket', 'device']),
  mode: count.describe('the twelve permission bits, as a number'),
  size: count,
  sha256: text.optional(),
  target: text.optional().describe('of a link'),
});
const change = shapeOf<Change>()(
  node.extend({
    root: text,
    path: text,
    change: z.enum(['created', 'changed', 'deleted']),
    before: node.optional(),
    diff: text.optional(),
  }),
);
const step = shapeOf<RehearsedStep>()(
  z.strictObject({
    tool: text,
    reason,
    exit_code: z.number().int().nullable(),
    problems: z.array(z.string()),
    last_words: z.strictObject({ stdout: text, stderr: text }).optional().describe('the end of its output, where it failed'),
    attempted_connections: attempted.optional(),
  }),
);
const effect = shapeOf<Effect>()(
  z.strictObject({
    changes: z.array(change),
    omitted: count,
    incomplete: z.array(z.string()),
    caveats: z.array(z.string()).optional().describe('what the run can do and this preview could not'),
    steps: z.array(step),
    rollback: z.strictObject({ steps: z.array(step), equal: z.boolean(), left: z.array(z.string()), unclear: z.literal(true).optional() }).optional(),
  }),
);

/** What two runs on throw-away copies did. */
export const previewed = shapeOf<Extract<PreviewReport, { readonly state: 'previewed' }>>()(
  z.strictObject({
    state: z.literal('previewed'),
    effect,
    effect_digest: digest,
    runs: z.union([z.literal(1), z.literal(2)]),
    agreed: z.boolean(),
    unbound: text.optional().describe('why the effect cannot be bound to an approval'),
  }),
);

/** The preview of one proposal. */
export const preview = shapeOf<PreviewView>()(
  z.strictObject({
    report: z.union([previewed, z.strictObject({ state: z.literal('not_previewable'), why: text })]),
    bound: z.boolean(),
  }),
);
