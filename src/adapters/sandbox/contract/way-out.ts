import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { NetworkUse } from '../../../domain/action/connection.js';
import { JanusError } from '../../../domain/errors.js';
import type { Limits } from '../../../domain/action/limits.js';
import type { Account } from '../profile/account.js';
import { assertTraversable } from '../workspace/workspace.js';

/** What hands ask the egress process for; `adapters/egress` has one. */
export interface WayOutRequest {
  readonly action: string;
  readonly domains: readonly string[];
  readonly connections: number;
  readonly bytes: number;
  readonly attempts: number;
  readonly uid: number;
}

/** The egress proxy, as far as the sandbox knows it. */
export interface Gateway {
  open(request: WayOutRequest): Promise<{
    readonly socket: string;
    /** Resolves when the proxy ended it, with the reason. */
    readonly ended: Promise<string>;
    close(): Promise<NetworkUse | undefined>;
  }>;
}

/** What carries bytes from the sandbox's own loopback to the socket: environment variables can name a port, not a socket. */
export type Bridge = { readonly kind: 'socat' } | { readonly kind: 'node'; readonly program: string };

export interface WayOut {
  /** Host path of the proxy's socket. */
  readonly socket: string;
  readonly bridge: Bridge;
}

const insideSocket = '/run/egress.sock';
const insideNode = '/run/node';
const port = 3_128;
const proxyUrl = `http://127.0.0.1:${port}`;

/** Set only where there is a way out. */
const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'ALL_PROXY', 'all_proxy'];

/** What an action serves to itself it reaches without the proxy, which would refuse it: its loopback is a network of its own. */
const ownNames = 'localhost,127.0.0.1,::1';
const directVariables = ['NO_PROXY', 'no_proxy'];

export function wayOutEnvironment(wayOut: WayOut | undefined): string[] {
  if (wayOut === undefined) return [];
  const set = (names: readonly string[], value: string) => names.flatMap((name) => ['--setenv', name, value]);
  return [...set(proxyVariables, proxyUrl), ...set(directVariables, ownNames)];
}

/** Beneath the tmpfs of /run, which no action has written to: never beneath a writable bind (CVE-2026-87766). */
export function wayOutMounts(wayOut: WayOut | undefined): string[] {
  if (wayOut === undefined) return [];
  const { socket, bridge } = wayOut;
  return [...(bridge.kind === 'node' ? ['--ro-bind', bridge.program, insideNode] : []), '--ro-bind', socket, insideSocket];
}

/** One process for all connections; it knows one socket and one port. */
const nodeBridge =
  'const n=require("net");n.createServer({allowHalfOpen:true},c=>{const u=n.connect({path:"/run/egress.sock",allowHalfOpen:true});' +
  'const e=()=>{c.destroy();u.destroy()};c.on("error",e);u.on("error",e);c.on("close",()=>u.destroy());u.on("close",()=>c.destroy());' +
  'c.pipe(u);u.pipe(c)}).listen(3128,"127.0.0.1")';

const bridgeCommand: Readonly<Record<Bridge['kind'], string>> = {
  // -t: seconds that the other direction stays open when one has ended.
  socat: `/usr/bin/socat -t 60 TCP-LISTEN:${port},bind=127.0.0.1,fork,max-children=$0,backlog=128 UNIX-CONNECT:${insideSocket}`,
  node: `${insideNode} --v8-pool-size=0 --max-old-space-size=64 -e '${nodeBridge}'`,
};

/**
 * Starts the bridge as a child of the sandbox's first process (so that no tool that waits for its children waits for it), waits until it
 * listens (127.0.0.1:3128 in the kernel's spelling) and becomes the tool. Constant text; the tool's argv is never part of it. A bridge that ends
 * (socat does when it cannot fork, because the action has used its processes up) is started again.
 */
const launcher = (kind: Bridge['kind']) => `( while :; do ${bridgeCommand[kind]}; /usr/bin/sleep 0.1; done </dev/null >/dev/null 2>&1 & )
n=0
until /usr/bin/grep -q ' 0100007F:0C38 00000000:0000 0A ' /proc/net/tcp; do
  n=$((n+1))
  if [ "$n" -gt 500 ]; then echo 'janus: the bridge to the egress proxy did not start' >&2; exit 125; fi
  /usr/bin/sleep 0.01
done
unset n
exec "$@"`;

/** The command as it is, or behind its bridge. The bridge counts among the action's processes and ends with its pid namespace. */
export function throughBridge(wayOut: WayOut | undefined, limits: Limits, command: readonly string[]): readonly string[] {
  if (wayOut === undefined) return command;
  // One more than may be open, so that the proxy sees it and refuses it in words; the rest waits. Ten processes are left for the tool.
  const childrenMax = Math.max(1, Math.min(limits.connections + 1, limits.processes - 10));
  return ['/usr/bin/sh', '-c', launcher(wayOut.bridge.kind), String(childrenMax), ...command];
}

/** socat where it is installed (2 MB, a process for each connection), else the Node.js that runs Janus (40 MB, some ten threads). */
export async function findBridge(account: Account): Promise<Bridge> {
  if (existsSync('/usr/bin/socat')) return { kind: 'socat' };
  const program = realpathSync(process.execPath);
  try {
    await assertTraversable(dirname(program), account);
    return { kind: 'node', program };
  } catch {
    throw new JanusError('SANDBOX_UNAVAILABLE', `socat is not installed, and ${account.description} cannot reach ${program} instead`, {
      next: 'install socat: apt-get install socat · dnf install socat · pacman -S socat',
    });
  }
}

/** Every way out that there is, for the profile's hash: an approval holds whatever is installed. */
export const wayOutTemplates: readonly WayOut[] = [
  { socket: '', bridge: { kind: 'socat' } },
  { socket: '', bridge: { kind: 'node', program: '' } },
];
