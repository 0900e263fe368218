import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { isForeignAddress } from './addresses.js';
import type { Target } from './authority.js';
import type { Outside, ProxyContext } from './context.js';
import type { DenyCode } from '../../domain/action/denials.js';

/** With the dot at its end no search domain is ever put after it: `search example.org` could make another host of it (resolv.conf(5)). */
const absolute = (host: string) => `${host}.`;

const hostsFile = '/etc/hosts';

/** What /etc/hosts says of a name (hosts(5)): a resolver that is asked with a dot at the end does not find it there. */
async function fromHosts(host: string, file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [address = '', ...names] = (line.split('#')[0] ?? '').trim().split(/\s+/);
    return names.some((name) => name.toLowerCase() === host) ? [address] : [];
  });
}

/** Names as this machine knows them: /etc/hosts first, then the resolver. */
export const createOutside = (
  look: (name: string, options: { all: true; verbatim: true }) => Promise<{ address: string }[]>,
  hosts: string = hostsFile,
): Outside => ({
  resolve: async (host) => {
    const known = await fromHosts(host, hosts);
    if (known.length > 0) return known;
    const found = await look(absolute(host), { all: true, verbatim: true });
    return found.map(({ address }) => address);
  },
  dial: (address, port) => connect({ host: address, port, allowHalfOpen: true, noDelay: true }),
  isForeign: isForeignAddress,
});

export const outside = createOutside(lookup);

export type Connected =
  | { readonly ok: true; readonly socket: Socket; readonly ip: string }
  | { readonly ok: false; readonly code: DenyCode; readonly ip?: string };

/** Addresses of one name that are tried, one after the other. */
const attemptsMax = 3;

function within<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), milliseconds)));
  return Promise.race([work.catch((): undefined => undefined), late]).finally(() => clearTimeout(timer));
}

type Opening = 'open' | 'unreachable' | 'unanswered';

function opened(socket: Socket, milliseconds: number): Promise<Opening> {
  return new Promise((resolve) => {
    const end = (opening: Opening) => {
      clearTimeout(timer);
      if (opening !== 'open') socket.destroy();
      resolve(opening);
    };
    const timer = setTimeout(() => end('unanswered'), milliseconds);
    socket.once('connect', () => end('open'));
    socket.on('error', () => end('unreachable'));
    socket.once('close', () => end('unreachable'));
  });
}

/**
 * Looks the name up once and dials one of the very addresses that were checked: a second look-up could give another answer (DNS rebinding).
 * Addresses that are not public are dropped, so a name that mixes both kinds leads to the public one or nowhere.
 */
export async function connectTo({ host, port }: Target, { network, times, upstreams, signal }: ProxyContext): Promise<Connected> {
  const all = (await within(times.connectMs, network.resolve(host))) ?? [];
  if (all.length === 0) return { ok: false, code: 'no-address' };
  const foreign = all.filter((address) => network.isForeign(address)).slice(0, attemptsMax);
  const [first] = foreign;
  if (first === undefined) return { ok: false, code: 'special-address' };
  let code: DenyCode = 'unreachable';
  for (const ip of foreign) {
    if (signal.aborted) break;
    const socket = network.dial(ip, port);
    upstreams.add(socket);
    socket.once('close', () => upstreams.delete(socket));
    const opening = await opened(socket, times.connectMs);
    if (opening === 'open') return { ok: true, socket, ip };
    code = opening;
  }
  return { ok: false, code, ip: first };
}
