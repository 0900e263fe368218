import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SandboxBench } from '../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../support/sandbox/sandboxes.js';

/**
 * What an attacker would try. Each attempt prints `tried` first; its own status is 0 when the goal was reached. `$SECRET` is a file on the host that
 * every user may read, `$HOSTPID` a process of the account that actions run under, outside of any sandbox.
 */
type Attempt = readonly [goal: string, script: string];

const reads: readonly Attempt[] = [
  ['read a world-readable file of the host', 'cat "$SECRET"'],
  ['read it through the root of the first process', 'cat /proc/1/root"$SECRET"'],
  ['read it through its own root', 'cat /proc/self/root"$SECRET"'],
  ['read it through the folder where the sandbox was started', 'cat /proc/1/cwd"$SECRET" || ls /proc/1/cwd/ | grep -x root'],
  ['climb out of the workspace', 'cat ../../../../../../../../../../"$SECRET"'],
  ['climb out through a link', 'ln -sfn / up; cat up"$SECRET"; r=$?; rm up; [ $r = 0 ]'],
  ['read a neighbour of the workspace', 'ls /workspace/../ | grep -E "output|janus-"'],
  ['read its own earlier output', 'ls /workspace.output'],
  ['open an old root that was left mounted', 'cut -d" " -f5 /proc/self/mountinfo | grep -E "oldroot|newroot"'],
  ['read the boot parameters through /sys', 'cat /sys/kernel/uevent_seqnum'],
  ['read the memory of the kernel', 'head -c 1 /dev/mem || head -c 1 /dev/kmem || head -c 1 /proc/kcore'],
  ['read a disk', 'head -c 1 /dev/sda || head -c 1 /dev/vda || ls /dev/disk'],
  ['read the messages of the kernel', 'dmesg || head -c 1 /dev/kmsg || head -c 1 /proc/kmsg'],
  ['read the keys of root', 'ls /root/.ssh || cat /etc/ssh/ssh_host_*_key'],
  ['read the machine id', 'cat /etc/machine-id || cat /var/lib/dbus/machine-id'],
  ["read the host's users", "grep -vE '^(janus|nobody):' /etc/passwd | grep -E '^[^:]*:[^:]*:[0-9]{3,}:'"],
  ["read the host's name", '[ "$(cat /proc/sys/kernel/hostname)" = "$HOST" ]'],
];

const writes: readonly Attempt[] = [
  ['replace a program', 'cp /usr/bin/true /usr/bin/ls || mv /usr/bin/ls /usr/bin/ls2 || rm -f /usr/bin/yes'],
  ['put a program on the path', 'cp /usr/bin/true /usr/local/bin/x || mkdir /usr/local/bin'],
  ['preload a library everywhere', 'echo /workspace/x.so > /etc/ld.so.preload'],
  ['add a user', 'echo "evil:x:0:0::/:/bin/sh" >> /etc/passwd'],
  ['change name resolution', 'echo "1.2.3.4 localhost" >> /etc/hosts || rm -f /etc/hosts'],
  ['fill the root', 'head -c 1000000 /dev/zero > /filler || mkdir /filler2'],
  ['fill /dev', 'head -c 1000000 /dev/zero > /dev/filler || mkdir /dev/filler2'],
  [
    'change a setting of the kernel',
    'for f in vm/drop_caches kernel/core_pattern kernel/hostname fs/file-max net/ipv4/ip_forward user/max_user_namespaces; do echo 1 > /proc/sys/$f && exit 0; done; false',
  ],
  ['press a magic key', 'echo b > /proc/sysrq-trigger'],
  ['protect itself from the OOM killer', 'echo -1000 > /proc/self/oom_score_adj'],
  ['leave its cgroup', 'ls -d /sys/fs/cgroup/* || mkdir /sys/fs/cgroup/x'],
  ['make the root writable again', 'mount -o remount,rw / || mount -o remount,rw /usr'],
  ['remove the workspace itself', 'rmdir /workspace || mv /workspace /elsewhere'],
  ['make the workspace a link', 'rm -rf /workspace; ln -sfn /etc /workspace; [ -L /workspace ]'],
];

