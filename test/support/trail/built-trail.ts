import type { KeyObject } from 'node:crypto';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogTree, treeToHex } from '../../../src/adapters/audit/format/log-tree.js';
import { genesis, leafOf, sha256Hex } from '../../../src/adapters/audit/format/record.js';
import type { VerifierKey } from '../../../src/adapters/audit/format/signed-note.js';
import { encodeVerifierKey, signHead, verifierKeyOf } from '../../../src/adapters/audit/format/signed-note.js';
import type { LogName } from '../../../src/domain/trail/logs.js';

export const logNames: readonly LogName[] = ['mission_log', 'tool_use', 'proposals'];

interface Built {
  readonly log: LogName;
  /** Closed segments, oldest first. */
  closed: { readonly name: string; readonly bytes: Buffer; readonly lastSeq: number; readonly leafLast: string }[];
  active: Buffer[];
  leaves: string[];
  prev: string;
  firstSeq: number;
}

export interface Keys {
  readonly privateKey: KeyObject;
  readonly key: VerifierKey;
}

export function makeKeys(vessel = 'janus-in-test'): Keys {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, key: verifierKeyOf(`${vessel}/heads`, publicKey) };
}

/** A trail as the format page has it, put together in memory: every turn that the life of a log can take, on demand and at once. */
export interface BuiltTrail {
  add(log: LogName, data?: object, event?: string): void;
  /** A torn line and its seal; `foreign` bytes may hold newlines. */
  tear(log: LogName, bytes: Buffer): void;
  rotate(log: LogName): void;
  /** A failed sync: `lines` records that count for nothing, and a new segment. */
  abandon(log: LogName, lines: number): void;
  /** Removes the oldest closed segment; nothing where there is none. */
  prune(log: LogName): void;
  head(log: LogName): string;
  readonly keys: Keys;
  leavesOf(log: LogName): readonly string[];
  /** Everything, by relative path. */
  files(): Map<string, Buffer>;
  write(folder: string): void;
}

