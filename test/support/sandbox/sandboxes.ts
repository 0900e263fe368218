import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe } from '@jest/globals';
import { currentActionAccount } from '../../../src/adapters/sandbox/profile/account.js';
import { createSandbox } from '../../../src/adapters/sandbox/run/create-sandbox.js';
import type { Sandbox } from '../../../src/adapters/sandbox/contract/sandbox.js';
import { tierOfThisMachine } from '../../../src/adapters/sandbox/tiers/ladder.js';
import type { Limits } from '../../../src/domain/action/limits.js';
import { charterLimits } from '../../../src/domain/action/limits.js';
import type { PlannedCommand } from '../../../src/domain/action/plan.js';
import type { CommandResult } from '../../../src/domain/action/result.js';
import type { TierName } from '../../../src/domain/action/tier.js';

export const bwrapPath = '/usr/bin/bwrap';

/** A test that needs bwrap fails in CI without it, and says loudly elsewhere that it was skipped. */
export function describeWithBwrap(name: string, body: () => void): void {
  const missing = !existsSync(bwrapPath);
  if (missing && process.env['CI'] === undefined) {
    process.stderr.write(`\nSKIPPED: ${name} needs bubblewrap (${bwrapPath})\n`);
    describe.skip(name, body);
    return;
  }
  describe(name, body);
}

export interface SandboxBench {
  readonly sandbox: Sandbox;
  readonly root: string;
  readonly workspace: () => Promise<string>;
  /** The folder of what its commands printed. */
  readonly outputs: string;
  run(script: string, options?: RunOptions): Promise<CommandResult>;
  close(): Promise<void>;
}

export interface RunOptions {
  readonly limits?: Partial<Limits>;
  readonly signal?: AbortSignal;
  readonly command?: Partial<PlannedCommand>;
  readonly grants?: { name: string; path: string; writable: boolean }[];
}

const account = 'janus-no-such-account';
const proposalId = 'janus-00000000beef';

/** A sandbox with a workspaces folder of its own; scripts run in bash, as the tool `shell` runs them. */
export async function openSandboxBench(tier?: TierName): Promise<SandboxBench> {
  const root = await mkdtemp(join(tmpdir(), 'janus-test-'));
  await chmod(root, 0o711);
  const sandbox = createSandbox({ bwrapPath, workspacesRoot: join(root, 'workspaces'), account, ...(tier && { tier }) });
  const workspace = () => sandbox.prepareWorkspace(proposalId);
  return {
    sandbox,
    root,
    workspace,
    outputs: sandbox.outputsOf(proposalId),
    run: async (script, { limits, signal, command, grants = [] } = {}) => {
      const path = await workspace();
      const whole = { tool: 'shell', path: '/usr/bin/bash', args: ['--noprofile', '--norc', '-c', script], ...command };
      const request = {
        command: whole,
        workspace: path,
        limits: { ...charterLimits, wallSeconds: 20, ...limits },
        network: [],
        grants,
        outputPrefix: `${sandbox.outputsOf(proposalId)}/test`,
      };
      return sandbox.run(request, signal ?? new AbortController().signal);
    },
    // Of its own accord `rm` copes with what actions leave behind, such as folders a thousand deep.
    close: async () => {
      await promisify(execFile)('/bin/rm', ['-rf', '--', root]);
    },
  };
}

/** The tiers that can be tested here: the one that works everywhere, and the one that Janus would choose. */
export async function tiersHere(): Promise<readonly TierName[]> {
  const { tier } = await tierOfThisMachine(currentActionAccount(account));
  return [...new Set<TierName>(['rlimit', tier.name])];
}

/** A bwrap that leaves out what it was told, as a patched one might; the edits are arms of a bash `case` over the words, which fill the array `a`. */
export function weakenedBwrap(folder: string, edit: string): string {
  const program = join(folder, 'bwrap');
  const script = `#!/bin/bash
[ "$1" = --version ] || [ "$1" = --help ] && exec ${bwrapPath} "$@"
a=()
while [ $# -gt 0 ]; do case "$1" in
${edit}
*) a+=("$1"); shift;;
esac; done
exec ${bwrapPath} "\${a[@]}"
`;
  writeFileSync(program, script, { mode: 0o755 });
  return program;
}
