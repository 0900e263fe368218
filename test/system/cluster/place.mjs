import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isListening } from '../../../scripts/lib/dev-server.mjs';
import { rootPath } from '../../../scripts/lib/prepare.mjs';
import { run, startPassing } from '../../../scripts/lib/run.mjs';
import { ensureProgram } from '../../../scripts/lib/system-packages.mjs';
import { cacheFolder, findTemporal } from '../../../scripts/lib/temporal-binaries.mjs';
import { untilSo } from './expect.mjs';
import { account, asPostgres, postgresPrograms, startPostgres } from './postgres.mjs';

const deploy = join(rootPath, 'deploy/cluster');
const script = join(deploy, 'temporal_cluster.sh');
const cached = join(cacheFolder(), 'temporal-server');
const programs = ['temporal-server', 'temporal-sql-tool'];
const version = /^server_version=(.+)$/m.exec(readFileSync(join(deploy, 'lib.sh'), 'utf8'))?.[1] ?? '';

/** Whether the server was built here before: it takes minutes. */
export const isServerBuilt = () => programs.every((name) => existsSync(join(cached, version, name)));

/** The first of a row of free ports: the server takes ten. */
async function freeRow(count) {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 9_000);
    const taken = await Promise.all(Array.from({ length: count }, (_, index) => isListening(first + index)));
    if (!taken.includes(true)) return first;
  }
}

/** A process that can be killed and waited for. */
function startServer(program, args, env) {
  const child = startPassing(program, args, { env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (words = (words + chunk).slice(-4_000)));
  const closed = new Promise((resolve) => child.once('close', resolve));
  const end = async (signal) => {
    child.kill(signal);
    await closed;
  };
  return { words: () => words, isAlive: () => child.exitCode === null && child.signalCode === null, end };
}

/** Built once, into the cache; an account of its own runs them, to which the cache may be closed. */
async function bringPrograms(target, env) {
  await run(script, ['build'], { env: { ...env, CLUSTER_PROGRAMS: cached } });
  mkdirSync(join(target, version), { recursive: true, mode: 0o755 });
  for (const name of programs) copyFileSync(join(cached, version, name), join(target, version, name));
}

/**
 * A Temporal server on a PostgreSQL of its own, below `folder`, made and started as docs/server/cluster.md says: certificates and tokens are demanded. Builds
 * the server where the cache has none.
 */
export async function makePlace(folder) {
  const databasePrograms = await postgresPrograms();
  for (const program of ['bwrap', 'openssl']) await ensureProgram(program);
  const { path: cli } = await findTemporal(pathToFileURL(`${rootPath}/`), 'temporal');
  const home = join(folder, 'cluster');
  const [frontend, password] = [await freeRow(11), 'a-password.of-the/test'];
  const settings = {
    FRONTEND_PORT: frontend,
    INTERNAL_PORTS: frontend + 1,
    MEMBERSHIP_PORTS: frontend + 5,
    SHARDS: 4,
    ACCOUNT: account,
    DATABASE_HOST: 'localhost',
    DATABASE_PORT: frontend + 10,
    DATABASE_PASSWORD: password,
    DATABASE_CA: join(home, 'tls/client-ca.crt'),
  };
  const env = {
    ...process.env,
    CLUSTER_HOME: home,
    CLUSTER_PROGRAMS: join(folder, 'programs'),
    TEMPORAL_CLI: cli,
    PATH: `${databasePrograms}:${process.env.PATH}`,
  };
  const set = (more = {}) =>
    writeFileSync(
      join(home, 'cluster.env'),
      Object.entries({ ...settings, ...more })
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
  const call = (...args) => run(script, args, { env });
  chmodSync(folder, 0o711);
  mkdirSync(home);
  set();
  await bringPrograms(env.CLUSTER_PROGRAMS, env);
  await call('keys');
  const postgres = await startPostgres(folder, {
    programs: databasePrograms,
    port: settings.DATABASE_PORT,
    password,
    certificate: join(home, 'tls/frontend'),
  });
  let server;
  const profile = (name) => join(home, 'clients', name, 'temporal.toml');
  const place = {
    folder,
    home,
    call,
    set,
    profile,
    /** What the server said last. */
    words: () => server?.words() ?? '',
    /** Ports that are for the server's own services. */
    internal: [1, 2, 3, 4].map((more) => frontend + more),
    /** The profile of somebody who may this. */
    async client(name, ...permissions) {
      await call('client', name, '2', ...permissions);
      return profile(name);
    },
    temporal: (file, ...args) => run(cli, [...args, '--command-timeout', '10s'], { env: { ...env, TEMPORAL_CONFIG_FILE: file } }),
    /** The first time as a person starts it; `asUnit`: by the command of the unit, as its account. */
    async start({ asUnit = false } = {}) {
      await call('configure');
      writeFileSync(
        join(home, 'dynamic.yaml'),
        `${readFileSync(join(deploy, 'dynamic.yaml'), 'utf8')}system.forceSearchAttributesCacheRefreshOnRead: [{ value: true }]\n`,
      );
      const command = asUnit ? /^ExecStart=(.+)$/m.exec(await call('unit'))?.[1].split(' ') : [script, 'start'];
      const [program, ...args] = [...(asUnit ? ['setpriv', ...asPostgres] : []), ...command];
      server = startServer(program, args, env);
      await untilSo(async () => {
        if (!server.isAlive()) throw new Error(server.words());
        await place.temporal(profile('janus'), 'operator', 'cluster', 'health');
      });
    },
    kill: (signal = 'SIGKILL') => server.end(signal),
    async close() {
      await server?.end('SIGKILL');
      await postgres.stop();
    },
  };
  return place;
}