export function buildTrail(keys: Keys = makeKeys()): BuiltTrail {
  const logs = new Map<LogName, Built>(
    logNames.map((log) => [log, { log, closed: [], active: [], leaves: [], prev: genesis, firstSeq: 0 }]),
  );
  const heads = new Map<string, string>();
  let clock = Date.UTC(2026, 0, 1);
  const of = (log: LogName) => logs.get(log) as Built;

  const line = (built: Built, event: string, id: string, data: object): Buffer =>
    Buffer.from(
      JSON.stringify({
        timestamp: new Date((clock += 1_000)).toISOString(),
        vessel_id: 'balaur',
        event_type: event,
        summary: 'what happened',
        ...data,
        v: 1,
        log: built.log,
        seq: built.leaves.length,
        id,
        prev: built.prev,
      }),
    );
  const put = (built: Built, bytes: Buffer) => {
    built.active.push(bytes);
    built.prev = leafOf(bytes);
  };
  const record = (log: LogName, event: string, id: string, data: object = {}) => {
    const built = of(log);
    put(built, line(built, event, id, data));
    built.leaves.push(built.prev);
  };
  const bytesOf = (lines: readonly Buffer[]) => Buffer.concat(lines.flatMap((each) => [each, Buffer.from('\n')]));
  const close = (log: LogName, foreign: readonly Buffer[] = []) => {
    const built = of(log);
    const taken = built.closed.filter(({ name }) => name.includes(`.${String(built.firstSeq).padStart(12, '0')}.`)).length;
    const name = `${log}.${String(built.firstSeq).padStart(12, '0')}.20260101${taken === 0 ? '' : `.${taken}`}.jsonl`;
    built.closed.push({ name, bytes: bytesOf([...built.active, ...foreign]), lastSeq: built.leaves.length - 1, leafLast: built.prev });
    built.active = [];
    built.firstSeq = built.leaves.length;
    return name;
  };
  const open = (log: LogName, prevSegment: string, data: object = {}) => {
    const seq = of(log).leaves.length;
    record(log, 'segment_open', `segment/${seq}/open`, { prev_segment: prevSegment, prev_last_seq: seq - 1, ...data });
  };

  return {
    keys,
    add(log, data = {}, event = 'proposal_created') {
      const { id = `${log}/${of(log).leaves.length}`, ...rest } = data as { readonly id?: string };
      record(log, event, id, rest);
    },
    tear(log, bytes) {
      const built = of(log);
      const offset = bytesOf(built.active).length;
      const after = built.prev;
      for (const each of bytes.toString('latin1').split('\n')) put(built, Buffer.from(each, 'latin1'));
      record(log, 'torn_tail_sealed', `torn/${built.leaves.length}`, {
        bytes: bytes.length,
        sha256: sha256Hex(bytes),
        offset,
        after,
      });
    },
    rotate(log) {
      const built = of(log);
      const { firstSeq } = built;
      record(log, 'segment_close', `segment/${firstSeq}/close`, {
        first_seq: firstSeq,
        records: built.leaves.length - firstSeq + 1,
      });
      open(log, close(log));
    },
    abandon(log, lines) {
      const built = of(log);
      const from = { from_seq: built.leaves.length, from_offset: bytesOf(built.active).length };
      const { prev, leaves } = built;
      const foreign: Buffer[] = [];
      for (let index = 0; index < lines; index += 1) {
        foreign.push(line(built, 'proposal_created', `lost/${index}`, {}));
        built.prev = leafOf(foreign.at(-1) as Buffer);
        built.leaves = [...built.leaves, built.prev];
      }
      Object.assign(built, { prev, leaves });
      open(log, close(log, foreign), { why: 'EIO', abandoned: from });
    },
    prune(log) {
      const built = of(log);
      const [segment] = built.closed;
      const first = Number(segment?.name.split('.')[1]);
      // A file without any durable record is never removed.
      if (segment === undefined || segment.lastSeq < first) return;
      built.closed.shift();
      const tree = createLogTree();
      for (const leaf of built.leaves.slice(0, segment.lastSeq + 1)) tree.append(Buffer.from(leaf, 'hex'));
      record('mission_log', 'segment_pruned', `pruned/${log}/${first}`, {
        ...{ pruned_log: log, segment: segment.name, first_seq: first, last_seq: segment.lastSeq },
        ...{ leaf_last: segment.leafLast, sha256: sha256Hex(segment.bytes), tree: treeToHex(tree) },
      });
    },
    head(log) {
      const { leaves } = of(log);
      const tree = createLogTree();
      for (const leaf of leaves) tree.append(Buffer.from(leaf, 'hex'));
      const head = { vesselId: 'janus-in-test', log, size: leaves.length, root: Buffer.from(tree.root()), leaf: leaves.at(-1) ?? genesis };
      const note = signHead({ ...head, time: new Date(clock).toISOString() }, keys.key, keys.privateKey);
      heads.set(`heads/${log}.head`, note);
      heads.set(`heads/${log}.heads.jsonl`, `${heads.get(`heads/${log}.heads.jsonl`) ?? ''}${JSON.stringify({ note })}\n`);
      return note;
    },
    leavesOf: (log) => of(log).leaves,
    files() {
      const all = new Map<string, Buffer>([['heads/heads.pub', Buffer.from(`${encodeVerifierKey(keys.key)}\n`)]]);
      for (const [name, text] of heads) all.set(name, Buffer.from(text));
      for (const { log, closed, active } of logs.values()) {
        for (const { name, bytes } of closed) all.set(name, bytes);
        if (active.length > 0) all.set(`${log}.jsonl`, bytesOf(active));
      }
      return all;
    },
    write(folder) {
      writeFiles(folder, this.files());
    },
  };
}

export function writeFiles(folder: string, files: ReadonlyMap<string, Buffer>): void {
  mkdirSync(join(folder, 'heads'), { recursive: true });
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
}

export const pathsIn = (folder: string): Record<LogName, string> => ({
  mission_log: join(folder, 'mission_log.jsonl'),
  tool_use: join(folder, 'tool_use.jsonl'),
  proposals: join(folder, 'proposals.jsonl'),
});
