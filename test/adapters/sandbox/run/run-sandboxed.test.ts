import { existsSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { currentActionAccount } from '../../../../src/adapters/sandbox/profile/account.js';
import { createSandbox } from '../../../../src/adapters/sandbox/run/create-sandbox.js';
import { runSandboxed } from '../../../../src/adapters/sandbox/run/run-sandboxed.js';
import { unmetExpectations } from '../../../../src/domain/action/expectation.js';
import { charterLimits } from '../../../../src/domain/action/limits.js';
import type { SandboxBench } from '../../../support/sandbox/sandboxes.js';
import { bwrapPath, describeWithBwrap, openSandboxBench } from '../../../support/sandbox/sandboxes.js';
import { soon } from '../../../support/soon.js';

describeWithBwrap('running in the sandbox (spec X5, X6)', () => {
  let bench: SandboxBench;
  beforeAll(async () => {
    bench = await openSandboxBench();
  });
  afterAll(async () => {
    await bench.close();
  });

  it('reports exit code, output and times', async () => {
    const result = await bench.run('echo out; echo err >&2; exit 7');
    expect(result).toMatchObject({
      reason: 'exit',
      exitCode: 7,
      signal: null,
      stdout: { text: 'out\n', bytes: 4, truncated: false },
      stderr: { text: 'err\n' },
    });
    expect(Date.parse(result.endedAt)).toBeGreaterThanOrEqual(Date.parse(result.startedAt));
  });

  it('meets an exit code above 128 that was expected', async () => {
    const wanted = { exitCode: 137 };
    expect(unmetExpectations(wanted, await bench.run('exit 137', { command: { expect: wanted } }))).toEqual([]);
    expect(unmetExpectations(undefined, await bench.run('exit 137'))).toEqual([expect.stringContaining('ended by signal')]);
    const killed = await bench.run('sleep 60', { command: { expect: wanted }, limits: { wallSeconds: 1 } });
    expect(unmetExpectations(wanted, killed)).toEqual(['ended by wall: 1 s are allowed']);
  });

  it('feeds standard input, or nothing', async () => {
    expect((await bench.run('', { command: { path: '/usr/bin/cat', args: [], stdin: 'several\nlines' } })).stdout.text).toBe(
      'several\nlines',
    );
    expect((await bench.run('cat; echo end')).stdout.text).toBe('end\n');
  });

  it('gives pipes that can be opened by name, also by another account', async () => {
    const script =
      'echo a > /dev/stderr; echo b | tee /dev/stderr; echo c > /dev/stdout; echo d > /proc/self/fd/2; cat /dev/stdin | tr a-z A-Z; cat /proc/self/fd/0 < /dev/null';
    const result = await bench.run(script, { command: { stdin: 'given' } });
    expect(result).toMatchObject({ exitCode: 0, stdout: { text: 'b\nc\nGIVEN' }, stderr: { text: 'a\nb\nd\n' } });
  });

  it('takes 64 KiB of input, read or not', async () => {
    const stdin = 'x'.repeat(65_536);
    expect((await bench.run('wc -c', { command: { stdin } })).stdout.text).toBe('65536\n');
    expect(await bench.run('exec 0<&-; sleep 0.1; echo end', { command: { stdin } })).toMatchObject({
      exitCode: 0,
      stdout: { text: 'end\n' },
    });
    expect(await bench.run('head -c 3 /dev/stdin', { command: { stdin } })).toMatchObject({ exitCode: 0, stdout: { text: 'xxx' } });
  });

  it('reads everything that was written in the last moment', async () => {
    for (let round = 0; round < 5; round += 1)
      expect((await bench.run('head -c 60000 /dev/zero | tr "\\0" x; exec true')).stdout.bytes).toBe(60_000);
  });

  it('leaves no descriptor, no pipe and no name behind', async () => {
    // A folder of its own: other suites make pipes at this very moment.
    const folder = mkdtempSync(join(tmpdir(), 'janus-tmp-'));
    const earlier = process.env['TMPDIR'];
    process.env['TMPDIR'] = folder;
    const names = () => readdirSync(folder);
    const open = () => readdirSync('/proc/self/fd').length;
    await bench.run('true');
    const before = open();
    for (let round = 0; round < 20; round += 1) await bench.run('echo x > /dev/stderr', { command: { stdin: 'x' } });
    // Up to a batch of spare pipes, two ends each.
    await soon(() => open() - before <= 48 && names().length === 0);
    if (earlier === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = earlier;
    rmSync(folder, { recursive: true });
  });

  it('hands over arguments as they are', async () => {
    const args = ['--bind', '/', '/x', '$(id)', '; id', '', '--', '*', 'ünïcode'];
    const { stdout } = await bench.run('', { command: { path: '/usr/bin/printf', args: ['[%s]\n', ...args] } });
    expect(stdout.text).toBe(args.map((argument) => `[${argument}]\n`).join(''));
  });

  it('keeps the beginning of a long output, hashes it all and writes it beside the workspace', async () => {
    const { stdout } = await bench.run('yes 123456789 | head -c 200000');
    expect(stdout).toMatchObject({ bytes: 200_000, truncated: true });
    expect(stdout.text).toHaveLength(16_384);
    expect(await readFile(`${bench.outputs}/test.stdout`, 'utf8')).toHaveLength(200_000);
  });

  it('ends a flood, with flat memory', async () => {
    const before = process.memoryUsage().rss;
    const result = await bench.run('yes', { limits: { outputBytes: 100_000 } });
    expect(result).toMatchObject({ reason: 'output', exitCode: null, stdout: { bytes: 100_000 } });
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1_048_576);
  });

  it('ends at the wall clock, with every child, also one that ignores SIGTERM', async () => {
    const mark = `janus-mark-${process.pid}`;
    const result = await bench.run(`trap "" TERM; for i in 1 2 3 4 5; do (exec -a ${mark} sleep 60) & done; wait`, {
      limits: { wallSeconds: 1 },
    });
    expect(result.reason).toBe('wall');
    expect(commandLinesWith(mark)).toEqual([]);
  });

  it('is killed with all its children when it is cancelled', async () => {
    const controller = new AbortController();
    const mark = `janus-cancel-${process.pid}`;
    const running = bench.run(`for i in $(seq 50); do (exec -a ${mark} sleep 60) & done; touch ready; wait`, { signal: controller.signal });
    const ready = `${await bench.workspace()}/ready`;
    await soon(() => existsSync(ready));
    controller.abort(new Error('enough'));
    expect(await running).toMatchObject({ reason: 'cancelled', note: 'enough' });
    expect(commandLinesWith(mark)).toEqual([]);
  });

  it.each([
    ['when the command itself ends', 'echo done', 60, { reason: 'exit', exitCode: 0 }],
    ['when it is killed', 'sleep 60', 1, { reason: 'wall' }],
  ])('leaves no child behind %s, at that very moment', async (_, then, wallSeconds, expected) => {
    const mark = `janus-orphan-${process.pid}`;
    // Children that hold no descriptor of ours, so that nothing waits for them.
    const orphans = `for i in $(seq 40); do (exec -a ${mark} sleep 60 >/dev/null 2>&1 </dev/null) & done; disown -a; sleep 0.2; ${then}`;
    for (let round = 0; round < 3; round += 1) {
      const result = await bench.run(orphans, { limits: { wallSeconds } });
      expect({ left: commandLinesWith(mark), ...result }).toMatchObject({ left: [], ...expected });
    }
  });

  it('ends what uses more CPU than it may, over several processes (spec X3)', async () => {
    const result = await bench.run('for i in 1 2; do (while :; do :; done) & done; wait', { limits: { cpuSeconds: 1 } });
    expect(['cpu', 'exit']).toContain(result.reason);
    expect(result.exitCode).not.toBe(0);
  });

  it('limits file size and number of processes (spec X3)', async () => {
    const big = await bench.run('head -c 3000000 /dev/zero > big', { limits: { diskWriteMb: 1 } });
    expect(big.exitCode).not.toBe(0);
    const many = await bench.run('for i in $(seq 100); do sleep 1 & done; wait', { limits: { processes: 20 } });
    expect(many.stderr.text).toContain('Resource temporarily unavailable');
  });

  it('measures expected files without following a link', async () => {
    const workspace = await bench.workspace();
    await rm(`${workspace}/leak`, { force: true });
    await symlink('/etc/passwd', `${workspace}/leak`);
    const { files } = await bench.run('printf abc > real; mkdir -p folder', {
      command: { expect: { filesExist: ['real', 'leak', 'folder', 'none', '../../etc/passwd'] } },
    });
    expect(files).toEqual([
      { path: 'real', exists: true, sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
      { path: 'leak', exists: false },
      { path: 'folder', exists: true },
      { path: 'none', exists: false },
      { path: '../../etc/passwd', exists: false },
    ]);
  });

  it('says the tool failed when it does not exist, and the sandbox failed when bwrap does', async () => {
    expect(await bench.run('', { command: { path: '/usr/bin/no-such-tool', args: [] } })).toMatchObject({ reason: 'exit', exitCode: 127 });
    await expect(bench.run('true', { grants: [{ name: 'gone', path: '/no/such/folder', writable: false }] })).rejects.toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
    });
  });

  it('refuses the network, a missing bwrap and a setuid one (spec X1)', async () => {
    const path = await bench.workspace();
    const request = {
      command: { tool: 't', path: '/usr/bin/true', args: [] },
      workspace: path,
      limits: { ...(await import('../../../../src/domain/action/limits.js')).charterLimits },
      network: [],
      grants: [],
      outputPrefix: `${bench.outputs}/x`,
    };
    const { signal } = new AbortController();
    await expect(bench.sandbox.run({ ...request, network: ['github.com'] }, signal)).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
    const fake = `${bench.root}/bwrap`;
    const other = createSandbox({ bwrapPath: fake, workspacesRoot: bench.root, account: 'x' });
    await expect(other.run(request, signal)).rejects.toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
      message: expect.stringContaining('not found'),
    });
    await writeFile(fake, '#!/bin/sh\n', { mode: 0o755 });
    await (await import('node:fs/promises')).chmod(fake, 0o4755);
    await expect(other.run(request, signal)).rejects.toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
      message: expect.stringContaining('setuid'),
    });
  });

  it('is found in order by its own inspection', async () => {
    expect(await bench.sandbox.inspect()).toMatchObject({ ok: true, problems: [], bwrapVersion: expect.stringMatching(/^\d+\.\d+/) });
    expect(bwrapPath).toBe('/usr/bin/bwrap');
  });
});

/** The same at once, without a process that would take its time to start. A zombie has no command line. */
function commandLinesWith(mark: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return line.startsWith(mark) ? [line] : [];
    } catch {
      return [];
    }
  });
}

/** Command lines of processes with this mark; empty when there is none. */

it('closes every descriptor where the sandbox cannot be started', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'janus-run-'));
  const command = { tool: 'x', path: '/usr/bin/true', args: [], stdin: 'given' };
  const request = { command, workspace: folder, limits: charterLimits, network: [], grants: [], outputPrefix: join(folder, 'x') };
  const leaf = { prefix: [], startAs: undefined, usage: () => ({}), kill: () => undefined, close: async () => undefined };
  const account = currentActionAccount('janus-no-such-account');
  const start = () =>
    runSandboxed(
      { bwrap: '/no/such/program', argv: [], leaf, account, makeSafe: async () => undefined },
      { ...request, observesNetwork: true },
      new AbortController().signal,
    );
  const ours = () => readdirSync('/proc/self/fd').filter((each) => targetOf(each).startsWith(folder)).length;
  await expect(start()).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE', message: expect.stringContaining('ENOENT') });
  expect(ours()).toBe(0);
  rmSync(folder, { recursive: true });
});

function targetOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return '';
  }
}
