import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ordinaryWork } from '../support/sandbox/ordinary-programs.js';
import type { SandboxBench } from '../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../support/sandbox/sandboxes.js';

/** What `npm test` installs in CI: nothing that was ever mended here may go unseen there. The others are skipped where they are missing, and say so. */
const always = ['dpkg', 'fakeroot', 'getent', 'ip', 'jq', 'node', 'openssl', 'python3', 'tmux'];

const isInstalled = (program: string) => ['/usr/bin', '/usr/sbin'].some((folder) => existsSync(`${folder}/${program}`));
const isForced = (program: string) => process.env['CI'] !== undefined && always.includes(program);
const isTried = ({ program }: { readonly program: string }) => isInstalled(program) || isForced(program);
const [here, missing] = [ordinaryWork.filter(isTried), ordinaryWork.filter((each) => !isTried(each))];
if (missing.length > 0)
  process.stderr.write(`\nSKIPPED: ordinary programs that are not installed: ${missing.map(({ program }) => program).join(', ')}\n`);

describeWithBwrap('ordinary programs do in the sandbox what they do outside (spec X2, U4)', () => {
  let bench: SandboxBench;
  beforeAll(async () => {
    bench = await openSandboxBench();
  });
  afterAll(() => bench.close());

  it.each(here)('$what', async ({ script, output }) => {
    const { stdout, stderr, exitCode, note } = await bench.run(`rm -rf -- ./* && { ${script}\n}`);
    expect({ exitCode, note, error: exitCode === 0 ? '' : stderr.text }).toEqual({ exitCode: 0, note: undefined, error: '' });
    if (typeof output === 'string') expect(stdout.text).toBe(output);
    else expect(stdout.text).toMatch(output);
  });

  it('are forty at least', () => expect(ordinaryWork.length).toBeGreaterThanOrEqual(40));
});
