import { z } from 'zod';
import type { AttemptedConnections, ConnectionRecord, NetworkUse } from '../../domain/action/connection.js';
import type { CapturedOutput, CommandResult, FileFact, FoundText } from '../../domain/action/result.js';
import { terminationReasons } from '../../domain/action/result.js';
import { tierNames } from '../../domain/action/tier.js';
import { count, isoTime, text } from './basics.schema.js';
import { shapeOf } from './shape-of.js';

export const reason = z.enum(terminationReasons).describe('how it ended');

export const attempted = shapeOf<AttemptedConnections>()(
  z
    .strictObject({
      elsewhere: count.describe('connections and datagrams to addresses outside of the sandbox: none had a route'),
      unanswered: count.describe('datagrams inside that nobody listened for, such as look-ups of names: some four for each'),
      inside: count.describe("TCP connections to the sandbox's own loopback, refused ones too"),
    })
    .describe('what it tried to reach without a network; absent where it could not be observed'),
);

const found = shapeOf<FoundText>()(z.strictObject({ text, line: count, excerpt: text }));
const captured = shapeOf<CapturedOutput>()(
  z.strictObject({
    text,
    bytes: count,
    sha256: text,
    truncated: z.boolean(),
    found: z.array(found).optional().describe('the first place of each text of `expect` that was written, in the whole output'),
  }),
);
const file = shapeOf<FileFact>()(z.strictObject({ path: text, exists: z.boolean(), sha256: text.optional() }));
const connection = shapeOf<ConnectionRecord>()(
  z.strictObject({
    host: text,
    port: count,
    ip: text.optional(),
    tx: count,
    rx: count,
    ms: count,
    verdict: text.describe('allowed, or the code of the refusal'),
  }),
);
const network = shapeOf<NetworkUse>()(
  z.strictObject({ connections: count, denied: count, tx: count, rx: count, records: z.array(connection) }),
);

export const result = shapeOf<CommandResult>()(
  z.strictObject({
    reason,
    exit_code: z.number().int().nullable(),
    signal: text.nullable(),
    stdout: captured,
    stderr: captured,
    started_at: isoTime,
    ended_at: isoTime,
    wall_seconds: z.number(),
    cpu_seconds: z.number(),
    peak_memory_mb: z.number(),
    bytes_written: z.number(),
    peak_processes: count.optional(),
    inodes: count.optional().describe('files and folders in the workspace that were not there before'),
    tier: z.enum(tierNames).optional().describe('what held it to its quotas: docs/sandbox-tiers.md'),
    connections: z.number(),
    network: network.optional(),
    attempted_connections: attempted.optional(),
    files: z.array(file),
    note: text.optional(),
  }),
);
