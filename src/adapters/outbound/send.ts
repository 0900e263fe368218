import type { ConnectionRecord } from '../../domain/action/connection.js';
import type { Exchange, ExchangeFailure, Response } from './exchange.js';
import { exchange } from './exchange.js';
import type { WayOut } from './way-out.js';
import { openTunnel } from './way-out.js';

export interface Sending {
  /** On this machine: asked directly. Anything else goes through a proxy that is opened for this one request. */
  readonly isLocal: boolean;
  readonly wayOut: WayOut;
  /** Whom to trust, where it is not the authorities that Node knows. */
  readonly certificates?: string;
}

/** What came back, and what of it went beyond this machine. */
export type Sent = (Response | ExchangeFailure) & { readonly connections?: readonly ConnectionRecord[] };

export const isResponse = (sent: Sent): sent is Response & Sent => 'status' in sent;

/** One request, and how long all of it may take. */
export interface Request extends Exchange {
  readonly milliseconds: number;
}

/** Sends one request, directly or through janus-egress, and says which connections there were (spec T3, T8). Never rejects. */
export async function send({ milliseconds, ...asked }: Request, sending: Sending): Promise<Sent> {
  // With a timer of its own: Node 20 collects an AbortSignal.timeout that only AbortSignal.any holds, and it never fires.
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), milliseconds);
  try {
    return await sendUntil({ ...asked, signal: AbortSignal.any([asked.signal, late.signal]) }, sending);
  } finally {
    clearTimeout(timer);
  }
}

async function sendUntil(asked: Exchange, { isLocal, wayOut, certificates }: Sending): Promise<Sent> {
  if (isLocal) return exchange(asked);
  const { url, signal } = asked;
  const unreachable = (error: unknown): ExchangeFailure => ({
    code: signal.aborted ? 'timeout' : 'unreachable',
    why: (error as Error).message,
  });
  let lease: Awaited<ReturnType<WayOut['open']>>;
  try {
    lease = await wayOut.open(url.hostname);
  } catch (error) {
    return unreachable(error);
  }
  const outcome = await openTunnel(lease.socket, url.hostname, { signal, certificates }).then(
    (through) => exchange({ ...asked, through }),
    unreachable,
  );
  const use = await lease.close();
  return { ...outcome, ...(use && { connections: use.records }) };
}

const retryAfterSecondsMax = 86_400;

/** Seconds, from either form that HTTP knows; absent is no 0, and nobody is made to wait for longer than a day. */
export function retryAfterSeconds(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined || retryAfter.trim() === '') return undefined;
  const seconds = /^\d+$/.test(retryAfter.trim()) ? Number(retryAfter) : Math.ceil((Date.parse(retryAfter) - now) / 1_000);
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds), retryAfterSecondsMax) : undefined;
}

/** Undefined where it is no JSON; no JSON is undefined. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
