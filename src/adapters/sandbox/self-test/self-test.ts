import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JanusError } from '../../../domain/errors.js';
import { charterLimits } from '../../../domain/action/limits.js';
import type { CommandResult } from '../../../domain/action/result.js';
import type { Account } from '../profile/account.js';
import type { SandboxRequest } from '../contract/sandbox.js';
import { architectures } from '../seccomp/architectures.js';
import type { Canary, CanaryVerdict, Targets } from './canaries.js';
import { canaries, canaryScript, readCanaries } from './canaries.js';
import { readTakeover, takeover, takeoverGraceMilliseconds, takeoverScript } from './takeover.js';

const limitMilliseconds = 10_000;
const namespaceNames = ['user', 'pid', 'net', 'ipc', 'uts', 'mnt'];

/** Known by a file that the command left: by its owner, and by its bits. */
const otherAccount: Canary = { name: 'account', can: 'act as another account on the host', needs: '', attempt: '' };
const setGid: Canary = { name: 'set-gid', can: 'leave a program that starts as its account', needs: '', attempt: '' };
const leave = ': > mine; chmod g+s mine';

interface Aims {
  readonly targets: Targets;
  readonly close: () => void;
}

/** Things on the host that a sandboxed command must not reach, though nothing else would keep it from them. */
async function openTargets(folder: string): Promise<Aims> {
  const secretFile = join(folder, 'secret');
  await writeFile(secretFile, 'canary', { mode: 0o644 });
  const abstractSocket = `janus-canary-${randomBytes(8).toString('hex')}`;
  const servers = [createServer((socket) => socket.destroy()), createServer((socket) => socket.destroy())] as const;
  servers[0].listen(0, '127.0.0.1');
  servers[1].listen(`\0${abstractSocket}`);
  await Promise.all(servers.map((server) => once(server, 'listening')));
  return {
    targets: {
      secretFile,
      abstractSocket,
      port: (servers[0].address() as AddressInfo).port,
      namespaces: Object.fromEntries(namespaceNames.map((name) => [name, readlinkSync(`/proc/self/ns/${name}`)])),
    },
    close: () => servers.forEach((server) => server.close()),
  };
}

export interface SelfTest extends CanaryVerdict {
  readonly milliseconds: number;
}

type Run = (request: SandboxRequest, signal: AbortSignal) => Promise<CommandResult>;

/** A script in the real profile, in a workspace of its own below the folder. */
async function runScript(run: Run, folder: string, account: Account, { name, script, ...more }: Script) {
  const workspace = join(folder, name);
  const output = `${workspace}.output`;
  for (const path of [workspace, output]) await mkdir(path, { mode: 0o700 });
  if (account.switches) await chown(workspace, account.uid, account.gid);
  const command = { tool: 'self-test', path: '/usr/bin/bash', args: ['--noprofile', '--norc', '-c', script] };
  const request = { command, workspace, limits: charterLimits, network: [], grants: [], outputPrefix: `${output}/self-test`, ...more };
  return { workspace, result: await run(request, AbortSignal.timeout(limitMilliseconds)) };
}

type Script = Pick<SandboxRequest, 'graceMilliseconds'> & { readonly name: string; readonly script: string };

/** Everything that is tried inside of one sandbox, and what only the host can say: who its command was outside. */
async function tryFromInside(run: Run, folder: string, account: Account, list: readonly Canary[]): Promise<CanaryVerdict> {
  const { workspace, result } = await runScript(run, folder, account, { name: 'inside', script: `${canaryScript(list)}\n${leave}` });
  const verdict = readCanaries(list, result.stdout.text);
  const left = await stat(join(workspace, 'mine')).catch((): undefined => undefined);
  const holds = new Map([
    [otherAccount, left?.uid === account.uid],
    [setGid, left !== undefined && (left.mode & 0o6000) === 0],
  ]);
  const which = (wanted: boolean) => [...holds].flatMap(([canary, held]) => (held === wanted ? [canary] : []));
  return {
    ...verdict,
    held: [...verdict.held, ...which(true).map(({ name }) => name)],
    failed: [...verdict.failed, ...which(false)],
  };
}

/** In a sandbox of its own, because it ends with it. */
async function tryTakeover(run: Run, folder: string, account: Account): Promise<CanaryVerdict> {
  const script = { name: 'takeover', script: takeoverScript(process.arch), graceMilliseconds: takeoverGraceMilliseconds };
  const { workspace, result } = await runScript(run, folder, account, script);
  const answer = await readTakeover(result, workspace);
  const when = <T>(wanted: typeof answer, what: T) => (answer === wanted ? [what] : []);
  return { held: when('held', takeover.name), absent: when('absent', takeover.name), failed: when('reached', takeover) };
}

/**
 * Tries to get out of the real profile, from inside. Throws SANDBOX_UNAVAILABLE where the sandbox could not be set up at all.
 */
export async function selfTest(account: Account, run: Run): Promise<SelfTest> {
  const architecture = architectures[process.arch];
  if (architecture === undefined) throw new JanusError('SANDBOX_UNAVAILABLE', `there is no seccomp filter for ${process.arch}`);
  const startedAt = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'janus-self-test-'));
  let aims: Aims | undefined;
  try {
    await chmod(folder, 0o711);
    aims = await openTargets(folder);
    const list = canaries(architecture, aims.targets);
    const tries = [tryFromInside(run, folder, account, list), tryTakeover(run, folder, account)];
    // Both have ended before their folder is removed.
    await Promise.allSettled(tries);
    const all = await Promise.all(tries);
    const [held, absent] = [all.flatMap((each) => each.held), all.flatMap((each) => each.absent)];
    return { held, absent, failed: all.flatMap(({ failed }) => failed), milliseconds: Math.round(performance.now() - startedAt) };
  } finally {
    aims?.close();
    await rm(folder, { recursive: true, force: true });
  }
}
