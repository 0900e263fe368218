import { execFile } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { JanusError } from '../../domain/errors.js';
import type { Account } from './account.js';
import type { SandboxReport } from './sandbox.js';
import type { Found } from './tiers/ladder.js';

type Problem = SandboxReport['problems'][number];

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

async function ubuntuRestriction(): Promise<string[]> {
  const value = await readFile('/proc/sys/kernel/apparmor_restrict_unprivileged_userns', 'utf8').catch(() => '0');
  return value.trim() === '1' ? ['AppArmor restricts user namespaces here: bwrap needs a profile with `userns,`'] : [];
}

const nextFor = (restricted: boolean) =>
  restricted
    ? "sudo tee /etc/apparmor.d/bwrap <<< 'abi <abi/4.0>, profile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }' && sudo systemctl reload apparmor"
    : 'sudo sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=15000';

/** Looks whether sandboxes can work here: `tryProfile` runs something harmless in the real profile. */
export async function inspectSandbox(
  bwrapPath: string,
  account: Account,
  found: Found,
  tryProfile: (workspace: string) => Promise<void>,
): Promise<SandboxReport> {
  const tier = `${found.tier.name}: ${found.tier.enforces}`;
  const problems = await programProblems(bwrapPath);
  if (problems.length > 0) return { ok: false, account: account.description, tier, problems, remarks: [] };
  const bwrapVersion = (await run(bwrapPath, ['--version'])).stdout.trim().replace('bubblewrap ', '');
  const restrictions = await ubuntuRestriction();
  const remarks = [...restrictions, ...found.notBetter.map((why) => `not ${why}`)];
  const folder = await mkdtemp(join(tmpdir(), 'janus-inspect-'));
  try {
    await tryProfile(folder);
  } catch (error) {
    if (!(error instanceof JanusError)) throw error;
    problems.push({ what: error.message, next: nextFor(restrictions.length > 0) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  if (/^0\.(\d|10|11)\./.test(bwrapVersion))
    remarks.push(`bubblewrap ${bwrapVersion} is older than 0.12; safe here, because nothing is mounted beneath a writable bind`);
  return { ok: problems.length === 0, bwrapVersion, account: account.description, tier, problems, remarks };
}
