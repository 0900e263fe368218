import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { soon } from '../soon.js';

const program = ['/usr/sbin/sshd', '/usr/bin/sshd', '/usr/local/sbin/sshd'].find((file) => existsSync(file));
const isThere = program !== undefined && spawnSync('sftp', ['-?']).error === undefined;

/** With a real sshd; without one it fails in CI, and is skipped loudly elsewhere. */
export function describeWithSshd(name: string, body: () => void): void {
  if (isThere || process.env['CI'] !== undefined) {
    describe(name, body);
    return;
  }
  process.stderr.write(`\nSKIPPED: ${name} needs sshd (openssh-server) and sftp\n`);
  describe.skip(name, body);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export const makeKey = (file: string): void => void execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', file]);

/** An sshd of this account on a port of the loopback interface that gives files out of `folder` alone. */
export async function startSshd(folder: string) {
  const at = (name: string) => join(folder, name);
  mkdirSync(at('home'), { recursive: true });
  chmodSync(folder, 0o755);
  for (const name of ['host_key', 'key', 'other_key']) makeKey(at(name));
  const port = await freePort();
  writeFileSync(at('authorized_keys'), execFileSync('cat', [at('key.pub')]));
  writeFileSync(at('known_hosts'), `[127.0.0.1]:${port} ${execFileSync('cat', [at('host_key.pub')], { encoding: 'utf8' })}`);
  writeFileSync(
    at('sshd_config'),
    [
      ...[
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        `HostKey ${at('host_key')}`,
        `AuthorizedKeysFile ${at('authorized_keys')}`,
        'PidFile none',
      ],
      ...['StrictModes no', 'UsePAM no', 'PasswordAuthentication no', 'PermitRootLogin prohibit-password'],
      ...[`Subsystem sftp internal-sftp -d ${at('home')}`, 'ForceCommand internal-sftp -d ' + at('home'), ''],
    ].join('\n'),
  );
  // What Debian's sshd wants to be there where root starts it.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const child = spawn(program ?? 'sshd', ['-D', '-e', '-f', at('sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const listens = () => spawnSync('bash', ['-c', `exec 3<>/dev/tcp/127.0.0.1/${port}`], { stdio: 'ignore' }).status === 0;
  await soon(() => {
    if (child.exitCode !== null) throw new Error(`sshd ended: ${said}`);
    return listens();
  });
  return {
    home: at('home'),
    settings: { user: userInfo().username, host: '127.0.0.1', port, keyFile: at('key'), knownHosts: at('known_hosts') },
    otherKey: at('other_key'),
    at,
    stop: () => void child.kill('SIGKILL'),
  };
}
