import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { isForeignAddress } from './addresses.js';
import type { Target } from './authority.js';
import type { DialContext, Outside, ProxyContext } from './context.js';
import type { DenyCode } from '../../domain/action/denials.js';
import type { Met } from './totals.js';

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
  | { readonly ok: false; readonly code: DenyCode; readonly ip?: string; readonly met?: Met };

/** Addresses of one name that are tried, one after the other. */
const attemptsMax = 3;

/** The addresses of a name; `no-resolver` where nobody could be asked. That there is no such name is an answer. */
function resolveWithin(milliseconds: number, asked: Promise<readonly string[]>): Promise<readonly string[] | 'no-resolver'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'no-resolver'>((resolve) => (timer = setTimeout(() => resolve('no-resolver'), milliseconds)));
  const answer = asked.catch((error: unknown) => (codeOf(error) === 'EAI_AGAIN' ? ('no-resolver' as const) : []));
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? '';

/** Of connect(2): no packet found its way. */
const noRoute = new Set(['ENETUNREACH', 'ENETDOWN', 'EHOSTUNREACH', 'EHOSTDOWN', 'EADDRNOTAVAIL', 'EACCES', 'EPERM']);

/** `refused`: somebody said so, so that there is a network. `closed`: by ourselves. */
type Opening = 'open' | 'refused' | 'no-route' | 'unanswered' | 'closed';

function metBy(openings: readonly Opening[]): Met {
  if (openings.some((opening) => opening === 'open' || opening === 'refused')) return 'reached';
  return openings.length > 0 && openings.every((opening) => opening === 'no-route') ? 'unreachable' : undefined;
}

function opened(socket: Socket, milliseconds: number): Promise<Opening> {
  return new Promise((resolve) => {
    const end = (opening: Opening) => {
      clearTimeout(timer);
      if (opening !== 'open') socket.destroy();
      resolve(opening);
    };
    const timer = setTimeout(() => end('unanswered'), milliseconds);
    socket.once('connect', () => end('open'));
    socket.on('error', (error) => end(noRoute.has(codeOf(error)) ? 'no-route' : 'refused'));
    socket.once('close', () => end('closed'));
  });
}

/**
 * Looks the name up once and dials one of the very addresses that were checked: a second look-up could give another answer (DNS rebinding).
 * Addresses that are not public are dropped, so a name that mixes both kinds leads to the public one or nowhere.
 */
export async function dialOut({ host, port }: Target, { network, times, upstreams, signal }: DialContext): Promise<Connected> {
  const all = await resolveWithin(times.connectMs, network.resolve(host));
  if (all === 'no-resolver') return { ok: false, code: 'no-address', met: 'unreachable' };
  if (all.length === 0) return { ok: false, code: 'no-address' };
  const foreign = all.filter((address) => network.isForeign(address)).slice(0, attemptsMax);
  const [first] = foreign;
  if (first === undefined) return { ok: false, code: 'special-address' };
  const openings: Opening[] = [];
  for (const ip of foreign) {
    if (signal.aborted) break;
    const socket = network.dial(ip, port);
    upstreams.add(socket);
    socket.once('close', () => upstreams.delete(socket));
    const opening = await opened(socket, times.connectMs);
    if (opening === 'open') return { ok: true, socket, ip };
    openings.push(opening);
  }
  return { ok: false, code: openings.at(-1) === 'unanswered' ? 'unanswered' : 'unreachable', ip: first, met: metBy(openings) };
}

/** For an action: what is met counts (spec G4). */
export async function connectTo(target: Target, context: ProxyContext): Promise<Connected> {
  const connected = await dialOut(target, context);
  context.totals.meet(connected.ok ? 'reached' : connected.met);
  return connected;
}
