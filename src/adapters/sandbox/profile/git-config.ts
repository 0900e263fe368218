import type { Dirent } from 'node:fs';
import { opendirSync } from 'node:fs';
import type { Grant } from '../../../domain/action/plan.js';
import { holdFolder } from '../workspace/held-folder.js';

/** git's configuration of the system, generated: the host's may name helpers, proxies and passwords. libgit2 reads this file too. */
export const gitConfigFile = '/etc/gitconfig';

/** How far below a grant repositories are looked for: a folder of projects with their submodules, at the cost of some milliseconds. */
const levelsMax = 3;
const entriesMax = 20_000;

/** `.git` is a folder, or a file in a submodule and in a worktree; a bare repository has the others. */
const isRepository = (names: readonly string[]) =>
  names.includes('.git') || ['HEAD', 'objects', 'refs'].every((name) => names.includes(name));

/**
 * Repositories below a granted folder, by path. Each folder is held while it is looked at, and no link is followed: who may write there must not
 * have other folders listed.
 */
function repositoriesBelow(granted: string): string[] {
  const found: string[] = [];
  let looked = 0;
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
  const look = (at: string, path: string, level: number): void => {
    const held = holdFolder(at);
    try {
      const entries = entriesOf(held.self);
      if (level > 0 && isRepository(entries.map(({ name }) => name))) found.push(path);
      const folders = level < levelsMax ? entries.filter((entry) => entry.isDirectory() && entry.name !== '.git') : [];
      for (const { name } of folders) tryToLook(`${held.self}/${name}`, `${path}/${name}`, level + 1);
    } finally {
      held.close();
    }
  };
  const tryToLook: typeof look = (...args) => {
    try {
      if (looked < entriesMax) look(...args);
    } catch {
      // A file, gone, or closed to the worker: where a repository is missed git says so, and what to do.
    }
  };
  tryToLook(granted, granted, 0);
  return found;
}

const quoted = (path: string) => `"${path.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;

/**
 * git refuses a repository of another owner (CVE-2022-24765), and in a sandbox nearly every granted one is. It may trust what people granted by
 * name, and nothing else: the path, the repositories below it, and the `.git` of each, for which a clone asks. From 2.46 on git knows the pattern
 * for all that is below; before that it compares letter by letter.
 */
export function gitConfig(grants: readonly Pick<Grant, 'path'>[]): string {
  const safe = grants.flatMap(({ path }) => {
    // A folder that is called `*` would be the pattern for its neighbours.
    const places = [path, ...repositoriesBelow(path)].filter((place) => !place.endsWith('/*'));
    return [...places.flatMap((place) => [place, `${place}/.git`]), `${path}/*`];
  });
  return safe.length === 0 ? '' : `[safe]\n${safe.map((path) => `\tdirectory = ${quoted(path)}\n`).join('')}`;
}
