import type { Dirent, Stats } from 'node:fs';
import { opendirSync } from 'node:fs';
import { setImmediate as otherWork } from 'node:timers/promises';
import type { Grant } from '../../../domain/action/plan.js';
import { holdFolder } from '../workspace/held-folder.js';
import type { Account } from './account.js';

/** git's configuration of the system, generated: the host's may name helpers, proxies and passwords. libgit2 reads this file too. */
export const gitConfigFile = '/etc/gitconfig';

/** How far below a grant repositories are looked for: a folder of projects with their submodules, at the cost of some milliseconds. */
const levelsMax = 3;
const entriesMax = 20_000;
/** Each is named twice in a file that git reads at every start. */
const repositoriesMax = 1_000;
/** Opened between two turns of the event loop: who may write there decides how many there are. */
const foldersAtOnce = 16;

/** `.git` is a folder, or a file in a submodule and in a worktree; a bare repository has the others. */
const isRepository = (names: readonly string[]) =>
  names.includes('.git') || ['HEAD', 'objects', 'refs'].every((name) => names.includes(name));

/** A worker that root started could look into more than its actions can, and would tell them what lies there. */
function mayList({ uid, gid, mode }: Stats, account: Account): boolean {
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
  return !account.switches || ((mode >> shift) & 0o5) === 0o5;
}

/**
 * Repositories below a granted folder, by path. Each folder is held while it is looked at, and no link is followed: who may write there must not
 * have other folders listed.
 */
async function repositoriesBelow(granted: string, account: Account): Promise<string[]> {
  const found: string[] = [];
  let [looked, opened] = [0, 0];
  const entriesOf = (folder: string): Dirent[] => {
    const listing = opendirSync(folder);
    const entries: Dirent[] = [];
    try {
      for (let entry = listing.readSync(); entry !== null && (looked += 1) <= entriesMax; entry = listing.readSync()) entries.push(entry);
      return entries;
    } finally {
      listing.closeSync();
    }
  };
  const look = async (at: string, path: string, level: number): Promise<void> => {
    opened += 1;
    if (opened % foldersAtOnce === 0) await otherWork();
    const held = holdFolder(at);
    try {
      if (level > 0 && !mayList(held.stats, account)) return;
      const entries = entriesOf(held.self);
      if (level > 0 && isRepository(entries.map(({ name }) => name))) found.push(path);
      const folders = level < levelsMax ? entries.filter((entry) => entry.isDirectory() && entry.name !== '.git') : [];
      for (const { name } of folders) await tryToLook(`${held.self}/${name}`, `${path}/${name}`, level + 1);
    } finally {
      held.close();
    }
  };
  const tryToLook: typeof look = async (...args) => {
    try {
      if (looked < entriesMax && found.length < repositoriesMax) await look(...args);
    } catch {
      // A file, gone, or closed to the worker: where a repository is missed git says so, and what to do.
    }
  };
  await tryToLook(granted, granted, 0);
  return found;
}

const quoted = (path: string) => `"${path.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;

/**
 * git refuses a repository of another owner (CVE-2022-24765), and in a sandbox nearly every granted one is. It may trust what people granted by
 * name, and nothing else: the path, the repositories below it, and the `.git` of each, for which a clone asks. From 2.46 on git knows the pattern
 * for all that is below; before that it compares letter by letter.
 */
export function gitConfig(granted: readonly { readonly path: string; readonly repositories: readonly string[] }[]): string {
  const safe = granted.flatMap(({ path, repositories }) => {
    // A folder that is called `*` would be the pattern for its neighbours.
    const places = [path, ...repositories].filter((place) => !place.endsWith('/*'));
    return [...places.flatMap((place) => [place, `${place}/.git`]), `${path}/*`];
  });
  return safe.length === 0 ? '' : `[safe]\n${safe.map((path) => `\tdirectory = ${quoted(path)}\n`).join('')}`;
}

/** The same for what lies there now, as far as the account of the actions may look. */
export async function gitConfigFor(grants: readonly Pick<Grant, 'path'>[], account: Account): Promise<string> {
  const granted: { path: string; repositories: readonly string[] }[] = [];
  for (const { path } of grants) granted.push({ path, repositories: await repositoriesBelow(path, account) });
  return gitConfig(granted);
}
