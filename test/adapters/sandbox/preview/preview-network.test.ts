import { chownSync, mkdirSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { currentActionAccount } from '../../../../src/adapters/sandbox/profile/account.js';
import { createPreviewer } from '../../../../src/adapters/sandbox/preview/create-previewer.js';
import type { PreviewSubject } from '../../../../src/adapters/sandbox/contract/previewer.js';
import { previewBlocks } from '../../../../src/domain/review/preview.js';
import { blocksText } from '../../../../src/domain/review/text.js';
import { charterLimits } from '../../../../src/domain/action/limits.js';
import type { SandboxBench } from '../../../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../../../support/sandbox/sandboxes.js';

const bash = (script: string) => ({ tool: 'shell', path: '/usr/bin/bash', args: ['--noprofile', '--norc', '-c', script] });
const python = (code: string) => ({ tool: 'python', path: '/usr/bin/python3', args: ['-c', `import socket; ${code}`] });
const curl = (url: string) => ({ tool: 'curl', path: '/usr/bin/curl', args: ['-s', url] });
const account = 'janus-no-such-account';

/** Of a descriptor that may be closed by now. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

describeWithBwrap('what a preview tries to reach (spec X7)', () => {
  let bench: SandboxBench;
  beforeAll(async () => {
    bench = await openSandboxBench();
  });
  afterAll(() => bench.close());
  const preview = async (change: Partial<PreviewSubject>) => {
    const previewer = createPreviewer({ sandbox: bench.sandbox, workspacesRoot: join(bench.root, 'workspaces'), account });
    const limits = { ...charterLimits, wallSeconds: 20 };
    const report = await previewer.preview(
      { steps: [], rollback: [], grants: [], limits, network: [], ...change },
      new AbortController().signal,
    );
    if (report.state !== 'previewed') throw new Error(report.why);
    return report;
  };
  const outside = { elsewhere: 1, unanswered: 0, inside: 0 };
  const datagram = 'socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 9))';

  it.each([
    ['nothing', bash('true'), { ...outside, elsewhere: 0 }],
    ['TCP to an address', bash('exec 3<>/dev/tcp/192.0.2.1/80'), outside],
    ['TCP by IPv6', python('socket.create_connection(("2001:db8::1", 80))'), outside],
    ['TCP to its own loopback', bash('exec 3<>/dev/tcp/127.0.0.1/81'), { elsewhere: 0, unanswered: 0, inside: 1 }],
    ['UDP, by a process that is gone', bash(`python3 -c 'import socket; ${datagram}' & wait; sleep 0.1`), outside],
    ['a URL without a name', curl('http://192.0.2.1/'), outside],
  ])('is counted: %s', async (_, step, expected) => {
    const { effect } = await preview({ steps: [step] });
    expect(effect.steps).toMatchObject([{ attemptedConnections: expected }]);
  });

  it.each([
    ['a name', bash('getent hosts janus.example.org')],
    ['a URL', curl('https://janus.example.org/')],
    ['a name, by python', python('socket.getaddrinfo("janus.example.org", 443)')],
  ])('is counted, and fails at once: %s', async (_, step) => {
    // Whoever waits for an answer waits for 5 s, the resolver's first time-out.
    const [end] = (await preview({ steps: [step], limits: { ...charterLimits, wallSeconds: 4 } })).effect.steps;
    expect([end?.reason, end?.exitCode]).toEqual(['exit', expect.any(Number)]);
    expect(end?.exitCode).not.toBe(0);
    // How often it is asked for is the library's affair.
    expect(end?.attemptedConnections).toMatchObject({ elsewhere: 0, inside: 0 });
    expect(end?.attemptedConnections?.unanswered).toBeGreaterThan(0);
  });

  it('is counted in the rollback, and beneath overlays', async () => {
    const path = join(bench.root, 'shared');
    mkdirSync(path);
    const { uid, gid } = currentActionAccount(account);
    chownSync(path, uid, gid);
    const reach = bash('exec 3<>/dev/tcp/192.0.2.1/80; true');
    const grants = [{ name: 'shared', path, writable: true }];
    const report = await preview({ steps: [reach], rollback: [{ ...reach, undoes: 0 }], grants });
    const seen = [{ attemptedConnections: outside }];
    expect(report.effect).toMatchObject({ steps: seen, rollback: { steps: seen } });
    expect(blocksText(previewBlocks(report, undefined))).toContain('TRIED THE NETWORK: 1 to addresses outside');
  });

  it('is counted of a command that a limit ends, and leaves no descriptor behind', async () => {
    const limits = { ...charterLimits, wallSeconds: 1 };
    const { effect } = await preview({ steps: [bash('exec 3<>/dev/tcp/192.0.2.1/80; sleep 30')], limits });
    expect(effect.steps).toMatchObject([{ reason: 'wall', attemptedConnections: outside }]);
    const names = readdirSync('/proc/self/fd').map((each) => linkOf(`/proc/self/fd/${each}`));
    expect(names.filter((name) => name.includes('/net/snmp'))).toEqual([]);
  });
});
