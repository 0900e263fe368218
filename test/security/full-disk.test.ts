import { chmodSync, readdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { createSandbox } from '../../src/adapters/sandbox/run/create-sandbox.js';
import { charterLimits } from '../../src/domain/action/limits.js';
import { itOnSmallDisk } from '../support/sandbox/full-disk.js';
import type { SandboxBench } from '../support/sandbox/sandboxes.js';
import { bwrapPath, describeWithBwrap, openSandboxBench } from '../support/sandbox/sandboxes.js';
import { soon } from '../support/soon.js';

const id = 'janus-0123456789ab';

/** Runs scripts in a workspace of that disk. */
async function benchOn(folder: string) {
  chmodSync(folder, 0o711);
  const sandbox = createSandbox({
    bwrapPath,
    workspacesRoot: join(folder, 'workspaces'),
    account: 'janus-no-such-account',
    tier: 'rlimit',
  });
  const workspace = await sandbox.prepareWorkspace(id);
  return (script: string) => {
    const command = { tool: 'shell', path: '/usr/bin/bash', args: ['--noprofile', '--norc', '-c', script] };
    const request = {
      command,
      workspace,
      limits: { ...charterLimits, outputBytes: 8_000_000 },
      network: [],
      grants: [],
      outputPrefix: `${sandbox.outputsOf(id)}/step-1`,
    };
    return sandbox.run(request, new AbortController().signal);
  };
}

/** Fills it to the last byte. */
function fill(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(join(folder, 'filling'), Buffer.alloc(bavail * bsize));
}

describeWithBwrap('a full file system (spec X3)', () => {
  let other: SandboxBench;
  beforeAll(async () => {
    other = await openSandboxBench();
  });
  afterAll(() => other.close());

  itOnSmallDisk('ends the action whose output it does not take, as `disk`, and no other', 1_024, async (folder) => {
    const run = await benchOn(folder);
    const unrelated = other.run('touch there; until [ -e go ]; do sleep 0.05; done; echo done');
    const there = join(await other.workspace(), 'there');
    await soon(() => readdirSync(join(there, '..')).includes('there'));
    const result = await run('yes 0123456789 | head -c 4000000; sleep 30');
    expect(result).toMatchObject({ reason: 'disk', exitCode: null, note: expect.stringContaining('ENOSPC') });
    expect(result.stdout.bytes).toBeGreaterThan(500_000);
    writeFileSync(join(there, '..', 'go'), '');
    expect(await unrelated).toMatchObject({ reason: 'exit', exitCode: 0, stdout: { text: 'done\n' } });
  });

  itOnSmallDisk('is not taken for an end of its own, where the last bytes do not fit', 1_024, async (folder) => {
    const run = await benchOn(folder);
    fill(folder);
    // Empty files do not need a block.
    expect(await run('echo lost')).toMatchObject({ reason: 'disk', exitCode: null, stdout: { bytes: 5 } });
    expect(await run('true')).toMatchObject({ reason: 'exit', exitCode: 0 });
  });
});
