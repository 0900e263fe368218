import { run, which } from './run.mjs';
import { step, Stop } from './say.mjs';

const managers = [
  { name: 'apt-get', refresh: ['update', '-qq'], install: ['install', '-y', '-qq', '--no-install-recommends'] },
  { name: 'dnf', install: ['install', '-y', '-q'] },
  { name: 'apk', install: ['add', '-q'] },
  { name: 'pacman', install: ['-Sy', '--noconfirm', '--needed'] },
  { name: 'zypper', install: ['--non-interactive', 'install'] },
];

const packages = {
  bwrap: { default: 'bubblewrap' },
  'qemu-system-x86_64': { default: 'qemu-system-x86' },
  mmdebstrap: { default: 'mmdebstrap' },
  'systemd-nspawn': { default: 'systemd-container' },
  busybox: { default: 'busybox-static' },
  mke2fs: { default: 'e2fsprogs' },
  cpio: { default: 'cpio' },
  zsh: { default: 'zsh' },
  fish: { default: 'fish' },
  ip: { default: 'iproute2' },
  gcc: { default: 'gcc' },
  python3: { default: 'python3-minimal' },
  ...Object.fromEntries(
    ['fakeroot', 'jq', 'logrotate', 'openssl', 'restic', 'shellcheck', 'sqlite3', 'tmux'].map((name) => [name, { default: name }]),
  ),
  sshd: { default: 'openssh-server', apk: 'openssh' },
  setfacl: { default: 'acl' },
  // The server comes with it; nothing here starts that.
  promtool: { default: 'prometheus' },
  // With psql. Debian makes a database of its own with it, which nothing here uses.
  initdb: { default: 'postgresql', dnf: 'postgresql-server' },
  pip: { default: 'python3-pip', apk: 'py3-pip', pacman: 'python-pip' },
};

/** Finds a program or, as root, installs it through the distribution's package manager; otherwise names the exact command. */
export async function ensureProgram(program, find = async () => which(program)) {
  const found = await find();
  if (found) return found;
  const manager = managers.find(({ name }) => which(name));
  const names = packages[program];
  const name = manager === undefined ? names.default : (names[manager.name] ?? names.default);
  const command = manager === undefined ? `install the package ${name}` : `sudo ${manager.name} ${manager.install.join(' ')} ${name}`;
  if (manager === undefined || process.getuid?.() !== 0) throw new Stop(`${program} was not found`, { next: command, code: 69 });
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await step(`installing ${name} with ${manager.name}`, async () => {
    if (manager.refresh) await run(manager.name, manager.refresh, { env });
    await run(manager.name, [...manager.install, name], { env });
  });
  const installed = await find();
  if (!installed) throw new Stop(`${name} was installed, but ${program} is still not to be found`, { next: command, code: 69 });
  return installed;
}
