import type { Socket } from 'node:net';
import type { Admit } from './request-rates.js';
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

/** What every connection of one action shares. */
export interface ProxyContext {
  readonly domains: readonly string[];
  readonly usage: Usage;
  /** Of all actions together. */
  readonly admit: Admit;
  readonly network: Outside;
  readonly times: Times;
  /** Connections to other sides, for the moment when everything has to end. */
  readonly upstreams: Set<Socket>;
  /** Aborted at that moment: nothing is dialled any more. */
  readonly signal: AbortSignal;
}
