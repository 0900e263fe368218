import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { gitConfigFile } from '../../src/adapters/sandbox/profile/git-config.js';
import { generatedFiles } from '../../src/adapters/sandbox/profile/identity.js';
import type { SandboxBench } from '../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../support/sandbox/sandboxes.js';

/** Whatever an action is shown so that programs work: what it does not give away with it. */
describeWithBwrap('what an action sees of the system (spec X2)', () => {
  let bench: SandboxBench;
  beforeAll(async () => {
    bench = await openSandboxBench();
  });
  afterAll(() => bench.close());

  const lines = async (script: string) => (await bench.run(script)).stdout.text.trim().split('\n');

  it('is nothing of /etc and /var that not everybody on the host may read', async () => {
    const generated: readonly string[] = [...generatedFiles.map(([file]) => file), gitConfigFile];
    const isExpected = (file: string) => generated.includes(file) || /^\/var\/lib\/dpkg\/(triggers\/)?lock/i.test(file);
    const closed = await lines('find /etc /var -type f | wc -l; find /etc /var -type f ! -perm -004');
    expect(Number(closed[0])).toBeGreaterThan(20);
    expect(closed.slice(1).filter((file) => !isExpected(file))).toEqual([]);
    // That it is closed to an action, too, however it is owned.
    expect((await lines('find /etc /var -type f ! -readable')).filter((file) => file !== '' && !isExpected(file))).toEqual([]);
  });

  it.each([
    ...[
      'shadow',
      'gshadow',
      'sudoers',
      'sudoers.d',
      'ssh',
      'ssl/private',
      'pki/private',
      'machine-id',
      'krb5.keytab',
      'fstab',
      'crypttab',
      'environment',
    ],
    ...['apt', 'npmrc', 'pip.conf', 'resolv.conf', 'subuid', 'cron.d', 'default', 'pam.d', 'systemd', 'maven/settings.xml', 'profile.d'],
  ])('is no /etc/%s', async (name) => {
    expect(await lines(`ls -d /etc/${name} 2>/dev/null; echo tried`)).toEqual(['tried']);
  });

  it("is no account, name or address of the host's own", async () => {
    const shown = await bench.run('cat /etc/passwd /etc/group /etc/hosts /etc/hostname');
    const own = readFileSync('/etc/passwd', 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(':'));
    const people = own.filter(([, , uid = '']) => Number(uid) >= 100 && Number(uid) < 65_534).map(([name]) => name);
    for (const name of people) expect(shown.stdout.text).not.toMatch(new RegExp(`^${name}:`, 'm'));
    expect(shown.stdout.text).not.toContain(execFileSync('hostname', { encoding: 'utf8' }).trim() + '\n');
  });

  it('can be written nowhere, nor be locked against the host', async () => {
    const script = `echo tried; for f in /etc/mtab /etc/localtime /etc/passwd /etc/os-release /var /var/lib /var/lib/dpkg /var/lib/dpkg/status /var/lib/dpkg/lock; do
[ -w $f ] && echo writable $f; done; ln -sf /x /etc/mtab && echo replaced; (exec 9>>/var/lib/dpkg/lock) && echo opened; rm -f /var/lib/dpkg/status && echo removed; :`;
    expect(await lines(script)).toEqual(['tried']);
    expect(existsSync('/var/lib/dpkg/status')).toBe(existsSync('/usr/bin/dpkg'));
  });

  it('names the time zone that the host has', async () => {
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    expect(await lines('readlink /etc/localtime | sed s,.*/zoneinfo/,,')).toEqual([
      execFileSync('bash', ['-c', 'readlink /etc/localtime | sed s,.*/zoneinfo/,,'], { encoding: 'utf8' }).trim(),
    ]);
    if (existsSync('/usr/bin/node')) expect(await lines("node -p 'new Intl.DateTimeFormat().resolvedOptions().timeZone'")).toEqual([zone]);
  });

  it('is one user, whose files nobody else can be given', async () => {
    expect(
      await lines(
        'touch f; for who in root daemon 1001 65534; do chown $who f 2>&1; chgrp $who f 2>&1; done | grep -c "Operation not permitted"',
      ),
    ).toEqual(['8']);
  });
});

/** Speaks to the kernel's NETLINK_ROUTE directly: what it tells, and what it lets be changed. */
const netlink = String.raw`
import errno, os, socket, struct
def ask(kind, flags, body):
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    s.settimeout(5)
    s.send(struct.pack("=IHHII", 16 + len(body), kind, flags, 1, 0) + body)
    found, code, done = [], 0, False
    while not done:
        data = s.recv(65536)
        while data:
            size, what = struct.unpack("=IH", data[:6])
            if what in (2, 3): code, done = -struct.unpack("=i", data[16:20])[0], True
            else: found.append(data[16:size])
            data = data[(size + 3) & ~3:]
        if not flags & 0x300: done = True
    return found, errno.errorcode.get(code, code)
def attribute(kind, value): return struct.pack("=HH", 4 + len(value), kind) + value + b"\0" * (-len(value) % 4)
link = struct.pack("=BxHiII", 0, 0, 0, 0, 0)
def names(links): return ["lo" if b"lo\0" in l else "another" for l in links]
GETLINK, NEWLINK, GETADDR, NEWADDR, GETROUTE, NEWROUTE, GETNSID = 18, 16, 22, 20, 26, 24, 90
DUMP, ACK, CREATE = 0x301, 0x5, 0x605
print("links", names(ask(GETLINK, DUMP, link)[0]))
print("other namespace", [ask(GETLINK, DUMP, link + attribute(46, struct.pack("=i", n))) for n in (0, 1)])
print("new link", ask(NEWLINK, CREATE, link + attribute(3, b"janus0\0") + attribute(18, attribute(1, b"dummy")))[1])
print("lo down", ask(NEWLINK, ACK, struct.pack("=BxHiII", 0, 0, 1, 0, 1))[1])
print("new address", ask(NEWADDR, CREATE, struct.pack("=BBBBI", 2, 24, 0, 0, 1) + attribute(2, bytes([10, 0, 0, 1])))[1])
print("new route", ask(NEWROUTE, CREATE, struct.pack("=BBBBBBBBI", 2, 0, 0, 0, 254, 3, 0, 1, 0) + attribute(4, struct.pack("=I", 1)))[1])
print("addresses", len(ask(GETADDR, DUMP, struct.pack("=B", 2).ljust(8, b"\0"))[0]))
for protocol in range(1, 32):
    try: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol); print("reached protocol", protocol)
    except OSError as e:
        if e.errno != errno.EAFNOSUPPORT: print("refused otherwise", protocol, e)
`;

describeWithBwrap('the one protocol of netlink that is let through (spec X2)', () => {
  const isHere = existsSync('/usr/bin/python3') || process.env['CI'] !== undefined;
  if (!isHere) process.stderr.write('\nSKIPPED: netlink needs python3\n');
  (isHere ? it : it.skip)('tells of the loopback of the action alone, and changes nothing', async () => {
    const bench = await openSandboxBench();
    try {
      const { stdout, stderr } = await bench.run(netlink, { command: { path: '/usr/bin/python3', args: ['-c', netlink] } });
      expect(stderr.text).toBe('');
      expect(stdout.text).toBe(
        "links ['lo']\nother namespace [([], 'EINVAL'), ([], 'EINVAL')]\nnew link EPERM\nlo down EPERM\nnew address EPERM\nnew route EPERM\naddresses 1\n",
      );
    } finally {
      await bench.close();
    }
  });
});
