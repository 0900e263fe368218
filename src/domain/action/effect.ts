import type { Sha256 } from '../text/canonical.js';
import { canonicalJson } from '../text/canonical.js';
import type { AttemptedConnections } from './connection.js';
import type { TerminationReason } from './result.js';

export type NodeKind = 'file' | 'directory' | 'link' | 'fifo' | 'socket' | 'device';

/** One name in a tree, as it was measured; times are no part of it, because they differ from run to run. */
export interface TreeNode {
  readonly kind: NodeKind;
  /** The twelve permission bits. */
  readonly mode: number;
  /** Bytes of a file; 0 for everything else. */
  readonly size: number;
  readonly sha256?: string;
  /** Of a link, to the letter; never followed. */
  readonly target?: string;
  /** Content of a small text file, for the diff. */
  readonly text?: string;
}

/** By path relative to the tree's root. */
export type Tree = ReadonlyMap<string, TreeNode>;
type NodeFacts = Omit<TreeNode, 'text'>;

export interface Change extends NodeFacts {
  /** `/workspace`, or the path of a grant. */
  readonly root: string;
  readonly path: string;
  readonly change: 'created' | 'changed' | 'deleted';
  /** What lay there before; absent where nothing did. */
  readonly before?: NodeFacts;
  /** Lines that begin with -, + or a space. */
  readonly diff?: string;
}

/** How one command of a preview ended. */
export interface RehearsedStep {
  readonly tool: string;
  readonly reason: TerminationReason;
  readonly exitCode: number | null;
  /** What it did not do of what was expected. */
  readonly problems: readonly string[];
  /** The end of what it wrote, where it did not do what was expected. */
  readonly lastWords?: { readonly stdout: string; readonly stderr: string };
  /** Absent where it could not be observed. */
  readonly attemptedConnections?: AttemptedConnections;
}

/** What an action did to a throw-away copy (spec X7). */
export interface Effect {
  /** By root and path. */
  readonly changes: readonly Change[];
  /** Further changes that are left out here, but not in the digest. */
  readonly omitted: number;
  /** What could not be measured; where there is any, the effect is not known and nothing is ever bound to it. */
  readonly incomplete: readonly string[];
  /** What the run can do and this preview could not; absent where there is nothing of that kind. */
  readonly caveats?: readonly string[];
  readonly steps: readonly RehearsedStep[];
  /** Absent where no rollback is planned. */
  readonly rollback?: {
    readonly steps: readonly RehearsedStep[];
    readonly equal: boolean;
    /** What differs from the beginning after it. */
    readonly left: readonly string[];
    /** A command failed where a caveat may be the reason: then nothing can be told from what is left. */
    readonly unclear?: true;
  };
}

export type PreviewReport =
  | {
      readonly state: 'previewed';
      readonly effect: Effect;
      /** 64 hex digits over the effect. */
      readonly effectDigest: string;
      /** 1 where the first run failed: then there is nothing to compare. */
      readonly runs: 1 | 2;
      /** True where it was run twice and had the same effect. */
      readonly agreed: boolean;
      /** Why the effect cannot be bound to an approval; absent where it can. */
      readonly unbound?: string;
    }
  | { readonly state: 'not_previewable'; readonly why: string };

/** Measured with a text file's content, shown without. */
function factsOf({ text: _text, ...facts }: TreeNode): NodeFacts {
  return facts;
}

const isSame = (a: TreeNode, b: TreeNode) => canonicalJson(factsOf(a)) === canonicalJson(factsOf(b));

/** What differs between two measurements of one tree, in the order of the paths. `diffOf` may say how two texts differ. */
export function compareTrees(
  root: string,
  before: Tree,
  after: Tree,
  diffOf: (before: string, after: string) => string | undefined = () => undefined,
): Change[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort((a, b) => (a < b ? -1 : 1));
  return paths.flatMap((path): Change[] => {
    const [was, is] = [before.get(path), after.get(path)];
    const node = is ?? was;
    if (node === undefined || (was !== undefined && is !== undefined && isSame(was, is))) return [];
    const change = was === undefined ? 'created' : is === undefined ? 'deleted' : 'changed';
    const [then, now] = [was, is].map((each) => (each === undefined ? '' : each.text));
    const diff = then === undefined || now === undefined || then === now ? undefined : diffOf(then, now);
    return [
      {
        root,
        path,
        change,
        ...factsOf(node),
        ...(was !== undefined && is !== undefined && { before: factsOf(was) }),
        ...(diff !== undefined && { diff }),
      },
    ];
  });
}

/** Paths, kinds, modes, contents and exit codes; no times, no outputs, nothing of how it is shown. */
export function effectDigest(
  sha256: Sha256,
  { changes, steps }: { readonly changes: readonly Change[]; readonly steps: readonly Pick<RehearsedStep, 'reason' | 'exitCode'>[] },
): string {
  const facts = changes.map(({ root, path, change, kind, mode, size, sha256: hash, target }) => ({
    root,
    path,
    change,
    ...(change !== 'deleted' && { kind, mode, size, sha256: hash, target }),
  }));
  const ends = steps.map(({ reason, exitCode }) => ({ reason, exitCode }));
  return sha256(`janus.effect.v1\0${canonicalJson({ changes: facts, steps: ends })}`);
}

/** Room in a history: people read the beginning, the digest is over the whole. */
export interface EffectRoom {
  readonly changesMax: number;
  readonly diffCharactersMax: number;
}

export const historyRoom: EffectRoom = { changesMax: 60, diffCharactersMax: 12_000 };

/** Leaves out what would not fit, and says how much. */
export function trimEffect(effect: Effect, { changesMax, diffCharactersMax }: EffectRoom): Effect {
  let room = diffCharactersMax;
  const changes = effect.changes.slice(0, changesMax).map(({ diff, ...change }): Change => {
    if (diff === undefined || room <= 0) return change;
    const kept = diff.length <= room ? diff : `${diff.slice(0, room).toWellFormed()}\n…`;
    room -= kept.length;
    return { ...change, diff: kept };
  });
  const left = effect.rollback?.left ?? [];
  return {
    ...effect,
    changes,
    omitted: effect.omitted + effect.changes.length - changes.length,
    incomplete: effect.incomplete.slice(0, 10),
    ...(effect.rollback && { rollback: { ...effect.rollback, left: left.slice(0, 20) } }),
  };
}
