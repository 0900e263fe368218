import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bwrapArgs, environment } from '../../../../src/adapters/sandbox/profile/profile.js';
import { prlimitArgs } from '../../../../src/adapters/sandbox/profile/rlimits.js';
import { packageLists } from '../../../../src/adapters/sandbox/profile/system-files.js';
import type { Limits } from '../../../../src/domain/action/limits.js';
import { charterLimits } from '../../../../src/domain/action/limits.js';
import { parse } from '../../../support/sandbox/bwrap-options.js';

const workspace = '/var/lib/janus/workspaces/janus-0123456789ab';
const argvFor = (change: Partial<Parameters<typeof bwrapArgs>[0]> = {}, command = { path: '/usr/bin/true', args: [] as string[] }) =>
  bwrapArgs({ workspace, limits: charterLimits, grants: [], ...change }, command);

const path = fc.stringMatching(/^\/[a-z]{1,6}(\/[a-z]{1,6}){0,3}$/);
const grant = fc.record({ name: fc.string(), path, writable: fc.boolean() });
/** As the sandbox lets them through: none beneath a writable one. */
const grants = fc.uniqueArray(grant, { maxLength: 4, selector: ({ path: at }) => at.split('/')[1] });
const limits = fc.record(
  Object.fromEntries(Object.keys(charterLimits).map((name) => [name, fc.nat()])),
) as fc.Arbitrary<unknown> as fc.Arbitrary<Limits>;
const command = fc.record({
  path: fc.string(),
  args: fc.array(fc.oneof(fc.string(), fc.constantFrom('--bind', '--', '/', '--share-net'))),
});
const subject = fc.record({ workspace: path, limits, grants });

const property = (
  check: (
    argv: string[],
    given: {
      limits: Limits;
      grants: readonly { path: string; writable: boolean }[];
      workspace: string;
      command: { path: string; args: string[] };
    },
  ) => void,
) => fc.assert(fc.property(subject, command, (each, run) => check(bwrapArgs(each, run), { ...each, command: run })));

