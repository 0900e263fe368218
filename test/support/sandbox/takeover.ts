import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import type { SandboxBench } from './sandboxes.js';
import { describeWithBwrap } from './sandboxes.js';

const isPossible = process.arch === 'x64' && spawnSync('/usr/bin/gcc', ['--version'], { stdio: 'ignore' }).status === 0;

/** The attack is machine code for one processor. Without gcc it fails in CI, and says loudly elsewhere that it was skipped. */
export function describeTakeover(name: string, body: () => void): void {
  if (isPossible || process.env['CI'] !== undefined) return describeWithBwrap(name, body);
  process.stderr.write(`\nSKIPPED: ${name} needs gcc and x86-64\n`);
  describe.skip(name, body);
}

/** Puts the attack into the workspace; returns the command that takes over the first process and writes to `trace` from then on. */
export async function installTakeover(bench: SandboxBench): Promise<(way: string, trace: string, memory?: string) => string> {
  const [source, program] = [join(import.meta.dirname, 'prober', 'takeover.c'), join(bench.root, 'takeover')];
  execFileSync('/usr/bin/gcc', ['-O1', '-fPIC', '-o', program, source]);
  copyFileSync(program, join(await bench.workspace(), 'takeover'));
  return (way, trace, memory = '/proc/1/mem') => `/workspace/takeover ${memory} ${way} /workspace/${trace}`;
}
