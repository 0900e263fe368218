import { z } from 'zod';

const count = z.number().int().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const nodeShape = {
  kind: z.enum(['file', 'directory', 'link', 'fifo', 'socket', 'device']),
  mode: count.describe('the twelve permission bits, as a number'),
  size: count,
  sha256: z.string().optional(),
  target: z.string().optional().describe('of a link'),
};
const attempted = z
  .strictObject({
    elsewhere: count.describe('connections and datagrams to addresses outside of the sandbox: none had a route'),
    unanswered: count.describe('datagrams inside that nobody listened for, such as look-ups of names: some four for each'),
    inside: count.describe("TCP connections to the sandbox's own loopback, refused ones too"),
  })
  .describe('what it tried to reach without a network; absent where it could not be observed');
const rehearsed = z.array(
  z.strictObject({
    tool: z.string(),
    reason: z.string(),
    exit_code: z.number().int().nullable(),
    problems: z.array(z.string()),
    attempted_connections: attempted.optional(),
  }),
);
/** What a preview found, in the words of files. */
export const previewShape = {
  state: z.literal('previewed'),
  effect: z.strictObject({
    changes: z.array(
      z.strictObject({
        root: z.string(),
        path: z.string(),
        change: z.enum(['created', 'changed', 'deleted']),
        ...nodeShape,
        before: z.strictObject(nodeShape).optional(),
        diff: z.string().optional(),
      }),
    ),
    omitted: count,
    incomplete: z.array(z.string()),
    steps: rehearsed,
    rollback: z.strictObject({ steps: rehearsed, equal: z.boolean(), left: z.array(z.string()) }).optional(),
  }),
  effect_digest: digest,
  runs: z.union([z.literal(1), z.literal(2)]),
  agreed: z.boolean(),
  unbound: z.string().optional().describe('why the effect cannot be bound to an approval'),
};

/** The preview of one proposal. */
export const previewView = z.strictObject({
  report: z.union([z.strictObject(previewShape), z.strictObject({ state: z.literal('not_previewable'), why: z.string() })]),
  bound: z.boolean(),
});
