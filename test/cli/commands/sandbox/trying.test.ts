import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from '@jest/globals';
import type { JanusConfig } from '../../../../src/config/config.js';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { useFolders } from '../../../support/folders.js';
import { aTool } from '../../../support/proposals/proposals.js';
import { describeWithBwrap } from '../../../support/sandbox/sandboxes.js';
import { printed } from '../../support/printed.js';
import type { Session } from '../../support/ubos.js';
import { aConfig, ubos } from '../../support/ubos.js';

const aPlace = useFolders();
let home = '';
beforeEach(() => {
  home = aPlace();
  chmodSync(home, 0o711);
});

describeWithBwrap('ubos sandbox run --tool (spec X10)', () => {
  let config: JanusConfig;
  beforeEach(() => {
    const shared = join(home, 'shared');
    mkdirSync(shared);
    chmodSync(shared, 0o777);
    writeFileSync(join(shared, 'report'), 'granted\n');
    const { policy } = aConfig();
    const limits = { ...policy.limits, memoryMb: 1_024 };
    config = aConfig(
      {
        tools: [
          aTool({
            name: 'reports',
            command: ['/usr/bin/env', 'FIXED=1', '/bin/cat'],
            shell: false,
            grants: ['shared'],
            limits: { memoryMb: 256 },
          }),
          aTool({ name: 'closed', command: ['/usr/bin/cat'], shell: false }),
          aTool({ name: 'elsewhere', command: ['/usr/local/share/none'], shell: false }),
          aTool(),
        ],
        allowedTools: ['reports', 'elsewhere', 'shell'],
        policy: { ...policy, limits, grants: [{ name: 'shared', path: shared, writable: true }] },
      },
      home,
    );
  });
  const run = (words: readonly string[], session: Session = {}) => ubos(['sandbox', 'run', ...words], { config, ...session });

  it('runs its command with its grants, and the arguments of the action after the fixed ones', async () => {
    expect(await run(['--tool', 'reports', '--', join(home, 'shared/report')])).toMatchObject({ code: EXIT.ok, stdout: 'granted\n' });
    expect((await run(['--', '/usr/bin/cat', join(home, 'shared/report')])).code).toBe(1);
  });

  it('what its grants let it write is written, and in a preview it is not', async () => {
    const script = `echo new > ${join(home, 'shared/new')}; ls ${join(home, 'shared')}`;
    config = { ...config, tools: [aTool({ grants: ['shared'] })] };
    expect((await run(['--tool', 'shell', '--preview', '--', script])).stdout).toContain(`created ${join(home, 'shared')}/new`);
    expect((await run(['--tool', 'shell', '--', `ls ${join(home, 'shared')}`])).stdout).toBe('report\n');
    expect((await run(['--tool', 'shell', '--', script])).stdout).toBe('new\nreport\n');
  });

  it('a script is taken at the risk that its words need, as an action would have it', async () => {
    expect(await run(['--tool', 'shell', '--', 'echo a | tr a b; (exit 3)'])).toMatchObject({ code: 3, stdout: 'b\n' });
  });

  it.each([
    { words: ['--tool', 'reprots', '--', 'x'], code: EXIT.usage, stderr: /no tool "reprots"[\s\S]*reports/ },
    { words: ['--tool', 'closed', '--', 'x'], code: EXIT.usage, stderr: /not in security\.allowed_tools/ },
    { words: ['--tool', 'elsewhere', '--'], code: EXIT.usage, stderr: /does not exist/ },
    { words: ['--tool', 'reports', '--', '../x'], code: EXIT.usage, stderr: /path-traversal/ },
    { words: ['--tool', 'reports', '--allow-domain', 'example.org', '--', 'x'], code: EXIT.usage, stderr: /network: / },
    { words: ['--tool', 'reports', '--limit', 'memory=512M', '--', 'x'], code: EXIT.usage, stderr: /more than tool reports allows: 256M/ },
    {
      words: ['--limit', 'memory=2G', '--', '/bin/true'],
      code: EXIT.usage,
      stderr: /memory=2048M is more than policy\.json allows: 1024M/,
    },
    { words: ['--tool', 'reports', '--', ...'x'.repeat(65)], code: EXIT.usage, stderr: /tool_args/ },
    { words: ['--', '/usr/local'], code: EXIT.usage, stderr: /no regular file/ },
  ])('$words is refused as the review would, and nothing runs', async ({ words, code, stderr }) => {
    expect(await run(words)).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(stderr) });
  });

  it('gets the limits of the tool where they are narrower, and those of --limit', async () => {
    const { stdout } = await run(['--tool', 'shell', '--limit', 'pids=20', '--', 'ulimit -u']);
    expect(stdout).toBe('20\n');
  });
});

