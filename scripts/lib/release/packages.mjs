import { cpSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rootPath } from '../prepare.mjs';
import { Stop } from '../say.mjs';

/** Temporal's core, by the name that Rust has for a platform. */
const corePlatforms = { 'linux-x64': 'x86_64-unknown-linux-gnu', 'linux-arm64': 'aarch64-unknown-linux-gnu' };

/** Neither read while the program runs, nor a licence: a third of all bytes. */
const isNeedless = (name) => /\.(?:d\.[cm]?ts|map|markdown)$/.test(name);

/** The packages that run in production, by their path below the clone, as the lock file names them. */
export function productionPackages() {
  const { packages } = JSON.parse(readFileSync(join(rootPath, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true)
    .flatMap(([path, { optional, version, integrity }]) => {
      if (existsSync(join(rootPath, path))) return [{ path, version, integrity }];
      // The parts for other platforms are not installed here.
      if (optional) return [];
      throw new Stop(`${path} is not installed`, { next: 'npm ci' });
    });
}

/** Copies what runs in production below `target`, without the native parts of other platforms. `npm ci` has held each against the lock file. */
export function copyPackages(target, platform) {
  for (const { path } of productionPackages()) {
    const top = join(rootPath, path);
    cpSync(top, join(target, path), {
      recursive: true,
      // What lies in a package's own node_modules has its own entry in the lock file.
      filter: (source) => !(source !== top && basename(source) === 'node_modules') && !isNeedless(basename(source)),
    });
  }
  const releases = join('node_modules', '@temporalio', 'core-bridge', 'releases');
  const wanted = corePlatforms[platform];
  const others = readdirSync(join(target, releases)).filter((name) => name !== wanted);
  return others.map((name) => join(releases, name));
}
