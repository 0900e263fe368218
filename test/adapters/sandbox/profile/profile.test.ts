import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  bwrapArgs,
  environment,
  firstDataDescriptor,
  generatedFiles,
  profileData,
  sandboxProfileId,
} from '../../../../src/adapters/sandbox/profile/profile.js';
import { prlimitArgs } from '../../../../src/adapters/sandbox/profile/rlimits.js';
import { seccompFilter } from '../../../../src/adapters/sandbox/seccomp/filter.js';
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
    given: { grants: readonly { path: string; writable: boolean }[]; workspace: string; command: { path: string; args: string[] } },
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
     --ro-bind /usr /usr
     --size 1048576
     --tmpfs /usr/local
     --remount-ro /usr/local
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
     --ro-bind-try /etc/ca-certificates /etc/ca-certificates
     --ro-bind-try /etc/localtime /etc/localtime
     --ro-bind-try /etc/mime.types /etc/mime.types
     --ro-bind-try /etc/services /etc/services
     --ro-bind-try /etc/protocols /etc/protocols
     --ro-bind-data 4 /etc/passwd
     --ro-bind-data 5 /etc/group
     --ro-bind-data 6 /etc/hosts
     --ro-bind-data 7 /etc/nsswitch.conf
     --ro-bind-data 8 /etc/gitconfig
     --proc /proc
     --dev /dev
     --size 1048576
     --tmpfs /run
     --size 67108864
     --tmpfs /tmp
     --size 67108864
     --tmpfs /dev/shm
     --ro-bind /srv/cache /srv/cache
     --bind /var/lib/janus/workspaces/janus-0123456789ab /workspace
     --chdir /workspace
     --remount-ro /etc
     --remount-ro /run
     --remount-ro /dev
     --remount-ro /
     --seccomp 9
     --json-status-fd 3
     -- /usr/bin/prlimit
     --nproc=64
     --fsize=1073741824
     --nofile=1024
     --cpu=300:301
     --core=0
     -- /usr/bin/jq . x"
    `);
  });

  it('always dies with its parent, shares no namespace, drops every capability and clears the environment', () => {
    property((argv) => {
      const { parsed } = parse(argv);
      const names = parsed.map(({ name }) => name);
      for (const name of ['user', 'pid', 'ipc', 'uts', 'net'].map((each) => `--unshare-${each}`)) expect(names).toContain(name);
      for (const name of ['--die-with-parent', '--new-session', '--disable-userns', '--clearenv']) expect(names).toContain(name);
      expect(parsed).toContainEqual({ name: '--cap-drop', values: ['ALL'], destination: undefined });
      expect(names.filter((name) => name.startsWith('--share') || name.startsWith('--cap-add'))).toEqual([]);
      const set = parsed.filter(({ name }) => name === '--setenv').map(({ values }) => values);
      expect(Object.fromEntries(set)).toEqual(environment);
      expect(names.indexOf('--clearenv')).toBeLessThan(names.indexOf('--setenv'));
    });
  });

  it('ends with the remounts: what is writable is a sized tmpfs, the workspace, or a grant that says so', () => {
    property((argv, given) => {
      const { parsed } = parse(argv);
      expect(parsed.slice(-6).map(({ name, values }) => [name, values[0]])).toEqual([
        ['--remount-ro', '/etc'],
        ['--remount-ro', '/run'],
        ['--remount-ro', '/dev'],
        ['--remount-ro', '/'],
        ['--seccomp', '9'],
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
      expect(run.slice(0, run.indexOf('--') + 1)).toEqual(prlimitArgs(limitsOf(run)));
    });
  });

  it('shows nothing of the host but /usr, a few files of /etc, the grants and the workspace', () => {
    property((argv, given) => {
      const shown = parse(argv)
        .parsed.filter(({ name }) => name.includes('bind') && !name.endsWith('data'))
        .map(({ values }) => values[0]!);
      const others = shown.filter((source) => !source.startsWith('/etc/') && !given.grants.some((each) => each.path === source));
      expect(others.filter((source) => source !== given.workspace)).toEqual(
        given.grants.some((each) => each.path === '/usr') ? [] : ['/usr'],
      );
    });
    const etc = parse(argvFor()).parsed.flatMap(({ name, values }) => (name.startsWith('--ro-bind') ? values : []));
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

describe('sandboxProfileId', () => {
  it('is stable, and the same for every action', () => {
    expect(sandboxProfileId()).toMatch(/^janus-sandbox@1:[0-9a-f]{16}$/);
    expect(sandboxProfileId()).toBe(sandboxProfileId());
  });

  it('is another one for another filter, so an approval never covers it (spec P5)', () => {
    expect(new Set(['x64', 'arm64', 'ia32'].map(sandboxProfileId)).size).toBe(3);
  });

  it('brings its data in the order of the descriptors', () => {
    const { parsed } = parse(argvFor());
    const read = parsed.filter(({ name }) => name === '--ro-bind-data' || name === '--seccomp').map(({ values }) => Number(values[0]));
    expect(read).toEqual(profileData([]).map((_, index) => firstDataDescriptor + index));
    expect(profileData([]).at(-1)).toEqual(seccompFilter());
  });

  it("names no user of the host: every generated file is the sandbox's own", () => {
    expect(generatedFiles.map(([file]) => file)).toEqual(['/etc/passwd', '/etc/group', '/etc/hosts', '/etc/nsswitch.conf']);
    for (const [, content] of generatedFiles) expect(content).not.toMatch(/root:/);
  });
});