describeWithBwrap('what goes into and comes out of ubos sandbox run (spec X10)', () => {
  const run = (words: readonly string[], session: Session = {}) =>
    ubos(['sandbox', 'run', ...words], { config: aConfig({}, home), ...session });
  const script = (text: string) => ['--', '/usr/bin/bash', '-c', text];

  it('is connected to what is piped in', async () => {
    expect(await run(script('cat; echo end'), { piped: 'from outside\n' })).toMatchObject({ code: EXIT.ok, stdout: 'from outside\nend\n' });
    expect(await run(script('head -c 3'), { piped: 'x'.repeat(1_000_000) })).toMatchObject({ code: EXIT.ok, stdout: 'xxx' });
    expect(printed((await run(['--json', ...script('wc -c')], { piped: 'four' })).stdout, 'sandbox-result')).toMatchObject({
      stdout: { text: '4\n' },
    });
  });

  it('waits for nobody where nothing is read, and has no terminal', async () => {
    expect(await run(script('echo done'))).toMatchObject({ code: EXIT.ok, stdout: 'done\n' });
    expect(await run(script('cat; test -t 0 || echo none'), { tty: 'stdin' })).toMatchObject({ code: EXIT.ok, stdout: 'none\n' });
  });

  it('--preview refuses an input loudly, instead of showing an effect that was had without it', async () => {
    const { code, stdout, stderr } = await run(['--preview', ...script('sleep 5; cat > f')], { piped: 'text' });
    expect([code, stdout, stderr]).toEqual([EXIT.usage, '', expect.stringContaining('no standard input')]);
    expect((await run(['--preview', ...script('cat > f')], { piped: '' })).code).toBe(EXIT.ok);
  });

  it('prints all of it, and where no terminal is the very bytes', async () => {
    const { stdout } = await run(script('printf "\\033[31m"; head -c 200000 /dev/zero | tr "\\0" x'));
    expect(stdout).toBe(`\u001b[31m${'x'.repeat(200_000)}`);
  });

  it('prints it as it comes', async () => {
    let early = '';
    const onOutput = (stdout: string) => void (early ||= stdout);
    const { stdout } = await run(script('echo first; sleep 0.5; echo last'), { onOutput });
    expect([early, stdout]).toEqual(['first\n', 'first\nlast\n']);
  });

  it('what it says of ubos on stderr is its own, not a hint of ours', async () => {
    expect((await run(script('echo ubos doctor >&2'), { called: './ubos' })).stderr).toBe('ubos doctor\n');
  });

  it('Ctrl-C ends it, with words of the command, and 130', async () => {
    const ctrlC = new AbortController();
    const onOutput = (stdout: string) => {
      if (stdout === 'running\n') ctrlC.abort();
    };
    const { code, stderr } = await run(script('echo running; sleep 60'), { signal: ctrlC.signal, onOutput });
    expect([code, stderr]).toEqual([EXIT.interrupted, expect.stringContaining('the command was ended, with all its children')]);
    expect(stderr).not.toContain('question');
  });
});
