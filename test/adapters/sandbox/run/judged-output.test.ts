import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { unmetExpectations } from '../../../../src/domain/action/expectation.js';
import type { SandboxBench } from '../../../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../../../support/sandbox/sandboxes.js';

describeWithBwrap('an output of the sandbox (spec X6)', () => {
  let bench: SandboxBench;
  beforeAll(async () => {
    bench = await openSandboxBench();
  });
  afterAll(async () => {
    await bench.close();
  });

  it('is judged by all that was written, not by the part that is kept', async () => {
    const wanted = { stdoutContains: ['the end'], stdoutLacks: ['ERROR'], stderrContains: ['warned'] };
    const run = (words: string) => bench.run(`seq 100000; echo "${words}"; echo warned >&2`, { command: { expect: wanted } });
    const sound = await run('the end');
    expect(sound.stdout.text).not.toContain('the end');
    expect(sound.stdout.found).toEqual([{ text: 'the end', line: 100_001, excerpt: 'the end' }]);
    expect(unmetExpectations(wanted, sound)).toEqual([]);
    expect(unmetExpectations(wanted, await run('an ERROR at the end'))).toEqual([
      'stdout contains "ERROR" in line 100001: an ERROR at the end',
    ]);
    expect((await bench.run('echo x')).stdout).not.toHaveProperty('found');
  });
});
