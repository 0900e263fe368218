import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { run } from '../../scripts/lib/run.mjs';
import { Stop } from '../../scripts/lib/say.mjs';
import { ownTree } from './dist.mjs';

const rootPath = fileURLToPath(ownTree);
const git = async (...args) => (await run('git', args, { cwd: rootPath })).trim();

async function commitOf(ref) {
  try {
    return await git('rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`);
  } catch {
    throw new Stop(`${ref} names no commit of this clone`, { next: 'git log --oneline', code: 2 });
  }
}

/** Half of an export with its name would pass for all of it. */
async function exportCommit(commit, folder) {
  const aside = `${folder}.new`;
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true });
  const archive = join(aside, 'tree.tar');
  await git('archive', '--format=tar', `--output=${archive}`, commit);
  await run('tar', ['-xf', archive, '-C', aside]);
  rmSync(archive);
  renameSync(aside, folder);
}

/** With the packages of this clone where those are what its lock file wants: `npm run build` then installs nothing. */
function lendPackages(folder) {
  const lock = (of) => readFileSync(join(of, 'package-lock.json'), 'utf8');
  const packages = join(folder, 'node_modules');
  if (!existsSync(packages) && lock(folder) === lock(rootPath)) symlinkSync(join(rootPath, 'node_modules'), packages);
}

/** Another commit, built, below `.cache/bench`: as a URL that ends in a slash, and how it is called. Kept, so that the next comparison need not build it. */
export async function buildOther(ref) {
  const commit = await commitOf(ref);
  const folder = join(rootPath, '.cache', 'bench', commit);
  mkdirSync(dirname(folder), { recursive: true });
  if (!existsSync(folder)) await exportCommit(commit, folder);
  lendPackages(folder);
  await run(process.execPath, [join(folder, 'scripts', 'build.mjs')], { cwd: folder });
  return { tree: pathToFileURL(`${folder}/`), name: ref === commit ? ref.slice(0, 10) : `${ref} (${commit.slice(0, 8)})` };
}
