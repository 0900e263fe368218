import type { Socket } from 'node:net';
import type { Admit } from './request-rates.js';
import type { Totals } from './totals.js';
import type { Usage } from './usage.js';

/** The network as the proxy sees it; tests give another. */
export interface Outside {
  /** Every address of a name; none where there is no such name. */
  resolve(host: string): Promise<readonly string[]>;
  dial(address: string, port: number): Socket;
  /** Whether an address may be dialled at all. */
  isForeign(address: string): boolean;
}

export interface Times {
  /** For a name and for a connection to the other side, each. */
  readonly connectMs: number;
  /** For a whole request head, and for a whole TLS hello. */
  readonly headerMs: number;
  readonly idleMs: number;
  /** For one connection in all. */
  readonly totalMs: number;
}

/** What a dial has to know. */
export interface DialContext {
  readonly network: Outside;
  readonly times: Times;
  /** Connections to other sides, for the moment when everything has to end. */
  readonly upstreams: Set<Socket>;
  /** Aborted at that moment: nothing is dialled any more. */
  readonly signal: AbortSignal;
}

/** What every connection of one action shares. */
export interface ProxyContext extends DialContext {
  readonly domains: readonly string[];
  readonly usage: Usage;
  /** Of all actions together. */
  readonly admit: Admit;
  /** Of all actions together. */
  readonly totals: Totals;
}
