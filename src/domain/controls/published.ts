import type { ControlOrders } from './orders.js';
import { stages } from './orders.js';
import type { Past } from './past.js';
import type { ControlFigures, ControlState } from './step.js';

/** What the worker that drives the controls of a host says at every tick: the others follow it, and people look at it. */
export interface PublishedControls {
  readonly version: 1;
  /** Milliseconds of the clock of the host that nobody sets: how old this is. */
  readonly monotonic: number;
  /** The same for people; ISO 8601. */
  readonly at: string;
  readonly pid: number;
  readonly concurrencyMax: number;
  readonly ticking: { readonly ticks: number; readonly missed: number; readonly jitterP50Ms: number; readonly jitterP99Ms: number };
  readonly orders: ControlOrders;
  readonly figures: ControlFigures;
  readonly work: { readonly running: number; readonly waiting: number; readonly reservedMb: number };
  readonly host: HostFigures;
  /** The places whose actions the relief valve ended last, and when: each worker looks which are its own. */
  readonly shed?: { readonly at: number; readonly serials: readonly number[] } | undefined;
  readonly past: Past;
  /** For whoever goes on after it. */
  readonly state: ControlState;
}

/** Shares are of 1; absent where nobody could tell. */
export interface HostFigures {
  readonly swap?: number | undefined;
  readonly disk?: number | undefined;
  readonly processes?: number | undefined;
  readonly connections?: number | undefined;
}

/** What an action has to heed. */
export type HostOrders = Pick<ControlOrders, 'concurrency' | 'memoryCeilingMb' | 'stage' | 'holds' | 'thinkingSuspended'>;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
const isFigure = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isReason = (value: unknown) => value === undefined || typeof value === 'string';

/** Undefined for what nobody of ours wrote: it says nothing then. */
export function parsePublished(value: unknown): PublishedControls | undefined {
  if (!isObject(value) || value['version'] !== 1 || !isFigure(value['monotonic'])) return undefined;
  const { orders, figures, work, past, state, ticking, host, at } = value;
  if (![orders, figures, work, past, state, ticking, host].every(isObject) || typeof at !== 'string') return undefined;
  const { concurrency, memoryCeilingMb, stage, holds } = orders as Readonly<Record<string, unknown>>;
  const isSound =
    Number.isInteger(concurrency) &&
    isFigure(concurrency) &&
    isFigure(memoryCeilingMb) &&
    stages.some((each) => each === stage) &&
    isObject(holds) &&
    isReason(holds['starts']) &&
    isReason(holds['network']);
  return isSound ? (value as unknown as PublishedControls) : undefined;
}

/** Older than this, nobody drives the controls. */
export const staleMilliseconds = 10_000;

/** Whether it is of this moment; one that comes from the future is of another boot. */
export const isFresh = ({ monotonic }: Pick<PublishedControls, 'monotonic'>, now: number): boolean =>
  now - monotonic <= staleMilliseconds && now >= monotonic - 1_000;

/**
 * What counts now. Where nobody says it, or said it too long ago, one action at a time, and none of them on the network: fail closed, without
 * standing still for ever.
 */
export function ordersNow(published: PublishedControls | undefined, now: number): HostOrders {
  if (published !== undefined && isFresh(published, now)) return published.orders;
  const why =
    published === undefined ? 'nobody drives the controls of this host' : `the controls of this host stand still since ${published.at}`;
  return {
    concurrency: 1,
    memoryCeilingMb: Number.MAX_SAFE_INTEGER,
    stage: 'SEALED',
    holds: { network: why, ...(published?.orders.holds.starts !== undefined && { starts: published.orders.holds.starts }) },
    thinkingSuspended: published?.orders.thinkingSuspended === true,
  };
}
