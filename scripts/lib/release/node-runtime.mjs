import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { putInPlace } from '../durable.mjs';
import { run } from '../run.mjs';
import { step, Stop } from '../say.mjs';
import { cacheFolder } from '../temporal-binaries.mjs';

/** The Node that a release carries, as npm packages carry the official builds. */
export const nodeVersion = '24.22.3';

/** Each by the hash of the program itself: of the one that a release carries, and of those that `npm run test:node` tries. */
const pins = {
  '20.20.2': { 'linux-x64': '6295488653f0d93b0a157841746fef7e72cc4328cfb60c4bbe0ca2668a836ffd' },
  '22.23.5': { 'linux-x64': '2f822d544601dfff107f57d945b649d15c5bf6302595735a6bd9cdc7ee9669bd' },
  [nodeVersion]: { 'linux-x64': 'a7ec1b37e6ff9d187e4198c5b6df9a4eb1c74dd31804fb3bac55cc4ceca1ac01' },
  '26.12.1': { 'linux-x64': '08f12d42fb304468e8ee86247fe686aae5b225836ea65e9d6566c11ae6ba2e8e' },
};
export const knownNodes = Object.keys(pins);

const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** The program of a packed npm package, looked at before it counts. */
async function fetched(platform, version, pin) {
  const folder = mkdtempSync(join(tmpdir(), 'janus-node-'));
  const name = `node-${platform}@${version}`;
  try {
    await run('npm', ['pack', '--silent', '--pack-destination', folder, name], { cwd: folder });
    const archive = readdirSync(folder).find((each) => each.endsWith('.tgz'));
    if (archive === undefined) throw new Error(`npm brought no ${name}`);
    await run('tar', ['-xzf', join(folder, archive), '-C', folder, 'package/bin/node']);
    const bytes = readFileSync(join(folder, 'package/bin/node'));
    if (hashOf(bytes) === pin) return bytes;
    throw new Stop(`node of ${name} has SHA-256 ${hashOf(bytes)}, expected ${pin}: not used`, { next: 'try again later, or report it' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Path of the Node that a release carries, or of another one that is known; fetched once. Throws a `Stop` where it is not the one that is pinned, or cannot be had. */
export async function findNodeRuntime(platform, version = nodeVersion) {
  const of = pins[version] ?? {};
  const pin = of[platform];
  if (pin === undefined)
    throw new Stop(`there is no pinned Node ${version} for ${platform}: it is known for ${Object.keys(of).join(', ')}`, { code: 69 });
  const file = join(cacheFolder(), 'node', version, platform, 'node');
  if (existsSync(file) && hashOf(readFileSync(file)) === pin) return file;
  const bytes = await step(`getting Node ${version}`, () => fetched(platform, version, pin)).catch((error) => {
    if (error instanceof Stop) throw error;
    throw new Stop(`Node ${version} could not be fetched: ${error.message.split('\n')[0]}`, {
      next: 'is the network there? then: npm run release',
      code: 69,
    });
  });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, bytes);
  chmodSync(`${file}.${process.pid}`, 0o755);
  putInPlace(`${file}.${process.pid}`, file);
  return file;
}
