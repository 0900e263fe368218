import { execFile } from 'node:child_process';
import { readFile, realpath, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { JanusError } from '../../../domain/errors.js';
import type { Account } from './account.js';
import type { SandboxProblem as Problem, SandboxReport } from '../contract/sandbox.js';
import { seccompFilter } from '../seccomp/filter.js';
import type { Canary } from '../self-test/canaries.js';
import type { SelfTest } from '../self-test/self-test.js';
import type { Found } from '../tiers/ladder.js';

const run = promisify(execFile);

/** A setuid bwrap has been a way to root more than once (CVE-2020-5291, CVE-2026-41163); user namespaces make it unnecessary. */
export async function programProblems(bwrapPath: string): Promise<Problem[]> {
  const install = (what: string) => ({
    what: `${bwrapPath} ${what}`,
    next: 'install bubblewrap: apt-get install bubblewrap · dnf install bubblewrap · pacman -S bubblewrap',
  });
  const found = await stat(bwrapPath).catch((): undefined => undefined);
  if (found === undefined || !found.isFile()) return [install('was not found')];
  if ((found.mode & 0o111) === 0) return [install('cannot be started: it is no program')];
  // Also where the name is a link to it.
  return (found.mode & 0o4000) === 0 ? [] : [{ what: `${bwrapPath} is setuid`, next: `chmod u-s ${await realpath(bwrapPath)}` }];
}

function architectureProblems(arch: string): Problem[] {
  try {
    seccompFilter(arch);
    return [];
  } catch (error) {
    if (!(error instanceof JanusError)) throw error;
    return [{ what: error.message, next: error.next ?? '' }];
  }
}

/** Since 23.10 Ubuntu lets only programs with a profile of their own make user namespaces. */
async function isRestrictedByAppArmor(): Promise<boolean> {
  const value = await readFile('/proc/sys/kernel/apparmor_restrict_unprivileged_userns', 'utf8').catch(() => '0');
  return value.trim() === '1';
}

/** What people read and type when the sandbox cannot be set up; bwrap's own words are not for them. */
export function setUpAdvice(restricted: boolean): { readonly why: string; readonly next: string } {
  return restricted
    ? {
        why: 'AppArmor lets only programs with a profile make user namespaces here, and bubblewrap has none',
        next: 'sudo install -m 0644 deploy/apparmor/bwrap /etc/apparmor.d/bwrap && sudo apparmor_parser --replace /etc/apparmor.d/bwrap',
      }
    : { why: '', next: 'sudo sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=15000' };
}

/** Options of the profile that this bwrap does not know: an old one has no --disable-userns (0.8) or no --size (0.7). */
export function unknownOptions(help: string, argv: readonly string[]): string[] {
  const known = new Set(help.match(/--[a-z][a-z0-9-]*/g));
  const own = argv.slice(0, argv.indexOf('--'));
  return [...new Set(own.filter((word) => /^--[a-z]/.test(word) && !known.has(word)))];
}

async function optionProblems(bwrapPath: string, argv: readonly string[]): Promise<Problem[]> {
  const help = await run(bwrapPath, ['--help']).catch(() => ({ stdout: '' }));
  const unknown = unknownOptions(help.stdout, argv);
  if (unknown.length === 0) return [];
  return [{ what: `${bwrapPath} does not know ${unknown.join(', ')}`, next: 'install bubblewrap 0.8 or later' }];
}

const selfTestProblem = ({ name, can }: Canary): Problem => ({
  canary: name,
  what: `the self-test "${name}" failed: a sandboxed command can ${can}; no action runs`,
  next: 'look with ubos sandbox run, mend the host, and restart the worker',
});

const noCpuShare =
  'cpu_quota_percent is not held here, which takes a cgroup with the cpu controller: what holds instead is the CPU time of an action (cpu_seconds)';

const versionOf = async (bwrapPath: string) => (await run(bwrapPath, ['--version'])).stdout.trim().replace('bubblewrap ', '');

export interface Inspection {
  readonly bwrapPath: string;
  readonly account: Account;
  readonly found: Found;
  readonly arch: string;
  /** The profile's own argv, to see whether bwrap knows every option in it. */
  readonly argv: readonly string[];
  /** Tries to get out of the real profile. */
  readonly tryProfile: () => Promise<SelfTest>;
  /** Why no workspace can be made. */
  readonly noWorkspaces?: JanusError | undefined;
  /** What there is to say about project quotas. */
  readonly projects?: string | undefined;
}

/** Looks whether sandboxes can work here, and whether they hold. */
export async function inspectSandbox(inspection: Inspection): Promise<SandboxReport> {
  const { bwrapPath, account, found, arch, argv, tryProfile, noWorkspaces, projects } = inspection;
  const tier = `${found.tier.name}: ${found.tier.enforces}`;
  const about = { account: account.description, tier };
  const problems = [...(await programProblems(bwrapPath)), ...architectureProblems(arch)];
  if (noWorkspaces !== undefined) problems.push({ what: noWorkspaces.message, next: noWorkspaces.next ?? '' });
  if (problems.length === 0) problems.push(...(await optionProblems(bwrapPath, argv)));
  if (problems.length > 0) return { ok: false, ...about, problems, remarks: [] };
  const bwrapVersion = await versionOf(bwrapPath);
  const remarks = [
    ...found.notBetter.map((why) => `not ${why}`),
    ...(projects === undefined ? [] : [projects]),
    ...(found.tier.holdsCpuShare ? [] : [noCpuShare]),
  ];
  try {
    const { held, absent, failed, milliseconds } = await tryProfile();
    problems.push(...failed.map(selfTestProblem));
    remarks.push(`self-test: ${held.length} escape attempts held in ${milliseconds} ms`);
    if (absent.length > 0) remarks.push(`self-test: not tried, because a program for it is not installed: ${absent.join(', ')}`);
  } catch (error) {
    const { why, next } = setUpAdvice(await isRestrictedByAppArmor());
    const words = error instanceof JanusError ? error.message : `the self-test could not run: ${String(error)}`;
    problems.push({ what: why === '' ? words : `${words}: ${why}`, next });
  }
  if (/^0\.(\d|10|11)\./.test(bwrapVersion))
    remarks.push(`bubblewrap ${bwrapVersion} is older than 0.12; safe here, because nothing is mounted beneath a writable bind`);
  return { ok: problems.length === 0, bwrapVersion, ...about, problems, remarks };
}
