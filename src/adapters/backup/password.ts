import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { createFile, makeFolder } from '../files/durable.js';

/** A random password where there is none; never over one that is there. True where it was made. */
export async function makePassword(file: string): Promise<boolean> {
  await makeFolder(dirname(file), 0o755);
  return createFile(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
}
