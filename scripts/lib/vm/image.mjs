import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { run } from '../run.mjs';
import { baseArchive } from './base-archive.mjs';

/** What is in the machine besides Debian's smallest system. */
const packages = [
  ...['systemd', 'systemd-sysv', 'udev', 'kmod', 'dbus', 'libpam-systemd', 'dbus-user-session'],
  ...['linux-image-cloud-amd64', 'bubblewrap', 'util-linux', 'procps', 'e2fsprogs'],
  ...['libstdc++6', 'libatomic1', 'python3-minimal', 'ca-certificates', 'quota', 'gcc', 'libc6-dev'],
];
const initScript = `#!/bin/busybox sh
/bin/busybox mkdir -p /proc /dev /root
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t devtmpfs dev /dev
for module in /modules/*.ko; do /bin/busybox insmod $module || /bin/busybox echo "insmod $module failed"; done
# The disk appears a moment after its driver.
tries=0
while [ ! -b /dev/vda ] && [ $tries -lt 100 ]; do /bin/busybox sleep 0.1; tries=$((tries + 1)); done
/bin/busybox mount -t ext4 -o prjquota /dev/vda /root
/bin/busybox umount /proc
exec /bin/busybox switch_root /root /sbin/init
`;

/** What the disk and its quotas need; what is built into the kernel has no file and needs none. */
const wanted = ['virtio_pci', 'virtio_blk', 'crc32c_generic', 'ext4', 'quota_v2'];

/** Paths below lib/modules/KERNEL, each behind those that it needs, as depmod wrote them down. */
function modulesInOrder(folder) {
  const needs = new Map(
    readFileSync(join(folder, 'modules.dep'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(':'))
      .map(([path, rest]) => [path, rest.trim() === '' ? [] : rest.trim().split(' ').reverse()]),
  );
  const paths = wanted.flatMap((name) => [...needs.keys()].find((path) => basename(path, '.ko').replaceAll('-', '_') === name) ?? []);
  return [...new Set(paths.flatMap((path) => [...needs.get(path), path]))];
}

async function initramfs(root, target) {
  const folder = mkdtempSync(join(tmpdir(), 'janus-initrd-'));
  const kernel = readdirSync(join(root, 'lib/modules'))[0];
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'modules'));
  cpSync('/bin/busybox', join(folder, 'bin/busybox'));
  writeFileSync(join(folder, 'init'), initScript, { mode: 0o755 });
  const modules = join(root, 'lib/modules', kernel);
  for (const [index, path] of modulesInOrder(modules).entries()) {
    cpSync(join(modules, path), join(folder, 'modules', `${String(index).padStart(2, '0')}-${basename(path)}`));
  }
  await run('sh', ['-c', `cd "${folder}" && find . | cpio -o -H newc --quiet | gzip -1 > "${target}"`]);
  rmSync(folder, { recursive: true, force: true });
}

/** What a system that only tests has no use for. */
export const quiet = [
  'systemd-networkd',
  'systemd-resolved',
  'systemd-timesyncd',
  'getty@tty1',
  'serial-getty@ttyS0',
  'e2scrub_all.timer',
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'fstrim.timer',
  'dpkg-db-backup.timer',
];

/** The account of the unit, who owns /srv/janus. */
async function addAccount(root, name, id) {
  const add = (file, line) => appendFileSync(join(root, 'etc', file), `${line}\n`);
  add('passwd', `${name}:x:${id}:${id}::/srv/${name}:/usr/sbin/nologin`);
  add('group', `${name}:x:${id}:`);
  add('shadow', `${name}:!:19000::::::`);
  await run('chown', ['-R', `${id}:${id}`, join(root, 'srv', name)]);
}

/**
 * A disk that boots straight into one unit and switches itself off when that has ended. `files` maps paths inside to folders or files of
 * this machine; `unit` is the text of janus-test.service.
 */
export async function makeMachine(folder, { files, unit, sizeMb = 2_200 }) {
  const root = join(folder, 'root');
  mkdirSync(root);
  const archive = await baseArchive(packages);
  await run('tar', ['-xf', archive, '-C', root]);
  for (const [inside, source] of Object.entries(files)) cpSync(source, join(root, inside), { recursive: true });
  await addAccount(root, 'janus', 990);
  writeFileSync(join(root, 'etc/fstab'), '/dev/vda / ext4 defaults,prjquota 0 0\n');
  writeFileSync(join(root, 'etc/hostname'), 'janus-test\n');
  writeFileSync(join(root, 'etc/systemd/system/janus-test.service'), unit);
  const wants = join(root, 'etc/systemd/system/multi-user.target.wants');
  mkdirSync(wants, { recursive: true });
  await run('ln', ['-sf', '/etc/systemd/system/janus-test.service', join(wants, 'janus-test.service')]);
  for (const name of quiet)
    await run('ln', ['-sf', '/dev/null', join(root, 'etc/systemd/system', name.includes('.') ? name : `${name}.service`)]);
  const boot = readdirSync(join(root, 'boot')).find((name) => name.startsWith('vmlinuz-'));
  const kernel = join(folder, 'vmlinuz');
  cpSync(join(root, 'boot', boot), kernel);
  const initrd = join(folder, 'initrd.gz');
  await initramfs(root, initrd);
  rmSync(join(root, 'boot'), { recursive: true });
  const disk = join(folder, 'disk.img');
  await run('truncate', ['-s', `${sizeMb}M`, disk]);
  await run('mke2fs', ['-q', '-t', 'ext4', '-O', 'project,quota', '-E', 'quotatype=usrquota:grpquota:prjquota', '-d', root, disk]);
  rmSync(root, { recursive: true, force: true });
  return { kernel, initrd, disk };
}