const privileges: readonly Attempt[] = [
  ['use sudo or su', 'sudo -n true || su -c true || pkexec true'],
  ['gain by a set-uid program', 'passwd -d janus || chsh -s /usr/bin/bash janus || newgrp root -c true || mount /workspace'],
  ['raise a capability', 'setpriv --inh-caps +sys_admin --ambient-caps +sys_admin true || capsh --print | grep -q "Current: =.*sys_admin"'],
  ['map itself to root', 'echo "0 1000 1" > /proc/self/uid_map'],
  ['make a set-uid shell', 'cp /usr/bin/bash shell && chmod 4755 shell'],
  ['unpack a set-uid shell', 'cp /usr/bin/true t && tar --mode=4755 -cf t.tar t && rm t && tar -xpf t.tar; [ -u t ]'],
  ['install a set-uid shell', 'install -m 6755 /usr/bin/bash shell2; [ -u shell2 ] || [ -g shell2 ]'],
  ['give a file away', 'touch gift && chown 0 gift'],
  ['make a device', 'mknod sda b 8 0 || mknod mem c 1 1'],
  ['use real-time priority', 'chrt -f 50 true'],
  ['raise its own limits', 'ulimit -n 1000000 || ulimit -u 100000 || ulimit -c unlimited'],
  ['raise them of the first process', 'prlimit --pid 1 --nofile=1000000'],
  ['turn address randomisation off', 'setarch -R true'],
  ['raise its niceness', 'nice -n -5 sh -c "[ \\$(nice) -lt 0 ]"'],
  ['set the clock', 'date -s 2000-01-01'],
];

const others: readonly Attempt[] = [
  ['signal a process of its own account on the host', 'kill -0 "$HOSTPID"'],
  ['look at a process of its own account on the host', 'grep -z CANARY /proc/"$HOSTPID"/environ'],
  ['find the worker', 'grep -lz -e "[j]est" -e "[w]orker" /proc/[0-9]*/cmdline'],
  ['signal everything', 'kill -9 -1; [ -d /proc/"$HOSTPID" ]'],
  ['end the first process', 'kill -9 1; sleep 0.1; [ ! -d /proc/1 ]'],
  ['enter the namespaces of the first process', 'nsenter -t 1 -U -m true'],
  ['enter its own again', 'nsenter --user=/proc/self/ns/user true'],
  ['make each namespace', 'for n in -m -U -i -n -p -u -C -T; do unshare $n true && exit 0; unshare -r $n true && exit 0; done; false'],
  ['nest another bwrap', 'bwrap --ro-bind / / true || bwrap --unshare-user --ro-bind / / true'],
  ['change its root', 'mkdir -p jail && chroot jail true'],
  ['see shared memory of the host', 'ipcs -m | grep -E "^0x" || ls /dev/shm | grep .'],
  ['see message queues of the host', 'ls /dev/mqueue'],
  ['see unix sockets of the host', 'grep -q "@" /proc/net/unix'],
  ['reach the session bus or docker', 'ls /run/dbus /var/run/docker.sock /run/docker.sock /run/user /tmp/.X11-unix'],
  ['have a terminal to type into', 'exec 3<>/dev/tty'],
  ['open the console', 'exec 3<>/dev/console || exec 3<>/dev/tty0'],
  [
    'listen on a descriptor of the worker',
    'for f in /proc/$$/fd/*; do case ${f##*/} in 0|1|2|255) ;; *) [ -e $f ] && [ "$(readlink $f)" != /dev/null ] && exit 0;; esac; done; false',
  ],
  ['reach a port of the host', 'exec 3<>/dev/tcp/127.0.0.1/"$PORT"'],
  ['reach a port of the host by the other family', 'exec 3<>/dev/tcp/::1/"$PORT" || exec 3<>/dev/tcp/localhost/"$PORT"'],
  ['set up an interface', 'ip link add dummy0 type dummy || ip addr add 10.0.0.1/8 dev lo'],
  ['resolve a name', 'getent hosts example.com'],
];

