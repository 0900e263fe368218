import { closeSync, openSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { endOf, useChild } from '../support/children.js';
import type { SandboxBench } from '../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../support/sandbox/sandboxes.js';

describeWithBwrap('what an action can see and reach (spec X1, X2)', () => {
  let bench: SandboxBench;
  const runner = useChild('run-sandboxed');
  beforeAll(async () => {
    bench = await openSandboxBench();
  });
  afterAll(async () => {
    await bench.close();
  });

  // Each attempt prints "tried" first, so that a green test proves that the command ran.
  it.each([
    ['read the shadow file', 'cat /etc/shadow'],
    ['list home folders', 'ls /home'],
    ["list root's home", 'ls /root'],
    ['list /srv', 'ls /srv'],
    ['list /var beyond the list of packages', 'ls -d /var/* /var/lib/* | grep -vxE "/var/lib(/dpkg|/rpm|/pacman)?"'],
    ['list /opt', 'ls /opt'],
    ['list /sys', 'ls /sys/kernel'],
    ["list the mounts' old root", 'ls /oldroot /newroot'],
    ['write to /usr', 'touch /usr/x'],
    ['write to /etc', 'touch /etc/x'],
    ['write to /', 'mkdir /x'],
    ['write to /dev', 'touch /dev/x'],
    ['write to /run', 'touch /run/x'],
    ['write to /usr/local', 'touch /usr/local/x'],
    ['write to a kernel switch', 'echo 3 > /proc/sys/vm/drop_caches'],
    ['change the host name', 'hostname evil || echo evil > /proc/sys/kernel/hostname'],
    ['make a user namespace', 'unshare -U true'],
    ['make a mount namespace', 'unshare -m true'],
    ['mount a tmpfs', 'mount -t tmpfs none /workspace'],
    ['become root', 'setpriv --reuid=0 true'],
    ['make a device node', 'mknod /workspace/null c 1 3 && cat /workspace/null'],
    ['open a raw socket', 'exec 3<>/dev/udp/127.0.0.1/9 && echo x >&3 && exec 4<>/dev/tcp/127.0.0.1/7233'],
    ['reach a public address', 'exec 3<>/dev/tcp/93.184.216.34/80'],
    ['read the environment of pid 1 of the host', 'tr "\\0" "\\n" < /proc/1/environ | grep JANUS_SECRET'],
  ])('cannot %s', async (_, attempt) => {
    process.env['JANUS_SECRET'] = 'canary';
    const { stdout, exitCode } = await bench.run(`echo tried; { ${attempt}; } 2>/dev/null && echo reached`);
    delete process.env['JANUS_SECRET'];
    expect(stdout.text).toContain('tried');
    expect(stdout.text).not.toContain('reached');
    expect(exitCode).not.toBe(0);
  });

  it('has exactly this environment', async () => {
    const { stdout } = await bench.run('', { command: { path: '/usr/bin/env', args: [] } });
    expect(stdout.text.trim().split('\n').sort()).toEqual([
      'HOME=/workspace',
      'JANUS_MEMORY_MB=4096',
      'LANG=C.UTF-8',
      'LOGNAME=janus',
      'PATH=/usr/sbin:/usr/bin:/bin',
      'PWD=/workspace',
      'TMPDIR=/tmp',
      'USER=janus',
    ]);
  });

  it('is nobody, with no capability and no new privileges', async () => {
    const { stdout } = await bench.run('id -u; id -g; grep -E "^(CapEff|CapBnd|CapPrm|CapAmb|NoNewPrivs)" /proc/self/status');
    expect(stdout.text).toMatch(/^1000\n1000\n/);
    expect(stdout.text).toMatch(/CapPrm:\t0{16}\nCapEff:\t0{16}\nCapBnd:\t0{16}\nCapAmb:\t0{16}\nNoNewPrivs:\t1/);
  });

  it('is not root outside either', async () => {
    await bench.run('touch /workspace/mine');
    const { statSync } = await import('node:fs');
    expect(statSync(`${await bench.workspace()}/mine`).uid).not.toBe(0);
  });

  it('sees its own processes and nothing else', async () => {
    const { stdout } = await bench.run('ls /proc | grep -c "^[0-9]"');
    // The first process, the shell, and the pipe.
    expect(Number(stdout.text)).toBeGreaterThanOrEqual(3);
    expect(Number(stdout.text)).toBeLessThan(8);
  });

  it('has a loopback of its own and no other interface', async () => {
    const { stdout } = await bench.run('cat /proc/net/dev | tail -n +3 | cut -d: -f1');
    expect(stdout.text.trim()).toBe('lo');
  });

  /** Numbers of the descriptors that are open and lead anywhere; what Janus was started with is /dev/null inside. */
  const listing = 'cd /proc/self/fd; for fd in *; do [ "$(readlink $fd)" = /dev/null ] || echo $fd; done';

  // Numbers, not targets: node gives its children sockets for stdout and stderr.
  it('has no descriptor but its three and the one that reading the list takes', async () => {
    const numbers = (await bench.run(listing)).stdout.text.trim().split('\n').map(Number);
    expect(numbers.filter((number) => number > 3)).toEqual([]);
    expect((await bench.run('exec 9</etc/passwd; ' + listing)).stdout.text).toContain('9');
  });

  it('reads nothing from a descriptor that Janus was started with', async () => {
    const secret = `${bench.root}/secret`;
    writeFileSync(secret, 'canary');
    const open = openSync(secret, 'r');
    // Node itself closes what lies next to its own three, and leaves what lies apart.
    const apart = Array.from({ length: 200 }, (_, index) => (index % 100 === 99 ? open : 'ignore'));
    const { messages } = await endOf(runner.startWith(apart, `${bench.root}/other`, `cat <&103; cat <&203; ${listing}; echo end`));
    closeSync(open);
    expect(String(messages[0])).not.toContain('canary');
    expect(String(messages[0])).not.toMatch(/^[12]03$/m);
    expect(String(messages[0])).toMatch(/end\n$/);
  });

  it('keeps its workspace from command to command', async () => {
    await bench.run('echo kept > note');
    expect((await bench.run('cat note')).stdout.text).toBe('kept\n');
  });

  it('sees a grant, read-only or writable as it says', async () => {
    const { mkdir, writeFile, chmod } = await import('node:fs/promises');
    const path = `${bench.root}/granted`;
    await mkdir(path);
    await chmod(path, 0o777);
    await writeFile(`${path}/fact`, 'granted');
    const grant = { name: 'facts', path, writable: false };
    expect((await bench.run(`cat ${path}/fact; touch ${path}/x 2>/dev/null || echo refused`, { grants: [grant] })).stdout.text).toBe(
      'grantedrefused\n',
    );
    expect((await bench.run(`touch ${path}/x && echo written`, { grants: [{ ...grant, writable: true }] })).stdout.text).toBe('written\n');
    expect((await bench.run(`ls ${path} 2>/dev/null || echo nothing`)).stdout.text).toBe('nothing\n');
  });
});
