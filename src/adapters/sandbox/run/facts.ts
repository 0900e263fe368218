import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileFact } from '../../../domain/action/result.js';

/** Larger files get no hash, so they never match one. */
const hashBytesMax = 256 * 1_048_576;

async function sha256Of(handle: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of handle.createReadStream({ autoClose: false })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Looks at one path in the workspace without following a link anywhere on the way; called when no process of the action is left. */
async function lookAt(workspace: string, path: string): Promise<FileFact> {
  const absent: FileFact = { path, exists: false };
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return absent;
  let current = workspace;
  for (const [index, part] of parts.entries()) {
    current = join(current, part);
    const found = await lstat(current).catch((): undefined => undefined);
    if (found === undefined || found.isSymbolicLink()) return absent;
    if (index < parts.length - 1 && !found.isDirectory()) return absent;
    if (index === parts.length - 1 && !found.isFile()) return { path, exists: found.isDirectory() };
  }
  const handle = await open(current, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch((): undefined => undefined);
  if (handle === undefined) return absent;
  try {
    const { size } = await handle.stat();
    return size > hashBytesMax ? { path, exists: true } : { path, exists: true, sha256: await sha256Of(handle) };
  } finally {
    await handle.close();
  }
}

/** Measures the facts that `expect` names (spec X6). */
export function measureFiles(workspace: string, paths: readonly string[]): Promise<FileFact[]> {
  return Promise.all(paths.map((path) => lookAt(workspace, path)));
}
