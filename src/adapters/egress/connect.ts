import { lookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { isForeignAddress } from './addresses.js';
import type { Target } from './authority.js';
import type { Outside, ProxyContext } from './context.js';
import type { DenyCode } from './deny.js';

/** With the dot at its end no search domain is ever put after it: `search example.org` could make another host of it (resolv.conf(5)). */
const absolute = (host: string) => `${host}.`;

/** An entry of /etc/hosts answers only where it is written with that dot. */
export const createOutside = (look: (name: string, options: { all: true; verbatim: true }) => Promise<{ address: string }[]>): Outside => ({
  resolve: async (host) => {
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

function opened(socket: Socket, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isOpen: boolean) => {
      clearTimeout(timer);
      if (!isOpen) socket.destroy();
      resolve(isOpen);
    };
    const timer = setTimeout(() => end(false), milliseconds);
    socket.once('connect', () => end(true));
    socket.on('error', () => end(false));
    socket.once('close', () => end(false));
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
  for (const ip of foreign) {
    if (signal.aborted) break;
    const socket = network.dial(ip, port);
    upstreams.add(socket);
    socket.once('close', () => upstreams.delete(socket));
    if (await opened(socket, times.connectMs)) return { ok: true, socket, ip };
  }
  return { ok: false, code: 'unreachable', ip: first };
}