const environment: readonly Attempt[] = [
  ['read a secret of the worker', 'env | grep CANARY || cat /proc/*/environ 2>/dev/null | grep -z CANARY'],
  ['find the search path of the host', 'echo "$PATH" | grep -E "/home|/root|/opt|/local"'],
  ['have an agent or a display', '[ -n "$SSH_AUTH_SOCK$DISPLAY$DBUS_SESSION_BUS_ADDRESS$XDG_RUNTIME_DIR$NODE_OPTIONS$LD_PRELOAD" ]'],
  ['run a login profile that an earlier action left', '[ -e /workspace/profile-ran ]'],
  ['run what BASH_ENV names', '[ -n "$BASH_ENV$ENV" ]'],
];

describeWithBwrap('attacks on the sandbox (spec X1, X2)', () => {
  let bench: SandboxBench;
  let server: Server;
  let prelude: string;
  let victim: ReturnType<typeof spawn>;
  beforeAll(async () => {
    bench = await openSandboxBench();
    const secret = join(bench.root, 'secret');
    writeFileSync(secret, 'CANARY', { mode: 0o644 });
    chmodSync(bench.root, 0o711);
    server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { uid } = statSync(await bench.workspace());
    // Of the very account that actions have: only the namespaces stand between the two.
    victim = spawn('/usr/bin/sleep', ['600'], { env: { SECRET: 'CANARY' }, uid, gid: uid, stdio: 'ignore' });
    const { port } = server.address() as { port: number };
    const { hostname } = await import('node:os');
    const aims = { SECRET: secret, HOSTPID: String(victim.pid), PORT: String(port), HOST: hostname() };
    prelude = Object.entries(aims)
      .map(([name, value]) => `${name}='${value}'`)
      .join('; ');
    // Traps of an earlier action: whatever runs them later has been caught.
    for (const name of ['.profile', '.bash_profile', '.bashrc', '.bash_login'])
      await bench.run(`echo "touch /workspace/profile-ran" > ${name}`);
    process.env['JANUS_SECRET'] = 'CANARY';
  });
  afterAll(async () => {
    delete process.env['JANUS_SECRET'];
    victim.kill('SIGKILL');
    server.close();
    await bench.close();
  });

  const attempts = (list: readonly Attempt[]) =>
    it.each(list)('cannot %s', async (_, script) => {
      const { stdout, reason } = await bench.run(`${prelude}\necho tried\n( ${script} ) >/dev/null 2>&1 && echo reached || echo held`);
      // `kill -9 -1` ends the shell, too: it came as far as to try.
      expect(stdout.text).toMatch(/^tried\n/);
      expect(stdout.text).not.toContain('reached');
      expect(['exit', 'signal']).toContain(reason);
      expect(victim.exitCode).toBeNull();
      expect(victim.signalCode).toBeNull();
    });

  describe('by reading', () => attempts(reads));
  describe('by writing', () => attempts(writes));
  describe('by privileges', () => attempts(privileges));
  describe('by other processes, terminals and sockets', () => attempts(others));
  describe('by the environment', () => attempts(environment));

  it('would have reached the aims without a sandbox: they are real', async () => {
    const { execFileSync } = await import('node:child_process');
    const script = `${prelude}\ncat "$SECRET" && kill -0 "$HOSTPID" && exec 3<>/dev/tcp/127.0.0.1/"$PORT"`;
    expect(execFileSync('/usr/bin/bash', ['-c', script], { encoding: 'utf8' })).toContain('CANARY');
  });

  it('keeps what one action planted from steering the set-up of the next (CVE-2026-87766)', async () => {
    const aim = join(bench.root, 'aim');
    mkdirSync(aim);
    chmodSync(aim, 0o777);
    await bench.run(`for n in etc dev proc run tmp usr oldroot; do ln -sfn /oldroot${aim} $n; done`);
    expect(await bench.run('true')).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(aim, 'passwd'))).toBe(false);
    expect(statSync(aim).nlink).toBe(2);
    await bench.run('rm -f etc dev proc run tmp usr oldroot');
  });
});
