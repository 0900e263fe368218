import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { livingIn } from '../support/sandbox/processes.js';
import type { SandboxBench } from '../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../support/sandbox/sandboxes.js';

describeWithBwrap('an honest action, on a busy machine (spec X12)', () => {
  let bench: SandboxBench;
  const load: ChildProcess[] = [];
  beforeAll(async () => {
    bench = await openSandboxBench('rlimit');
    for (let each = 0; each < 2; each += 1) load.push(spawn('/bin/sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' }));
  });
  afterAll(async () => {
    for (const each of load) each.kill('SIGKILL');
    await bench.close();
  });

  it.each([
    ['true', 'true'],
    ['a command that leaves a daemon', '(setsid sleep 60 </dev/null >/dev/null 2>&1 &)'],
  ])(
    '%s, 200 times: never counts as tampered',
    async (_, script) => {
      const reasons: string[] = [];
      const workspace = await bench.workspace();
      for (let round = 0; round < 25; round += 1) {
        const results = await Promise.all(Array.from({ length: 8 }, () => bench.run(script)));
        reasons.push(...results.map(({ reason, exitCode }) => `${reason} ${exitCode}`));
      }
      expect([...new Set(reasons)]).toEqual(['exit 0']);
      expect([reasons.length, livingIn(workspace)]).toEqual([200, []]);
    },
    300_000,
  );
});
