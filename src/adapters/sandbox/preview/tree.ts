import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import type { NodeKind, TreeNode } from '../../../domain/action/effect.js';

/** What is beyond these bounds is not measured, and said. */
const entriesMax = 10_000;
const levelsMax = 64;
const hashBytesMax = 256 * 1_048_576;
const hashBytesTotalMax = 2_048 * 1_048_576;
/** Content that is kept for a text diff. */
const textBytesMax = 32_768;
const textBytesTotalMax = 4 * 1_048_576;

export interface Measured {
  readonly nodes: Map<string, TreeNode>;
  /** What could not be looked at. */
  readonly incomplete: string[];
}

const separator = Buffer.from('/');

/** Names are bytes; what is not UTF-8 becomes `\xNN`, and a backslash two, so that different names never look the same. */
export function nameOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (Buffer.from(text).equals(bytes)) return text.replaceAll('\\', '\\\\');
  const escaped = (byte: number) => (byte >= 0x80 ? `\\x${byte.toString(16)}` : byte === 0x5c ? '\\\\' : String.fromCharCode(byte));
  return [...bytes].map(escaped).join('');
}

function kindOf(found: Stats): NodeKind {
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'directory';
  if (found.isSymbolicLink()) return 'link';
  return found.isFIFO() ? 'fifo' : found.isSocket() ? 'socket' : 'device';
}

/** A whiteout of an overlay: "what lay here is deleted". */
export const isWhiteout = (found: Stats) => found.isCharacterDevice() && found.rdev === 0;

async function readFile(handle: FileHandle, size: number, keepText: boolean): Promise<Pick<TreeNode, 'sha256' | 'text'>> {
  const hash = createHash('sha256');
  const kept: Buffer[] = [];
  for await (const chunk of handle.createReadStream({ autoClose: false, start: 0, end: Math.max(0, size - 1) })) {
    hash.update(chunk as Buffer);
    if (keepText) kept.push(chunk as Buffer);
  }
  const text = keepText ? Buffer.concat(kept).toString('utf8') : undefined;
  return { sha256: hash.digest('hex'), ...(text !== undefined && !/[\0\u{fffd}]/u.test(text) && { text }) };
}

/** Measures trees within one budget; follows nothing. Only for trees that no process can change any more. */
export function createMeasurer() {
  let hashed = 0;
  let texts = 0;

  /** One node; its path must have no link above it. */
  async function measureNode(path: Buffer, name: string, incomplete: string[], found: Stats): Promise<TreeNode> {
    const kind = kindOf(found);
    const mode = found.mode & 0o7777;
    if (kind === 'link') {
      const target = await readlink(path, { encoding: 'buffer' });
      return { kind, mode: 0o777, size: 0, target: nameOf(target) };
    }
    if (kind !== 'file') return { kind, mode, size: 0 };
    const { size } = found;
    if (size > hashBytesMax || hashed + size > hashBytesTotalMax) {
      incomplete.push(`${name}: ${size} bytes are too many to be read`);
      return { kind, mode, size };
    }
    hashed += size;
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch((): undefined => undefined);
    if (handle === undefined) {
      incomplete.push(`${name}: cannot be read`);
      return { kind, mode, size };
    }
    try {
      const keepText = size <= textBytesMax && texts + size <= textBytesTotalMax;
      if (keepText) texts += size;
      return { kind, mode, size, ...(size === 0 ? { sha256: emptySha256, text: '' } : await readFile(handle, size, keepText)) };
    } finally {
      await handle.close();
    }
  }

  /** Everything beneath `root`; `visit` sees each node first, and may leave it out. */
  async function measureTree(root: string, skip: (found: Stats, name: string) => boolean = () => false): Promise<Measured> {
    const nodes = new Map<string, TreeNode>();
    const incomplete: string[] = [];
    const walk = async (folder: Buffer, prefix: string, level: number): Promise<void> => {
      const names = await readdir(folder, { encoding: 'buffer' }).catch((): undefined => undefined);
      if (names === undefined) {
        incomplete.push(`${prefix === '' ? 'the whole tree' : prefix}: cannot be listed`);
        return;
      }
      for (const bytes of names.sort((a, b) => a.compare(b))) {
        if (nodes.size >= entriesMax) {
          if (!incomplete.includes(tooMany)) incomplete.push(tooMany);
          return;
        }
        const path = Buffer.concat([folder, separator, bytes]);
        const name = `${prefix}${nameOf(bytes)}`;
        const found = await lstat(path).catch((): undefined => undefined);
        if (found === undefined) incomplete.push(`${name.slice(0, 200)}: cannot be looked at`);
        if (found === undefined || skip(found, name)) continue;
        nodes.set(name, await measureNode(path, name, incomplete, found));
        if (!found.isDirectory()) continue;
        if (level < levelsMax) await walk(path, `${name}/`, level + 1);
        else incomplete.push(`${name.slice(0, 200)}: more than ${levelsMax} levels`);
      }
    };
    await walk(Buffer.from(root), '', 1);
    return { nodes, incomplete };
  }

  return { measureNode, measureTree };
}

export type Measurer = ReturnType<typeof createMeasurer>;

const tooMany = `more than ${entriesMax} files and folders`;
const emptySha256 = createHash('sha256').digest('hex');
