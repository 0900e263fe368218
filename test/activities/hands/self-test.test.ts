import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { createSandbox } from '../../../src/adapters/sandbox/run/create-sandbox.js';
import { useFolders } from '../../support/folders.js';
import { aPlan, openHands } from '../../support/vessel/hands.js';
import { describeWithBwrap, weakenedBwrap } from '../../support/sandbox/sandboxes.js';

const folder = useFolders();

describeWithBwrap('hands whose sandbox has a hole (spec X1)', () => {
  it('start nothing, name the canary, and still settle', async () => {
    const here = folder();
    chmodSync(here, 0o711);
    const bwrapPath = weakenedBwrap(here, '--unshare-net) shift;;');
    const sandbox = createSandbox({ bwrapPath, workspacesRoot: join(here, 'w'), account: 'janus-no-such-account' });
    expect((await sandbox.inspect()).ok).toBe(false);
    const bench = await openHands({ sandbox });
    try {
      const request = bench.permit(aPlan({}, { profile: sandbox.profile }));
      const expected = { state: 'not_started', code: 'SANDBOX_UNAVAILABLE', why: expect.stringMatching(/self-test "\w+" failed/) };
      expect(await bench.run((hands) => hands.executeAction(request)).result).toMatchObject(expected);
      expect(await bench.run((hands) => hands.settleAction(request)).result).toMatchObject(expected);
    } finally {
      bench.close();
    }
  });
});
