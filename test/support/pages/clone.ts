import { chmodSync, cpSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeAtTheEnd } from '../closing.js';
import { top } from './blocks.js';

/** What a clone has not got, and what is large: `node_modules` is linked, the tests are not needed. */
const left = new Set(['node_modules', '.git', '.janus', '.cache', 'test', 'kept']);

/** A clone as a stranger has it after `npm ci` and a build, with nothing of its own yet. */
export function freshClone(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'janus-clone-')));
  closeAtTheEnd(() => rmSync(folder, { recursive: true, force: true }));
  // The account of the actions has to reach its workspace.
  chmodSync(folder, 0o755);
  for (const name of readdirSync(top)) if (!left.has(name)) cpSync(join(top, name), join(folder, name), { recursive: true });
  symlinkSync(join(top, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
