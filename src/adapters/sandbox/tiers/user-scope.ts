import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cgroupMounts, ownCgroup } from './cgroup-files.js';
import { cgroupV2Tier, lacksControllers } from './cgroup-v2.js';
import type { Tier } from './tier.js';

/** For the user's systemd to answer, and again until it has done it. */
const answerMilliseconds = 5_000;
const scopeOf = (pid: number) => `janus-${pid}.scope`;

/** What the attempt looks at and does; the machine's own, but in tests. */
export interface Session {
  readonly uid: number;
  readonly pid: number;
  readonly mountinfo: string;
  /** `/proc/self/cgroup`, each time as it is then. */
  readonly cgroups: () => string;
  /** `XDG_RUNTIME_DIR`: systemd's pam_systemd(8) and user@.service agree on the place. */
  readonly runtimeFolder: string;
  /** Calls the user's systemd over D-Bus. */
  readonly call: (args: readonly string[], env: NodeJS.ProcessEnv) => Promise<unknown>;
  /** Until the worker has to be where it was put. */
  readonly waitMilliseconds: number;
}

const run = promisify(execFile);

function ownSession(): Session {
  const uid = process.getuid?.() ?? 0;
  return {
    uid,
    pid: process.pid,
    mountinfo: readFileSync('/proc/self/mountinfo', 'utf8'),
    cgroups: () => readFileSync('/proc/self/cgroup', 'utf8'),
    runtimeFolder: process.env['XDG_RUNTIME_DIR'] ?? `/run/user/${uid}`,
    call: (args, env) => run('/usr/bin/busctl', [...args], { env, timeout: answerMilliseconds }),
    waitMilliseconds: answerMilliseconds,
  };
}

/** Whether this is a scope that a worker was put into, this one or one that started it. */
export const isWorkerScope = (folder: string) => /\/user@\d+\.service\/.*janus-\d+\.scope$/.test(folder);

/**
 * Why the user's systemd is not asked; undefined where it is worth it. Only out of a login session: who is in a service would leave what its
 * unit stops and limits.
 */
function reasonNot({ uid, mountinfo, cgroups, runtimeFolder }: Session): string | undefined {
  if (uid === 0) return 'root is no user with a systemd of its own';
  const own = ownCgroup('', mountinfo, cgroups());
  const mount = cgroupMounts(mountinfo).find(({ kind }) => kind === 'cgroup2')?.at;
  if (own === undefined || mount === undefined) return 'no cgroup version 2';
  const slice = `/user.slice/user-${uid}.slice`;
  if (!own.startsWith(`${mount}${slice}/`) || !own.endsWith('.scope')) return `the worker is in no login session (${own})`;
  const lacking = lacksControllers(`${mount}${slice}/user@${uid}.service`);
  if (lacking.length > 0) return `the user's systemd was not given ${lacking.join(' and ')}`;
  return existsSync(`${runtimeFolder}/bus`) ? undefined : `no bus of the user (${runtimeFolder}/bus)`;
}

/**
 * systemd-run(1) could make a scope for each action, at the price of a program and three ways over D-Bus each time. One scope for the worker
 * itself, delegated, costs that once: leaves are then made in it as in a unit with `Delegate=yes`. Only who is in it may make processes
 * enter its leaves, so the worker has to go there, and nobody can start it there afterwards.
 */
const startScope = (pid: number) => [
  ...['--user', '--quiet', 'call', 'org.freedesktop.systemd1', '/org/freedesktop/systemd1', 'org.freedesktop.systemd1.Manager'],
  ...['StartTransientUnit', 'ssa(sv)a(sa(sv))', scopeOf(pid), 'fail', '4'],
  ...['Description', 's', 'Janus and its actions'],
  ...['Delegate', 'b', 'true'],
  ...['CollectMode', 's', 'inactive-or-failed'],
  ...['PIDs', 'au', '1', String(pid)],
  '0',
];

/** Has the worker put into a scope of its own, and waits until it is there. Throws with the reason where it cannot. */
export async function enterUserScope(session = ownSession()): Promise<void> {
  const reason = reasonNot(session);
  if (reason !== undefined) throw new Error(reason);
  const { pid, runtimeFolder, cgroups } = session;
  await session.call(startScope(pid), {
    XDG_RUNTIME_DIR: runtimeFolder,
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtimeFolder}/bus`,
  });
  for (const end = Date.now() + session.waitMilliseconds; Date.now() < end; await pause(10)) {
    if (
      cgroups()
        .trim()
        .endsWith(`/${scopeOf(pid)}`)
    )
      return;
  }
  throw new Error(`the user's systemd made ${scopeOf(pid)}, but did not put the worker into it`);
}

/** As strong as a delegated unit while it lasts: it ends with the user's last session, unless the user lingers. */
export function userScopeTier(parent: string): Tier {
  return {
    ...cgroupV2Tier(parent),
    name: 'user-scope',
    enforces:
      "the kernel limits memory and processes of the whole action, counts its CPU time and kills it as one, in a scope of the user's systemd",
  };
}
