import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseDomains, parseLimits } from '../../src/cli/commands/sandbox-run.js';
import { EXIT } from '../../src/cli/exit-codes.js';
import { jsonSchemas } from '../../src/cli/json-schemas.js';
import { describeWithBwrap } from '../support/sandboxes.js';
import { aConfig, ubos } from './support/ubos.js';

describe('--limit', () => {
  it.each([
    { limit: ['cpu=4s'], gives: { cpuSeconds: 4 } },
    { limit: ['wall=2m'], gives: { wallSeconds: 120 } },
    { limit: ['memory=256M', 'disk=1G'], gives: { memoryMb: 256, diskWriteMb: 1_024 } },
    { limit: ['memory=300'], gives: { memoryMb: 300 } },
    { limit: ['output=4K'], gives: { outputBytes: 4_096 } },
    { limit: ['pids=64', 'files=32'], gives: { processes: 64, openFiles: 32 } },
  ])('$limit', ({ limit, gives }) => {
    expect(parseLimits({ limit })).toEqual(gives);
  });

  it.each(['cpu=0', 'cpu=-1', 'cpu=4M', 'cpu', 'pids=64K', 'memory=much', 'speed=9', ''])(
    '%s is an error that says what is allowed',
    (limit) => {
      expect(() => parseLimits({ limit: [limit] })).toThrow(
        expect.objectContaining({ code: 'USAGE', next: expect.stringContaining('cpu') }),
      );
    },
  );
});

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

describeWithBwrap('ubos sandbox run', () => {
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

  it('--json is one object, in the words of files', async () => {
    const { stdout } = await run('--json -- /usr/bin/printf \\033[31m');
    const result = jsonSchemas['sandbox-result']?.parse(JSON.parse(stdout));
    expect(result).toMatchObject({ exit_code: 0, stdout: { text: '\u001b[31m' } });
  });

  it('what the tool prints is seen, not obeyed', async () => {
    expect((await run('-- /usr/bin/printf \\033[2J\\ta')).stdout).toBe('⟦U+001B⟧[2J\ta');
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
