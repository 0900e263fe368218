import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseDomains } from '../../../../src/cli/commands/sandbox/run.js';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { printed } from '../../support/printed.js';
import { describeWithBwrap } from '../../../support/sandbox/sandboxes.js';
import { aConfig, ubos } from '../../support/ubos.js';

describe('--allow-domain', () => {
  it('takes host names and wildcards in front', () => {
    expect(parseDomains({ 'allow-domain': ['api.example.org', '*.example.org'] })).toEqual(['api.example.org', '*.example.org']);
  });

  it.each(['https://example.org', 'example.org:443', 'a.*.example.org', '*', '127.0.0.1', 'example.org/a', 'localhost'])(
    '%s is an error that says what is allowed',
    (domain) => {
      expect(() => parseDomains({ 'allow-domain': [domain] })).toThrow(
        expect.objectContaining({ code: 'USAGE', next: expect.stringContaining('without scheme') }),
      );
    },
  );
});

describeWithBwrap('ubos sandbox run (spec X10)', () => {
  let home = '';
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'janus-cli-'));
    await chmod(home, 0o711);
  });
  afterAll(() => rm(home, { recursive: true, force: true }));
  const run = (line: string) => ubos(`sandbox run ${line}`, { config: aConfig({}, home) });

  it('prints the result of the command, and ends with its exit code', async () => {
    expect(await run('-- /usr/bin/echo hello')).toMatchObject({ code: EXIT.ok, stdout: 'hello\n', stderr: '' });
    expect(await run('-- /usr/bin/false')).toMatchObject({ code: 1, stdout: '' });
  });

  it('starts nothing under an emergency stop, not even as a preview (spec K1)', async () => {
    const file = join(home, 'EMERGENCY_STOP');
    await writeFile(file, '');
    const stopped = [await run('-- /usr/bin/echo hello'), await run('--preview -- /usr/bin/echo hello')];
    await rm(file);
    for (const each of stopped)
      expect(each).toMatchObject({ code: EXIT.degraded, stdout: '', stderr: expect.stringContaining('ubos resume') });
  });

  it('--json is one object, in the words of files', async () => {
    const { stdout } = await run('--json -- /usr/bin/printf \\033[31m');
    const result = printed(stdout, 'sandbox-result');
    expect(result).toMatchObject({ exit_code: 0, stdout: { text: '\u001b[31m' } });
  });

  it('--json of what could not be set up is one object too, with the words on stderr and the code of a missing sandbox', async () => {
    const { code, stdout, stderr } = await run('--json --allow-domain example.org -- /usr/bin/true');
    expect(code).toBe(EXIT.notPermitted);
    expect(printed(stdout, 'sandbox-result')).toMatchObject({ reason: 'setup-failed', exit_code: null });
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'SANDBOX_UNAVAILABLE', next: expect.any(String) } });
  });

  it.each([
    { limit: 'cpu=1s', script: 'while :; do :; done', reason: 'cpu' },
    { limit: 'memory=32M', script: 'x=$(head -c 200000000 /dev/zero | tr "\\0" x)', reason: 'memory' },
    { limit: 'disk=4M', script: 'for i in 1 2 3; do head -c 3000000 /dev/zero > $i; done', reason: 'disk' },
    { limit: 'pids=10', script: 'for i in $(seq 50); do sleep 9 & done; wait', reason: 'pids' },
    { limit: 'output=4K', script: 'head -c 100000 /dev/zero', reason: 'output' },
    { limit: 'inodes=50', script: 'for i in $(seq 100); do : > $i; done', reason: 'inodes' },
  ])('--limit $limit ends it, with its reason, its tier and what it used', async ({ limit, script, reason }) => {
    const line = ['sandbox', 'run', '--json', '--limit', limit, '--limit', 'wall=30s', '--', '/usr/bin/bash', '-c', script];
    const { code, stdout } = await ubos(line, { config: aConfig({}, home) });
    expect(code).toBe(EXIT.timeout);
    expect(printed(stdout, 'sandbox-result')).toMatchObject({
      reason,
      tier: expect.any(String),
      note: expect.any(String),
      peak_processes: expect.any(Number),
      inodes: expect.any(Number),
    });
  });

  it('ends as a shell does where the command ends by a signal', async () => {
    const line = ['sandbox', 'run', '--', '/usr/bin/bash', '-c', 'kill -SEGV $$'];
    expect(await ubos(line, { config: aConfig({}, home) })).toMatchObject({ code: 139, stderr: expect.stringContaining('SIGSEGV') });
  });

  it('--preview shows what it would change, with the exit code of the command, and changes nothing', async () => {
    const { code, stdout } = await run('--preview -- /usr/bin/mkdir d');
    expect(code).toBe(EXIT.ok);
    expect(stdout).toContain('created /workspace/d: directory');
    expect(stdout).toContain('two runs had the same effect');
    expect((await run('--preview -- /usr/bin/false')).code).toBe(1);
  });

  it('--preview --json is one object, in the words of files', async () => {
    const { stdout } = await run('--preview --json -- /usr/bin/mkdir d');
    expect(printed(stdout, 'preview')).toMatchObject({ agreed: true, effect: { changes: [{ path: 'd' }] } });
  });

  it('--preview of what wants the network says why there is none', async () => {
    const { code, stderr } = await run('--preview --allow-domain example.org -- /usr/bin/true');
    expect(code).not.toBe(EXIT.ok);
    expect(stderr).toContain('not previewable');
  });

  it('what the tool prints is seen on a terminal, not obeyed (spec A5)', async () => {
    const seen = await ubos('sandbox run -- /usr/bin/printf \\033[2J\\ta', { config: aConfig({}, home), tty: 'stdout' });
    expect(seen.stdout).toBe('⟦U+001B⟧[2J\ta');
  });

  it.each([
    { name: 'a limit that ends it', line: '--limit wall=1s -- /usr/bin/sleep 30', code: EXIT.timeout, stderr: /ended by wall/ },
    {
      name: 'the network without its proxy',
      line: '--allow-domain example.org -- /usr/bin/true',
      code: EXIT.notPermitted,
      stderr: /egress/,
    },
    { name: 'a program that is not there', line: '-- /usr/bin/no-such-program', code: EXIT.usage, stderr: /does not exist/ },
    { name: 'no program', line: '--', code: EXIT.usage, stderr: /which command/ },
  ])('$name', async ({ line, code, stderr }) => {
    expect(await run(line)).toMatchObject({ code, stderr: expect.stringMatching(stderr) });
  });
});
