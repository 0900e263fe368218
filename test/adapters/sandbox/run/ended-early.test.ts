import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createSandbox } from '../../../../src/adapters/sandbox/run/create-sandbox.js';
import { charterLimits } from '../../../../src/domain/action/limits.js';
import { processesWith } from '../../../support/sandbox/processes.js';
import type { SandboxBench } from '../../../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../../../support/sandbox/sandboxes.js';
import { soon } from '../../../support/soon.js';

describeWithBwrap('a run that is ended before bwrap has set anything up (spec X12)', () => {
  let bench: SandboxBench;
  beforeAll(async () => void (bench = await openSandboxBench()));
  afterAll(() => bench.close());

  it('ends, and leaves no process, on the tier that has nothing but numbers of processes', async () => {
    // As bwrap is until it has told its child who it is: the child waits, holds every pipe, and does not die with its parent yet.
    const bwrapPath = join(bench.root, 'bwrap');
    writeFileSync(bwrapPath, '#!/bin/bash\n/usr/bin/sleep 4711.5 &\nwait\n', { mode: 0o755 });
    const sandbox = createSandbox({
      bwrapPath,
      workspacesRoot: join(bench.root, 'workspaces'),
      account: 'janus-no-such-account',
      tier: 'rlimit',
    });
    const workspace = await sandbox.prepareWorkspace('janus-00000000ea51');
    const command = { tool: 'x', path: '/usr/bin/true', args: [] };
    const request = {
      command,
      workspace,
      limits: charterLimits,
      network: [],
      grants: [],
      outputPrefix: `${sandbox.outputsOf('janus-00000000ea51')}/x`,
    };
    const stopping = new AbortController();
    const ended = sandbox.run(request, stopping.signal);
    await soon(() => processesWith('sleep 4711.5').length > 0);
    stopping.abort(new Error('enough'));
    expect(await ended).toMatchObject({ reason: 'cancelled', note: 'enough' });
    expect(processesWith('sleep 4711.5')).toEqual([]);
  });
});