describe('bwrapArgs (spec X1, X2)', () => {
  it('is this command line', () => {
    const argv = argvFor({ grants: [{ name: 'cache', path: '/srv/cache', writable: false }] }, { path: '/usr/bin/jq', args: ['.', 'x'] });
    expect(argv.join(' ').replaceAll(' --', '\n--')).toMatchInlineSnapshot(`
     "--unshare-user
     --unshare-pid
     --unshare-ipc
     --unshare-uts
     --unshare-cgroup-try
     --unshare-net
     --disable-userns
     --uid 1000
     --gid 1000
     --hostname janus-sandbox
     --die-with-parent
     --new-session
     --cap-drop ALL
     --clearenv
     --setenv HOME /workspace
     --setenv LANG C.UTF-8
     --setenv LOGNAME janus
     --setenv PATH /usr/sbin:/usr/bin:/bin
     --setenv TMPDIR /tmp
     --setenv USER janus
     --setenv JANUS_MEMORY_MB 4096
     --ro-bind /usr /usr
     --size 1048576
     --tmpfs /usr/local
     --symlink usr/bin /bin
     --symlink usr/sbin /sbin
     --symlink usr/lib /lib
     --symlink usr/lib64 /lib64
     --size 1048576
     --tmpfs /etc
     --ro-bind-try /etc/ld.so.cache /etc/ld.so.cache
     --ro-bind-try /etc/ld.so.conf /etc/ld.so.conf
     --ro-bind-try /etc/ld.so.conf.d /etc/ld.so.conf.d
     --ro-bind-try /etc/alternatives /etc/alternatives
     --ro-bind-try /etc/ssl/certs /etc/ssl/certs
     --ro-bind-try /etc/ssl/openssl.cnf /etc/ssl/openssl.cnf
     --ro-bind-try /etc/ca-certificates /etc/ca-certificates
     --ro-bind-try /etc/pki/ca-trust/extracted /etc/pki/ca-trust/extracted
     --ro-bind-try /etc/pki/java /etc/pki/java
     --ro-bind-try /etc/pki/tls/certs /etc/pki/tls/certs
     --ro-bind-try /etc/pki/tls/openssl.cnf /etc/pki/tls/openssl.cnf
     --ro-bind-try /etc/crypto-policies /etc/crypto-policies
     --ro-bind-try /etc/services /etc/services
     --ro-bind-try /etc/protocols /etc/protocols
     --ro-bind-try /etc/rpc /etc/rpc
     --ro-bind-try /etc/netconfig /etc/netconfig
     --ro-bind-try /etc/mime.types /etc/mime.types
     --ro-bind-try /etc/magic /etc/magic
     --ro-bind-try /etc/magic.mime /etc/magic.mime
     --ro-bind-try /etc/xattr.conf /etc/xattr.conf
     --ro-bind-try /etc/os-release /etc/os-release
     --ro-bind-try /etc/debian_version /etc/debian_version
     --ro-bind-try /etc/redhat-release /etc/redhat-release
     --ro-bind-try /etc/lsb-release /etc/lsb-release
     --ro-bind-try /etc/shells /etc/shells
     --ro-bind-try /etc/timezone /etc/timezone
     --ro-bind-try /etc/locale.alias /etc/locale.alias
     --ro-bind-try /etc/terminfo /etc/terminfo
     --ro-bind-try /etc/inputrc /etc/inputrc
     --ro-bind-try /etc/manpath.config /etc/manpath.config
     --ro-bind-try /etc/man_db.conf /etc/man_db.conf
     --ro-bind-try /etc/groff /etc/groff
     --ro-bind-try /etc/fonts /etc/fonts
     --ro-bind-try /etc/X11/rgb.txt /etc/X11/rgb.txt
     --ro-bind-try /etc/perl /etc/perl
     --ro-bind-try /etc/maven/m2.conf /etc/maven/m2.conf
     --ro-bind-try /etc/maven/logging /etc/maven/logging
     --ro-bind-try /var/lib/dpkg /var/lib/dpkg
     --ro-bind-try /var/lib/rpm /var/lib/rpm
     --ro-bind-try /var/lib/pacman/local /var/lib/pacman/local
     --ro-bind-try /etc/localtime /etc/localtime
     --symlink ../proc/self/mounts /etc/mtab
     --ro-bind-data 4 /etc/passwd
     --ro-bind-data 5 /etc/group
     --ro-bind-data 6 /etc/hosts
     --ro-bind-data 7 /etc/hostname
     --ro-bind-data 8 /etc/nsswitch.conf
     --ro-bind-data 9 /etc/gitconfig
     --proc /proc
     --dev /dev
     --size 1048576
     --tmpfs /run
     --size 4294967296
     --tmpfs /tmp
     --size 4294967296
     --tmpfs /dev/shm
     --ro-bind /srv/cache /srv/cache
     --bind /var/lib/janus/workspaces/janus-0123456789ab /workspace
     --chdir /workspace
     --remount-ro /usr/local
     --remount-ro /etc
     --remount-ro /run
     --remount-ro /dev
     --remount-ro /
     --seccomp 10
     --json-status-fd 3
     -- /usr/bin/sh -c umask 022; exec "$@" sh /usr/bin/prlimit
     --nproc=64
     --fsize=1073741824
     --nofile=1024
     --cpu=300:301
     --core=0
     -- /usr/bin/jq . x"
    `);
  });

  it('always dies with its parent, shares no namespace, drops every capability and clears the environment', () => {
    property((argv, given) => {
      const { parsed } = parse(argv);
      const names = parsed.map(({ name }) => name);
      for (const name of ['user', 'pid', 'ipc', 'uts', 'net'].map((each) => `--unshare-${each}`)) expect(names).toContain(name);
      for (const name of ['--die-with-parent', '--new-session', '--disable-userns', '--clearenv']) expect(names).toContain(name);
      expect(parsed).toContainEqual({ name: '--cap-drop', values: ['ALL'], destination: undefined });
      expect(names.filter((name) => name.startsWith('--share') || name.startsWith('--cap-add'))).toEqual([]);
      const set = parsed.filter(({ name }) => name === '--setenv').map(({ values }) => values);
      expect(Object.fromEntries(set)).toEqual({ ...environment, JANUS_MEMORY_MB: String(given.limits.memoryMb) });
      expect(names.indexOf('--clearenv')).toBeLessThan(names.indexOf('--setenv'));
    });
  });

  it('ends with the remounts: what is writable is a sized tmpfs, the workspace, or a grant that says so', () => {
    property((argv, given) => {
      const { parsed } = parse(argv);
      expect(parsed.slice(-7).map(({ name, values }) => [name, values[0]])).toEqual([
        ['--remount-ro', '/usr/local'],
        ['--remount-ro', '/etc'],
        ['--remount-ro', '/run'],
        ['--remount-ro', '/dev'],
        ['--remount-ro', '/'],
        ['--seccomp', '10'],
        ['--json-status-fd', '3'],
      ]);
      const writable = parsed.filter(({ name }) => name === '--bind').map(({ values }) => values);
      const granted = given.grants.filter((each) => each.writable).map((each) => [each.path, each.path]);
      expect(writable).toEqual([...granted, [given.workspace, '/workspace']]);
      for (const [index, { name }] of parsed.entries()) if (name === '--tmpfs') expect(parsed[index - 1]!.name).toBe('--size');
    });
  });

  it('puts nothing beneath a writable bind: such a destination follows a planted link (CVE-2026-87766)', () => {
    property((argv) => {
      const writable: string[] = [];
      for (const { name, destination } of parse(argv).parsed) {
        if (destination === undefined) continue;
        expect(writable.filter((above) => destination.startsWith(`${above}/`))).toEqual([]);
        if (name === '--bind') writable.push(destination);
      }
    });
  });

  it('never lets an argument, a path or a grant become an option', () => {
    property((argv, given) => {
      const { command: run } = parse(argv);
      expect(run.slice(run.indexOf('--') + 1)).toEqual([given.command.path, ...given.command.args]);
      expect(run.slice(0, run.indexOf('--') + 1)).toEqual([
        '/usr/bin/sh',
        '-c',
        'umask 022; exec "$@"',
        'sh',
        ...prlimitArgs(limitsOf(run)),
      ]);
    });
  });

  it('shows nothing of the host but /usr, a few files of /etc, the lists of packages, the grants and the workspace', () => {
    property((argv, given) => {
      const shown = parse(argv)
        .parsed.filter(({ name }) => name.includes('bind') && !name.endsWith('data'))
        .map(({ values }) => values[0]!);
      const isListed = (source: string) => source.startsWith('/etc/') || packageLists.includes(source);
      const others = shown.filter((source) => !isListed(source) && !given.grants.some((each) => each.path === source));
      expect(others.filter((source) => source !== given.workspace)).toEqual(
        given.grants.some((each) => each.path === '/usr') ? [] : ['/usr'],
      );
    });
    const etc = parse(argvFor()).parsed.flatMap(({ name, values }) => (/^--ro-bind(-try)?$/.test(name) ? values : []));
    expect(etc.filter((each) => /shadow|sudoers|ssh(?!d)|hostname|machine-id|janus/.test(each))).toEqual([]);
    expect(etc.filter((each) => each === '/etc')).toEqual([]);
  });
});

/** The limits in the words of prlimit, read back. */
function limitsOf(run: readonly string[]): Limits {
  const of = (name: string) => Number(new RegExp(`^--${name}=(\\d+)`).exec(run.find((word) => word.startsWith(`--${name}=`))!)![1]);
  return {
    ...charterLimits,
    processes: of('nproc'),
    openFiles: of('nofile'),
    cpuSeconds: of('cpu'),
    diskWriteMb: of('fsize') / 1_048_576,
  };
}
