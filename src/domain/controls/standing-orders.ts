import type { Mode } from '../modes/mode.js';
import { modeIn } from '../modes/mode.js';
import { canonicalJson } from '../text/canonical.js';

/**
 * What the brain of a vessel tells the hands of a host to keep to. It is all that stands, and not what changed: one that was lost is made good
 * by the next.
 */
export interface StandingOrders {
  readonly vessel: string;
  readonly host: string;
  /** Grows with each that is signed: an older one is never obeyed again. */
  readonly seq: number;
  /** How many actions run at once at most; absent: as configured. */
  readonly limit?: number;
  /** Nothing new starts. */
  readonly hold: boolean;
  /** How often people have let go: what waits for a person to reset it is reset when this grows. */
  readonly released: number;
  /** The stops that were lifted last: their marks go. */
  readonly resumed: readonly string[];
  /** What the vessel has earned, whatever holds it down at this moment; absent where nobody said. */
  readonly mode?: Mode;
}

/** With the brain's word for it (base64, over `text`). */
export interface SignedOrders {
  readonly text: string;
  readonly signature: string;
}

/** What hands did, and sign. */
export interface Obeyed {
  /** Of the orders that hands keep to now. */
  readonly seq: number;
  /** Stops whose mark and file were taken away. */
  readonly cleared: readonly string[];
  /** What a person has to do, because hands could not. */
  readonly problem?: string;
}

export interface SignedObeyed {
  readonly obeyed: Obeyed;
  /** base64, over `obeyedText`. */
  readonly signature: string;
}

/** So many lifted stops are told again. */
export const resumedMax = 16;

/** The text that the brain signs. */
export const ordersText = (orders: StandingOrders): string => canonicalJson({ ...orders, type: 'janus.orders.v1' });

/** The bytes under the hands' signature: which orders, word by word, and what came of them. */
export const obeyedText = (orders: SignedOrders, obeyed: Obeyed): string =>
  `janus.obeyed.v1\0${canonicalJson({ orders: orders.signature, obeyed })}`;

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** Reads orders of unknown origin; undefined where they are none. Says nothing about the signature. */
export function parseOrders(text: unknown): StandingOrders | undefined {
  let value: unknown;
  try {
    value = JSON.parse(String(text));
  } catch {
    return undefined;
  }
  const { type, vessel, host, seq, limit, hold, released, resumed, mode: told } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (type !== 'janus.orders.v1' || typeof vessel !== 'string' || typeof host !== 'string') return undefined;
  if (!isCount(seq) || !isCount(released) || typeof hold !== 'boolean' || !Array.isArray(resumed)) return undefined;
  if (limit !== undefined && !(isCount(limit) && limit > 0)) return undefined;
  const mode = modeIn(told);
  if (told !== undefined && mode === undefined) return undefined;
  const ids = resumed.filter((id): id is string => typeof id === 'string').slice(-resumedMax);
  return { vessel, host, seq, hold, released, resumed: ids, ...(limit !== undefined && { limit }), ...(mode && { mode }) };
}
