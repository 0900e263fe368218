import { readdir } from 'node:fs/promises';
import { compareTrees, effectDigest } from '../../../domain/action/effect.js';
import { moveEntry } from '../../files/durable.js';
import { sha256 } from '../../files/sha256.js';
import type { Account } from '../profile/account.js';
import type { Stage } from '../contract/previewer.js';
import { makeScratch, removeScratch, scratchFolder } from './scratch.js';
import { sweepScratches } from './scratch-name.js';
import { createMeasurer } from '../preview/tree.js';

/** A workspace that nobody has yet: what runs in it becomes the real one by one rename, or never was. */
export async function openStage(root: string, account: Account): Promise<Stage> {
  await sweepScratches(root);
  const scratch = await makeScratch(root, account);
  const workspace = scratchFolder(scratch, 'workspace', account);
  return {
    workspace,
    async effectOf(steps) {
      const { nodes, incomplete } = await createMeasurer().measureTree(workspace);
      return incomplete.length > 0 ? undefined : effectDigest(sha256, { changes: compareTrees('/workspace', new Map(), nodes), steps });
    },
    isFree: async (target) => (await readdir(target)).length === 0,
    // Over an empty folder this is one step for everybody who looks.
    putInPlace: (target) => moveEntry(workspace, target),
    discard: () => removeScratch(scratch),
  };
}
