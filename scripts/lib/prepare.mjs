import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';
import { step, Stop } from './say.mjs';
import { ensureProgram } from './system-packages.mjs';

/** The clone, as a URL that ends in a slash. */
export const root = new URL('../../', import.meta.url);
export const rootPath = fileURLToPath(root);

const hash = (...parts) => parts.reduce((sum, part) => sum.update(part), createHash('sha256')).digest('hex');

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22) return;
  throw new Stop(`node ${process.versions.node} is too old or unknown: ^20.19 or >=22.12 is needed`, { next: 'install a current Node.js' });
}

/** A stamp in what was made says of what it was made. */
function stampIn(folder, parts) {
  const file = join(rootPath, ...folder);
  const wanted = hash(...parts);
  return {
    isThere: () => existsSync(file) && readFileSync(file, 'utf8') === wanted,
    // Half of the new with the stamp of the old would pass for the old, once its sources are back.
    remove: () => rmSync(file, { force: true }),
    write: () => writeFileSync(file, wanted),
  };
}

const packagesStamp = () => stampIn(['node_modules', '.janus-lock'], [readFileSync(join(rootPath, 'package-lock.json')), process.version]);

function buildStamp() {
  const sources = [
    ...filesBelow(join(rootPath, 'src')),
    ...[
      'package-lock.json',
      'tsconfig.json',
      'tsconfig.build.json',
      'scripts/lib/cli/bundle-cli.mjs',
      'scripts/lib/cli/needed-messages.mjs',
    ].map((name) => join(rootPath, name)),
  ];
  return stampIn(
    ['dist', '.janus-build'],
    sources.flatMap((file) => [relative(rootPath, file), readFileSync(file)]),
  );
}

export const isInstalled = () => packagesStamp().isThere();
export const isBuilt = () => buildStamp().isThere();

/** `npm ci` only when the lock file or Node itself changed. */
export async function installPackages() {
  const stamp = packagesStamp();
  if (stamp.isThere()) return;
  stamp.remove();
  try {
    await step('installing npm packages', () => run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: rootPath }));
  } catch (error) {
    throw new Stop(`npm ci failed: ${error.message}`, { next: 'is the network there? then: npm ci', code: 69 });
  }
  stamp.write();
}

/** The same for llama.cpp. Its parts for Linux are asked for by name; the optional ones, for every other system and card, are left out: 104 MB, not 725. */
export async function installLocalModelPackages() {
  const folder = join(rootPath, 'local-model');
  const stamp = stampIn(['local-model', 'node_modules', '.janus-lock'], [readFileSync(join(folder, 'package-lock.json')), process.version]);
  if (stamp.isThere()) return;
  stamp.remove();
  try {
    // By force: the part for the other kind of processor is asked for too, and npm would refuse it. Not `ci`: that wants the optional parts in the lock file.
    await step('installing llama.cpp', () => run('npm', ['install', '--no-save', '--omit=optional', '--force'], { cwd: folder }));
  } catch (error) {
    throw new Stop(`npm install failed in local-model: ${error.message}`, {
      next: 'is the network there? then: npm run local-model',
      code: 69,
    });
  }
  stamp.write();
}

function filesBelow(folder) {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? filesBelow(path) : [path];
    });
}

/** Builds when a source changed since the last build. */
export async function build() {
  const stamp = buildStamp();
  if (stamp.isThere()) return;
  stamp.remove();
  await step('building', async () => {
    const tsc = join(rootPath, 'node_modules', 'typescript', 'bin', 'tsc');
    await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--incremental', '--tsBuildInfoFile', 'dist/.tsbuildinfo'], {
      cwd: rootPath,
    });
    await run(process.execPath, ['dist/worker/temporal/bundle.js'], { cwd: rootPath });
    const { bundleCli } = await import('./cli/bundle-cli.mjs');
    await bundleCli(root);
  });
  stamp.write();
}

/** What both commands need before anything else. Idempotent; offline and quick from the second time on. */
export async function prepare() {
  checkNode();
  await installPackages();
  await ensureProgram('bwrap');
  await build();
}
