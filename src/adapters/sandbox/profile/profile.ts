import { createHash } from 'node:crypto';
import type { Limits } from '../../../domain/action/limits.js';
import type { Grant, PlannedCommand } from '../../../domain/action/plan.js';
import type { Account } from './account.js';
import { generatedFiles, insideHost, insideId } from './identity.js';
import { prlimitArgs } from './rlimits.js';
import type { HostSystem } from './system-files.js';
import { packageLists, systemFiles, systemMounts, versionedFolders } from './system-files.js';
import { architectures } from '../seccomp/architectures.js';
import { seccompFilter } from '../seccomp/filter.js';
import type { WayOut } from '../contract/way-out.js';
import { gitConfig, gitConfigFile, gitConfigFor } from './git-config.js';
import { throughBridge, wayOutEnvironment, wayOutMounts, wayOutTemplates } from '../contract/way-out.js';

/** The environment of every action (spec X2): these names, these values, nothing inherited. */
export const environment = {
  HOME: '/workspace',
  LANG: 'C.UTF-8',
  LOGNAME: 'janus',
  PATH: '/usr/sbin:/usr/bin:/bin',
  TMPDIR: '/tmp',
  USER: 'janus',
} as const;

/** How much memory the action may have, in MiB. */
export const memoryVariable = 'JANUS_MEMORY_MB';

const mebibyte = 1_048_576;

/** Descriptors of bwrap: 3 is its own report, the generated files follow, then git's, which knows the grants, then the filter. */
export const statusDescriptor = 3;
export const firstDataDescriptor = 4;
const gitDescriptor = firstDataDescriptor + generatedFiles.length;
const seccompDescriptor = gitDescriptor + 1;
/** What bwrap waits for before it makes the sandbox, where it is told to. */
export const blockDescriptor = seccompDescriptor + 1;

/** What bwrap reads from `firstDataDescriptor` on, in this order. */
export async function profileData(grants: readonly Pick<Grant, 'path'>[], account: Account): Promise<readonly (string | Buffer)[]> {
  return [...generatedFiles.map(([, content]) => content), await gitConfigFor(grants, account), seccompFilter()];
}

export interface ProfileSubject {
  readonly workspace: string;
  readonly limits: Limits;
  readonly grants: readonly Grant[];
  readonly standIns?: ReadonlyMap<string, string> | undefined;
  readonly wayOut?: WayOut | undefined;
  readonly observesNetwork?: boolean | undefined;
  readonly readOnly?: boolean | undefined;
  /** What this machine shows besides /usr; absent: nothing that differs between machines. */
  readonly system?: HostSystem;
}

/**
 * What an action leaves in a granted folder has the modes that people expect, however the worker was started: under its umask of 077, which is for
 * its own files, nobody but the action could read a report. A default access list of the folder goes before any umask.
 */
const withUmask = ['/usr/bin/sh', '-c', 'umask 022; exec "$@"', 'sh'];

const tmpfs = (path: string, bytes: number) => ['--size', String(bytes), '--tmpfs', path];

/**
 * The command line of the sandbox, without bwrap's own name. Pure, so that a test can read it. Mount order matters: a later mount covers an
 * earlier one. Nothing is ever mounted beneath a writable bind: such a destination follows a link that an action planted (CVE-2026-87766).
 */
export function bwrapArgs(
  { workspace, limits, grants, standIns, wayOut, observesNetwork, readOnly = false, system = { versioned: [] } }: ProfileSubject,
  command: Pick<PlannedCommand, 'path' | 'args'>,
): string[] {
  return [
    ['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try', '--unshare-net', '--disable-userns'],
    ['--uid', String(insideId), '--gid', String(insideId), '--hostname', insideHost],
    ['--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--clearenv'],
    Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
    // No program sees the limit by itself: the kernel tells of the host's memory only.
    ['--setenv', memoryVariable, String(limits.memoryMb)],
    wayOutEnvironment(wayOut),
    ['--ro-bind', '/usr', '/usr', ...tmpfs('/usr/local', mebibyte)],
    ['bin', 'sbin', 'lib', 'lib64'].flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
    tmpfs('/etc', mebibyte),
    systemMounts(system),
    generatedFiles.flatMap(([file], index) => ['--ro-bind-data', String(firstDataDescriptor + index), file]),
    ['--ro-bind-data', String(gitDescriptor), gitConfigFile],
    ['--proc', '/proc', '--dev', '/dev'],
    tmpfs('/run', mebibyte),
    wayOutMounts(wayOut),
    // Memory, and counted as the action's: so large as that may be.
    tmpfs('/tmp', limits.memoryMb * mebibyte),
    tmpfs('/dev/shm', limits.memoryMb * mebibyte),
    grants.flatMap(({ path, writable }) => [writable && !readOnly ? '--bind' : '--ro-bind', standIns?.get(path) ?? path, path]),
    [readOnly ? '--ro-bind' : '--bind', workspace, '/workspace', '--chdir', '/workspace'],
    // bwrap's root and /dev are writable tmpfs of unlimited size until here; what is granted below /usr/local has got its place.
    [...(grants.some(({ path }) => path === '/usr/local') ? [] : ['/usr/local']), '/etc', '/run', '/dev', '/'].flatMap((path) => [
      '--remount-ro',
      path,
    ]),
    observesNetwork === true ? ['--block-fd', String(blockDescriptor)] : [],
    ['--seccomp', String(seccompDescriptor), '--json-status-fd', String(statusDescriptor), '--'],
    withUmask,
    prlimitArgs(limits),
    throughBridge(wayOut, limits, [command.path, ...command.args]),
  ].flat();
}

const placeholder: Limits = {
  cpuSeconds: 0,
  wallSeconds: 0,
  memoryMb: 0,
  diskWriteMb: 0,
  processes: 0,
  openFiles: 0,
  outputBytes: 0,
  inodes: 0,
  connections: 0,
};

const profileIds = new Map<string, string>();

/** Name and hash of the profile, made once: all that it is made of is part of this program. Whatever changes in it changes the digest of every plan, so an approval never covers another sandbox (spec P5). */
export function sandboxProfileId(arch: string = process.arch): string {
  const known = profileIds.get(arch);
  if (known !== undefined) return known;
  const id = makeProfileId(arch);
  profileIds.set(arch, id);
  return id;
}

function makeProfileId(arch: string): string {
  const templates = [undefined, ...wayOutTemplates].map((wayOut) =>
    bwrapArgs({ workspace: '', limits: placeholder, grants: [], wayOut }, { path: '', args: [] }),
  );
  templates.push(bwrapArgs({ workspace: '', limits: placeholder, grants: [], readOnly: true }, { path: '', args: [] }));
  // Without a filter nothing runs; but what asks for the name only reviews.
  const filter = Object.hasOwn(architectures, arch) ? seccompFilter(arch).toString('base64') : undefined;
  const known = [generatedFiles, gitConfig([{ path: '', repositories: [] }]), systemFiles, versionedFolders.source, packageLists];
  const hash = createHash('sha256').update(JSON.stringify([templates, ...known, filter]));
  return `janus-sandbox@1:${hash.digest('hex').slice(0, 16)}`;
}
