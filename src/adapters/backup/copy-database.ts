import { createReadStream, existsSync, lstatSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { JanusError } from '../../domain/errors.js';
import { makeFolder } from '../files/durable.js';

/** Of a file that is too long for memory, in hex. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

const isRoot = () => process.geteuid?.() === 0;

/**
 * A command as the account of the folder of the copy, where root runs: SQLite cannot read a database that is in use without writing beside it, and
 * root's own files would be in the way there.
 */
function asOwner(copy: string, command: readonly string[]): readonly [string, readonly string[]] {
  const [program = '', ...args] = command;
  if (!isRoot()) return [program, args];
  const { uid, gid } = lstatSync(dirname(copy));
  return ['setpriv', ['--reuid', String(uid), '--regid', String(gid), '--clear-groups', ...command]];
}

/** What is there of one is removed. */
export async function removeCopy(copy: string): Promise<void> {
  if (!existsSync(dirname(copy))) return;
  const [program, args] = asOwner(copy, ['rm', '-f', copy]);
  await execa(program, args, { stdin: 'ignore' });
}

/**
 * The database as one file, as it is at this moment, while the server uses it: `VACUUM INTO` (https://sqlite.org/lang_vacuum.html). The folder of the
 * copy belongs to the account of the database. Throws BACKUP_FAILED.
 */
export async function copyDatabase(database: string, copy: string, signal?: AbortSignal): Promise<{ sha256: string; bytes: number }> {
  await makeFolder(dirname(copy), 0o700);
  await removeCopy(copy);
  const into = `VACUUM INTO '${copy.replaceAll("'", "''")}'`;
  const [program, args] = asOwner(copy, ['sqlite3', '-bail', '-cmd', '.timeout 60000', database, into]);
  const result = await execa(program, args, { reject: false, stdin: 'ignore', ...(signal && { cancelSignal: signal }) });
  if (result.isCanceled) throw signal?.reason as Error;
  if (result.failed) {
    const isMissing = result.code === 'ENOENT' || /sqlite3: No such file/.test(result.stderr);
    throw new JanusError(
      'BACKUP_FAILED',
      isMissing ? 'sqlite3 is not installed' : `the database could not be copied: ${result.stderr.trim().slice(0, 300)}`,
      {
        next: isMissing ? 'sudo apt-get install sqlite3' : 'ubos doctor',
      },
    );
  }
  return { sha256: await digestOf(copy), bytes: statSync(copy).size };
}
