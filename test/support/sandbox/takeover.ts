import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { describeWithBwrap } from './sandboxes.js';

const isPossible = process.arch === 'x64' && spawnSync('/usr/bin/gcc', ['--version'], { stdio: 'ignore' }).status === 0;

/** The attack is machine code for one processor. Without gcc it fails in CI, and says loudly elsewhere that it was skipped. */
export function describeTakeover(name: string, body: () => void): void {
  if (isPossible || process.env['CI'] !== undefined) return describeWithBwrap(name, body);
  process.stderr.write(`\nSKIPPED: ${name} needs gcc and x86-64\n`);
  describe.skip(name, body);
}

/** Puts the attack into a workspace; returns the command that takes over the first process and writes to `trace` from then on. */
export function installTakeover({ root, workspace }: { readonly root: string; readonly workspace: string }) {
  const [source, program] = [join(import.meta.dirname, 'prober', 'takeover.c'), join(root, 'takeover')];
  execFileSync('/usr/bin/gcc', ['-O1', '-fPIC', '-o', program, source]);
  copyFileSync(program, join(workspace, 'takeover'));
  return (way: string, trace: string, memory = '/proc/1/mem') => `/workspace/takeover ${memory} ${way} /workspace/${trace}`;
}
