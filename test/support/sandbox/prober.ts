import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import type { SandboxBench } from './sandboxes.js';
import { describeWithBwrap } from './sandboxes.js';

const has = (program: string) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
// What the actions see, not what the path of the tests has before it.
const means = has('/usr/bin/gcc') ? 'gcc' : has('/usr/bin/python3') ? 'python3' : undefined;

/** Makes system calls for real. Without gcc and python3 it fails in CI, and says loudly elsewhere that it was skipped. */
export function describeWithProber(name: string, body: () => void): void {
  if (means !== undefined || process.env['CI'] !== undefined) return describeWithBwrap(name, body);
  process.stderr.write(`\nSKIPPED: ${name} needs gcc or python3\n`);
  describe.skip(name, body);
}

/** Calls in another convention need machine code. */
export const hasMachineCode = means === 'gcc';

export interface Probe {
  readonly name: string;
  readonly number: number;
  readonly args?: readonly (number | string)[];
}

/** Builds the prober outside and puts it into the workspace; returns the command that starts it inside. */
export async function installProber(bench: SandboxBench): Promise<string> {
  if (means === undefined) throw new Error('neither gcc nor python3 is installed');
  const workspace = await bench.workspace();
  const source = (name: string) => join(import.meta.dirname, 'prober', name);
  if (means === 'gcc') {
    execFileSync('/usr/bin/gcc', ['-O1', '-o', join(bench.root, 'prober'), source('prober.c')]);
    copyFileSync(join(bench.root, 'prober'), join(workspace, 'prober'));
    return './prober';
  }
  copyFileSync(source('prober.py'), join(workspace, 'prober.py'));
  return '/usr/bin/python3 prober.py';
}

/** Makes the calls inside, each in a process of its own; gives back `ok`, `killed` or the errno of each. */
export async function probe(bench: SandboxBench, command: string, probes: readonly Probe[]): Promise<Record<string, string>> {
  const lines = probes.map(({ name, number, args = [] }) => [name, String(number), ...args.map(String)].join(' '));
  writeFileSync(join(await bench.workspace(), 'probes'), `${lines.join('\n')}\n`);
  const { stdout, stderr, exitCode } = await bench.run(`${command} < probes`);
  if (exitCode !== 0) throw new Error(`the prober failed: ${stderr.text}`);
  return Object.fromEntries(
    stdout.text
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
}
