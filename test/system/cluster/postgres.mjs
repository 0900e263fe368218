import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, startPassing, which } from '../../../scripts/lib/run.mjs';
import { ensureProgram } from '../../../scripts/lib/system-packages.mjs';
import { untilSo } from './expect.mjs';

const debian = '/usr/lib/postgresql';

/** Debian keeps the programs of each version in a folder of its own, and those of the server out of PATH. */
async function find() {
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = versions.map((version) => join(debian, version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? (which('initdb') && join(which('initdb'), '..'));
}

/** The folder of its programs; installs them where they are missing. */
export const postgresPrograms = () => ensureProgram('initdb', find);

/** The account that the package made: PostgreSQL does not run as root, and the server need not either. */
export const account = 'postgres';
export const asPostgres = ['--reuid', account, '--regid', account, '--clear-groups'];

/**
 * A PostgreSQL of its own below `folder`, for an account `temporal` with this password, over TLS with this certificate. Resolves when it
 * answers; `stop` ends it.
 */
export async function startPostgres(folder, { programs, port, password, certificate }) {
  const data = join(folder, 'postgres');
  const words = join(folder, 'postgres.password');
  const [uid, gid] = (await run('sh', ['-c', `id -u ${account}; id -g ${account}`])).trim().split('\n').map(Number);
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(words, password, { mode: 0o600 });
  for (const path of [data, words]) chownSync(path, uid, gid);
  const initdb = ['-D', data, '-U', 'temporal', `--pwfile=${words}`, '-A', 'scram-sha-256', '--locale=C.UTF-8', '-E', 'UTF8'];
  await run('setpriv', [...asPostgres, join(programs, 'initdb'), ...initdb], { cwd: '/' });
  for (const kind of ['crt', 'key']) {
    copyFileSync(`${certificate}.${kind}`, join(data, `server.${kind}`));
    chownSync(join(data, `server.${kind}`), uid, gid);
    chmodSync(join(data, `server.${kind}`), 0o600);
  }
  const set = Object.entries({ listen_addresses: 'localhost', unix_socket_directories: data, ssl: 'on' });
  const args = ['-D', data, '-p', String(port), ...set.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const child = startPassing(join(programs, 'postgres'), args, { cwd: '/', uid, gid, stdio: 'ignore' });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const stop = async () => {
    child.kill('SIGINT');
    await closed;
  };
  try {
    await untilSo(() => run(join(programs, 'pg_isready'), ['-h', 'localhost', '-p', String(port)]), 20);
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
