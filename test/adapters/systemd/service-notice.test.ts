import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { openServiceNotice } from '../../../src/adapters/systemd/service-notice.js';
import { aFolder } from '../../support/folders.js';
import { until } from '../../support/until.js';

const root = new URL('../../..', import.meta.url).pathname;
const folder = aFolder();
const launcher = join(root, 'deploy/janus/exec-with-notify');
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});
beforeAll(async () => {
  const entry = join(root, 'src/adapters/systemd/service-notice.ts');
  await build({ entryPoints: [entry], outfile: join(folder, 'notice.mjs'), bundle: true, platform: 'node', format: 'esm' });
});

/** In systemd's place: prints each datagram with the process that sent it, as the kernel says. */
const systemd = `import socket, struct, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
s.bind(sys.argv[1])
print('bound', flush=True)
while True:
  data, ancillary, _, _ = s.recvmsg(4096, 256)
  pid = struct.unpack('iII', ancillary[0][2][:12])[0]
  print(pid, data.decode().replace('\\n', ' | '), flush=True)
`;

async function listen(name: string) {
  const path = join(folder, name);
  const child = spawn('python3', ['-c', systemd, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const words: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => words.push(line));
  await until('it is bound', () => words.shift());
  return { path, words };
}

/** A service that opens its notice and goes on with `body`. */
function serve(path: string, body: string, env: Record<string, string> = {}) {
  const program = `import { openServiceNotice } from './notice.mjs';\n${body}`;
  const child = spawn(launcher, [process.execPath, '--input-type=module', '-e', program], {
    cwd: folder,
    env: { PATH: process.env['PATH'], NOTIFY_SOCKET: path, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  return child;
}

describe('what systemd is told', () => {
  it('comes from the main process itself, which NotifyAccess=main asks for (spec K2)', async () => {
    const { path, words } = await listen('main');
    const body = 'const n = openServiceNotice({ env: process.env }); n.ready("brain polls\\nREADY=0"); n.stopping("drains");';
    const child = serve(path, body);
    await once(child, 'exit');
    await until('both words', () => words.length > 1 || undefined);
    expect(words).toEqual([`${child.pid} READY=1 | STATUS=brain polls READY=0`, `${child.pid} STOPPING=1 | STATUS=drains`]);
  });

  it('ends with the watchdog unfed as soon as the service no longer works (spec K2)', async () => {
    const { path, words } = await listen('watchdog');
    const body = `let looks = 0; const isAlive = () => ++looks <= 2;
const n = openServiceNotice({ env: process.env, isAlive });
setInterval(() => looks > 5 && (n.stopping('seen'), process.exit()), 5);`;
    await once(serve(path, body, { WATCHDOG_USEC: '60000' }), 'exit');
    await until('the last word', () => words.at(-1)?.includes('STOPPING') || undefined);
    expect(words.map((line) => line.replace(/^\d+ /, ''))).toEqual(['WATCHDOG=1', 'WATCHDOG=1', 'STOPPING=1 | STATUS=seen']);
  });

  it('is no way out for what a service starts: neither the name of the socket nor its descriptor', async () => {
    const { path } = await listen('children');
    const body = `const { spawnSync } = await import('node:child_process');
console.log(process.env.NOTIFY_SOCKET, spawnSync('readlink', ['/proc/self/fd/' + process.env.JANUS_NOTIFY_FD], { encoding: 'utf8' }).stdout);`;
    const child = serve(path, body);
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    expect(String(line)).toMatch(/^undefined/);
    expect(String(line)).not.toContain('socket');
  });

  it('is nothing where nobody listens, and an error where the socket that is named is none', () => {
    expect(openServiceNotice({ env: {} }).isHeard).toBe(false);
    for (const fd of ['987654', 'x', '0x1']) {
      expect(() => openServiceNotice({ env: { JANUS_NOTIFY_FD: fd } })).toThrow(/JANUS_NOTIFY_FD is .*no open socket/);
    }
  });
});
