import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** `npm ci` only when the lock file or Node itself changed. */
export async function installPackages() {
  const stamp = join(rootPath, 'node_modules', '.janus-lock');
  const wanted = hash(readFileSync(join(rootPath, 'package-lock.json')), process.version);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  try {
    await step('installing npm packages', () => run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: rootPath }));
  } catch (error) {
    throw new Stop(`npm ci failed: ${error.message}`, { next: 'is the network there? then: npm ci', code: 69 });
  }
  writeFileSync(stamp, wanted);
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
  const stamp = join(rootPath, 'dist', '.janus-build');
  const sources = [
    ...filesBelow(join(rootPath, 'src')),
    ...['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/lib/bundle-cli.mjs'].map((name) => join(rootPath, name)),
  ];
  const wanted = hash(...sources.flatMap((file) => [file, readFileSync(file)]));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await step('building', async () => {
    const tsc = join(rootPath, 'node_modules', 'typescript', 'bin', 'tsc');
    await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--incremental', '--tsBuildInfoFile', 'dist/.tsbuildinfo'], {
      cwd: rootPath,
    });
    await run(process.execPath, ['dist/worker/temporal/bundle.js'], { cwd: rootPath });
    const { bundleCli } = await import('./bundle-cli.mjs');
    await bundleCli(root);
  });
  writeFileSync(stamp, wanted);
}

/** What both commands need before anything else. Idempotent; offline and quick from the second time on. */
export async function prepare() {
  checkNode();
  await installPackages();
  await ensureProgram('bwrap');
  await build();
}
