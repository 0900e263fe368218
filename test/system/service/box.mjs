import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../../scripts/lib/run.mjs';
import { Stop } from '../../../scripts/lib/say.mjs';
import { baseArchive } from '../../../scripts/lib/vm/base-archive.mjs';
import { quiet } from '../../../scripts/lib/vm/image.mjs';

/** What a server has of the distribution, so that the installer fetches nothing. */
const packages = [
  ...[
    'systemd',
    'systemd-sysv',
    'dbus',
    'libpam-systemd',
    'sudo',
    'acl',
    'nftables',
    'iproute2',
    'procps',
    'psmisc',
    'util-linux',
    'logrotate',
  ],
  ...[
    'bubblewrap',
    'jq',
    'ripgrep',
    'python3-minimal',
    'curl',
    'git',
    'sqlite3',
    'restic',
    'logrotate',
    'openssh-client',
    'openssh-server',
    'ca-certificates',
    'libstdc++6',
  ],
];
const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Processes whose parent this is. */
const childrenOf = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);

/** A Debian of its own below `folder`, with a network of its own that leads nowhere. Needs root and systemd-nspawn. */
export async function makeBox(folder) {
  const root = join(folder, 'root');
  mkdirSync(root);
  await run('tar', ['-xf', await baseArchive(packages), '-C', root]);
  writeFileSync(join(root, 'etc/hostname'), 'janus-box\n');
  for (const name of quiet) {
    const unit = join(root, 'etc/systemd/system', name.includes('.') ? name : `${name}.service`);
    rmSync(unit, { force: true });
    symlinkSync('/dev/null', unit);
  }
  return root;
}

/** Boots it under a real systemd; resolves when that has started all that is enabled, or has tried to. */
export async function bootBox(root) {
  const args = ['-q', '-D', root, '--boot', '--register=no', '--keep-unit', '--private-network', '--machine=janus-box', '--console=pipe'];
  // For a mount that hangs.
  if (existsSync('/dev/fuse')) args.push('--bind=/dev/fuse');
  // bwrap closes user namespaces beneath its own by a file in /proc/sys, as on a machine that is no container.
  const env = { ...process.env, SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'yes' };
  const child = spawn('systemd-nspawn', args, { env, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const leader = () => (existsSync(`/proc/${child.pid}`) ? childrenOf(child.pid)[0] : undefined);
  const enter = (argv) => [
    '-t',
    leader() ?? '0',
    '-m',
    '-u',
    '-i',
    '-n',
    '-p',
    '-C',
    '--',
    '/usr/bin/env',
    '-i',
    `PATH=${path}`,
    'HOME=/root',
    'LANG=C.UTF-8',
    ...argv,
  ];
  const box = {
    /** Runs a script of bash inside, as root; what it printed, and how it ended. */
    bash(script, { seconds = 120 } = {}) {
      const { status, stdout, stderr } = spawnSync('nsenter', enter(['bash', '-c', script]), {
        encoding: 'utf8',
        timeout: seconds * 1_000,
      });
      return { code: status, out: stdout.trim(), err: stderr.trim() };
    },
    async powerOff() {
      box.bash('systemctl poweroff');
      if (await Promise.race([ended.then(() => true), pause(120_000)])) return;
      child.kill('SIGKILL');
      await ended;
    },
  };
  for (const end = Date.now() + 180_000; Date.now() < end; await pause(200)) {
    if (child.exitCode !== null) break;
    if (/running|degraded/.test(box.bash('systemctl is-system-running').out)) return box;
  }
  child.kill('SIGKILL');
  throw new Stop('the container did not boot', { next: `systemd-nspawn -D ${root} --boot` });
}
