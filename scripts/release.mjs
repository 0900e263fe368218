import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build, checkNode, installPackages, root, rootPath } from './lib/prepare.mjs';
import { pack, writeSums } from './lib/release/archive.mjs';
import { billOfMaterials } from './lib/release/bill-of-materials.mjs';
import { findNodeRuntime, nodeVersion } from './lib/release/node-runtime.mjs';
import { copyPackages } from './lib/release/packages.mjs';
import { run } from './lib/run.mjs';
import { main, out, step, Stop } from './lib/say.mjs';
import { findTemporal, temporalVersion } from './lib/temporal-binaries.mjs';

const platform = `linux-${process.arch}`;
const { version } = JSON.parse(readFileSync(join(rootPath, 'package.json'), 'utf8'));
const name = `janus-${version}-${platform}`;

/** What lies in a release as it lies in the clone. */
const copied = ['deploy', 'examples', 'CHANGELOG.md', 'LICENSE', 'SECURITY.md', 'docs'];

/** The moment that every file of a release has: when its sources were committed. */
async function epochSeconds() {
  if (process.env.SOURCE_DATE_EPOCH) return process.env.SOURCE_DATE_EPOCH;
  const said = await run('git', ['log', '-1', '--format=%ct'], { cwd: rootPath }).catch(() => '0');
  return said.trim();
}

function copyBuilt(target) {
  cpSync(join(rootPath, 'dist'), join(target, 'dist'), {
    recursive: true,
    filter: (source) => !/\.map$|\/\.[^/]*$|\/inputs\.json$/.test(source),
  });
  for (const each of copied) cpSync(join(rootPath, each), join(target, each), { recursive: true });
  const { name: called, version: of, type, license, bin } = JSON.parse(readFileSync(join(rootPath, 'package.json'), 'utf8'));
  writeFileSync(join(target, 'package.json'), `${JSON.stringify({ name: called, version: of, type, license, bin }, null, 2)}\n`);
}

function copyPrograms(target, programs) {
  mkdirSync(join(target, 'bin'));
  for (const [called, file] of Object.entries(programs)) {
    copyFileSync(file, join(target, 'bin', called));
    chmodSync(join(target, 'bin', called), 0o755);
  }
}

async function pinnedTemporal() {
  const temporal = await findTemporal(root, 'temporal');
  if (!temporal.verified)
    throw new Stop('a release carries the Temporal that is pinned, and this one is another', {
      next: 'unset JANUS_TEMPORAL_CLI; npm run release',
    });
  return temporal.path;
}

/** One archive that needs nothing but the distribution's packages: the same sources give the same bytes (spec D4). */
await main(async () => {
  const { output } = parseArgs({ options: { output: { type: 'string', default: 'release' } } }).values;
  checkNode();
  const node = await findNodeRuntime(platform);
  await installPackages();
  await build();
  const temporal = await pinnedTemporal();
  const folder = resolve(output);
  mkdirSync(folder, { recursive: true });
  const aside = mkdtempSync(join(folder, '.making-'));
  const archive = join(folder, `${name}.tar.gz`);
  try {
    const target = join(aside, name);
    mkdirSync(target);
    await step('copying', async () => {
      copyBuilt(target);
      for (const needless of copyPackages(target, platform)) rmSync(join(target, needless), { recursive: true });
      copyPrograms(target, { node, temporal, ubos: join(rootPath, 'deploy/janus/ubos') });
    });
    const bom = billOfMaterials({
      node: { file: node, version: nodeVersion },
      temporal: { file: temporal, version: temporalVersion },
    });
    writeFileSync(join(target, 'sbom.cdx.json'), `${JSON.stringify(bom, null, 2)}\n`);
    await writeSums(target);
    const packed = join(aside, 'packed');
    const sum = await step('packing', async () => pack(target, packed, await epochSeconds()));
    renameSync(packed, archive);
    writeFileSync(`${archive}.sha256`, `${sum}  ${name}.tar.gz\n`);
    out(`${archive}\nsha256  ${sum}`);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
});
