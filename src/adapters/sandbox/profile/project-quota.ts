import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { isProposalId } from '../../../domain/action/proposal-id.js';
import { privateFolders } from '../workspace/places.js';
import { isScratchName } from '../workspace/scratch-name.js';

const run = promisify(execFile);

/**
 * Root prepares a range of project ids whose block and inode limits hold on this file system (ext4 with `-O project` mounted `prjquota`, XFS
 * with `pquota`), and writes it here, as `7001-7064`. Then the kernel itself limits each workspace, unlinked files included.
 */
const poolFile = '.janus-project-ids';

export interface Pool {
  readonly first: number;
  readonly last: number;
}

/** Undefined where the text is no range of ids; 0 is the project of everything that has none. */
export function parsePool(text: string): Pool | undefined {
  const [, first, last] = /^(\d+)-(\d+)\s*$/.exec(text) ?? [];
  const pool = { first: Number(first), last: Number(last) };
  return pool.first > 0 && pool.last >= pool.first ? pool : undefined;
}

/** Ids in what `lsattr -p -d` prints: a number, attributes, a path. */
export function projectsIn(listing: string): number[] {
  return listing.split('\n').flatMap((line) => {
    const id = /^\s*(\d+)\s/.exec(line)?.[1];
    return id === undefined ? [] : [Number(id)];
  });
}

/** The first id that no workspace has; undefined when all are taken. */
export function freeProject({ first, last }: Pool, taken: readonly number[]): number | undefined {
  const used = new Set(taken);
  for (let id = first; id <= last; id += 1) if (!used.has(id)) return id;
  return undefined;
}

function readPool(root: string): Pool | undefined {
  try {
    return parsePool(readFileSync(`${root}/${poolFile}`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** For `ubos doctor`: that somebody prepared project quotas; undefined where nobody did. Only a new workspace shows whether they work. */
export function describeProjects(root: string): string | undefined {
  const pool = readPool(root);
  if (pool === undefined) return undefined;
  return `project quota: prepared for ids ${pool.first} to ${pool.last}; a workspace that cannot get one is measured`;
}

/**
 * Puts a workspace under the quota of a project of its own, where the file system was prepared for it and an id is free. Returns the id; where
 * there is none the workspace is measured, as everywhere. Calling it again changes nothing.
 */
export async function assignProject(root: string, workspace: string): Promise<number | undefined> {
  const pool = readPool(root);
  if (pool === undefined) return undefined;
  try {
    const own = projectsIn((await run('/usr/bin/lsattr', ['-p', '-d', workspace])).stdout)[0] ?? 0;
    if (own >= pool.first && own <= pool.last) return own;
    const siblings = [root, ...privateFolders(root)].flatMap((folder) =>
      readdirSync(folder).flatMap((name) => (isProposalId(name) || isScratchName(name) ? [`${folder}/${name}`] : [])),
    );
    const { stdout } = await run('/usr/bin/lsattr', ['-p', '-d', ...siblings], { maxBuffer: 16 * 1_048_576 });
    const id = freeProject(pool, projectsIn(stdout));
    if (id === undefined) return undefined;
    await run('/usr/bin/chattr', ['-p', String(id), '+P', workspace]);
    return id;
  } catch {
    // No such attribute on this file system, or no such program.
    return undefined;
  }
}
