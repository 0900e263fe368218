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
import { canaries, canaryScript, judgeCanaries } from './canaries.js';

const limitMilliseconds = 10_000;
const namespaceNames = ['user', 'pid', 'net', 'ipc', 'uts', 'mnt'];

/** Judged by the owner of a file that the command left. */
const outside: Canary = { name: 'account', can: 'act as another account on the host', needs: '', attempt: '' };

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

/**
 * Tries to get out of the real profile, from inside. Throws SANDBOX_UNAVAILABLE where the sandbox could not be set up at all.
 */
export async function selfTest(
  account: Account,
  run: (request: SandboxRequest, signal: AbortSignal) => Promise<CommandResult>,
): Promise<SelfTest> {
  const architecture = architectures[process.arch];
  if (architecture === undefined) throw new JanusError('SANDBOX_UNAVAILABLE', `there is no seccomp filter for ${process.arch}`);
  const startedAt = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'janus-self-test-'));
  const workspace = join(folder, 'workspace');
  const output = join(folder, 'output');
  let aims: Aims | undefined;
  try {
    await chmod(folder, 0o711);
    for (const path of [workspace, output]) await mkdir(path, { mode: 0o700 });
    if (account.switches) await chown(workspace, account.uid, account.gid);
    aims = await openTargets(folder);
    const list = canaries(architecture, aims.targets);
    const script = `${canaryScript(list)}\n: > mine`;
    const command = { tool: 'self-test', path: '/usr/bin/bash', args: ['--noprofile', '--norc', '-c', script] };
    const request = { command, workspace, limits: charterLimits, network: [], grants: [], outputPrefix: `${output}/self-test` };
    const { stdout } = await run(request, AbortSignal.timeout(limitMilliseconds));
    const verdict = judgeCanaries(list, stdout.text);
    const milliseconds = Math.round(performance.now() - startedAt);
    // Only the host can say who the command was outside.
    const owner = (await stat(join(workspace, 'mine')).catch((): undefined => undefined))?.uid;
    return owner === account.uid
      ? { ...verdict, held: [...verdict.held, outside.name], milliseconds }
      : { ...verdict, failed: [...verdict.failed, outside], milliseconds };
  } finally {
    aims?.close();
    await rm(folder, { recursive: true, force: true });
  }
}
