import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ActionState } from '../../../src/adapters/ledger/action-state.js';
import { actionState } from '../../../src/adapters/ledger/action-state.js';
import { createStartLedger } from '../../../src/adapters/ledger/create-start-ledger.js';
import type { StartLedger } from '../../../src/adapters/ledger/start-ledger.js';
import { ownIdentity } from '../../../src/adapters/ledger/read/process-identity.js';
import { useFolders } from '../../support/folders.js';
import { aClaim, aFinish, goneIdentity, idOf } from '../../support/trail/ledgers.js';

const folder = useFolders();
const id = idOf(7);
let at: string;
beforeEach(() => {
  at = join(folder(), 'ledger');
});
const looking = () => createStartLedger({ folder: at, self: { ...ownIdentity(), pid: 1 } });
const living = (): StartLedger => createStartLedger({ folder: at });
const dead = (): StartLedger => createStartLedger({ folder: at, self: goneIdentity() });
const finished = async (): Promise<void> => {
  const ledger = dead();
  await ledger.claim(id, aClaim('digest'));
  await ledger.finish(id, aFinish());
};

describe('actionState (spec X5)', () => {
  it.each<readonly [string, ActionState, () => Promise<unknown>]>([
    ['nothing is known', 'unclaimed', async () => undefined],
    ['a living process runs it', 'running', async () => living().claim(id, aClaim('digest'))],
    ['the process that ran it is gone', 'interrupted', async () => dead().claim(id, aClaim('digest'))],
    ['it has ended', 'final', () => finished()],
    [
      'its end is that it was interrupted',
      'interrupted',
      async () => {
        await dead().claim(id, aClaim('digest'));
        await dead().finish(id, { state: 'interrupted', host: 'here', steps: [], startedSteps: 1 });
      },
    ],
    ['it is being undone', 'running', async () => finished().then(async () => living().claimRollback(id, 3))],
    ['undoing it was interrupted', 'interrupted', async () => finished().then(async () => dead().claimRollback(id, 15))],
    [
      'it was undone',
      'final',
      async () => {
        await finished();
        await dead().claimRollback(id, 0);
        await dead().finishRollback(id, 0, { state: 'not_started' } as never);
      },
    ],
  ])('%s: %s', async (_, state, make) => {
    await make();
    expect(await actionState(looking(), id)).toBe(state);
  });
});
