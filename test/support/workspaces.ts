import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { privateFolders } from '../../src/adapters/sandbox/workspace/places.js';

/** Where the workspace of an action is, whichever account it ran under; where it would be, when there is none. */
export function workspaceBelow(root: string, proposalId: string): string {
  const folders = existsSync(root) ? privateFolders(root) : [];
  const places = folders.map((folder) => join(folder, proposalId));
  return places.find((path) => existsSync(path)) ?? join(root, 'no-workspace', proposalId);
}
