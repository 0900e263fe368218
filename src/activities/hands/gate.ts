import { within } from '../shared/within.js';

/** What an action needs besides a place. */
export interface Needs {
  /** Who asks: a proposal. */
  readonly of: string;
  /** The most that it may use: set aside for it while it runs. */
  readonly memoryMb: number;
  /** Domains that its commands use; empty where none of them uses the network. */
  readonly network: readonly string[];
}

export interface Place {
  leave(): void;
  /** Aborted where the relief valve ends what runs here; its reason says so. */
  readonly relief?: AbortSignal;
}

/** `held`: for another reason than that all places are taken, and nobody knows for how long. */
export type Admission =
  | { readonly state: 'in'; readonly place: Place }
  | { readonly state: 'full' }
  | { readonly state: 'memory'; readonly why: string }
  | { readonly state: 'held'; readonly why: string };

/** Whoever is held has left the gate again: it must not keep a worker from others while it waits. */
export interface Held {
  readonly held: string;
}

/** Who says whether somebody may come in. */
export interface Places {
  /** Why nobody with these needs may, whatever place is free. */
  heldBack(needs: Needs): string | undefined;
  /** Takes the place where it says `in`. */
  admit(needs: Needs): Admission;
}

/** Those who may not come in for now wait in order. */
export interface Gate {
  /** Undefined when `signal` was aborted first. */
  enter(needs: Needs, signal: AbortSignal): Promise<Place | Held | undefined>;
  /** Something may have changed: asks again for those who wait. */
  wake(): void;
  readonly running: number;
  readonly waiting: number;
  /** What each needs that was held lately because it needs the network: they come again. */
  readonly waitingForNetwork: readonly (readonly string[])[];
}

/** Whoever would fit waits for the first in line so long; then that one is held, and the next one's turn comes. */
const patienceMilliseconds = 30_000;

/** Whoever is held comes again every five seconds; a few turns may be missed. */
const comesAgainMilliseconds = 20_000;

interface Waiting {
  readonly needs: Needs;
  readonly settle: (end: Place | Held | undefined) => void;
  /** Since when there is too little memory for it, in milliseconds. */
  shortSince?: number;
}

function leavingOnce(place: Place, left: () => void): Place {
  let isIn = true;
  return {
    ...place,
    leave: () => {
      if (!isIn) return;
      isIn = false;
      place.leave();
      left();
    },
  };
}

/** The places are asked anew for each, and whenever something may have changed. */
export function createGate(places: Places, now: () => number = () => performance.now()): Gate {
  let running = 0;
  const line: Waiting[] = [];
  const heldOnline = new Map<string, { readonly at: number; readonly network: readonly string[] }>();
  const left = () => {
    running -= 1;
    wake();
  };
  const takeOut = (each: Waiting, end: Place | Held | undefined) => {
    line.splice(line.indexOf(each), 1);
    each.settle(end);
  };
  /** False where whoever comes behind has to wait for it. */
  const serve = (each: Waiting): boolean => {
    const admission = places.admit(each.needs);
    if (admission.state === 'full') return false;
    if (admission.state === 'in') {
      heldOnline.delete(each.needs.of);
      running += 1;
      takeOut(each, leavingOnce(admission.place, left));
      return true;
    }
    each.shortSince ??= now();
    if (admission.state === 'memory' && now() - each.shortSince < patienceMilliseconds) return false;
    takeOut(each, { held: admission.why });
    return true;
  };
  const wake = () => {
    for (const each of [...line]) {
      const why = places.heldBack(each.needs);
      if (why === undefined) continue;
      const { of, network } = each.needs;
      if (network.length > 0) heldOnline.set(of, { at: now(), network });
      takeOut(each, { held: why });
    }
    for (const each of [...line]) if (!serve(each)) return;
  };
  return {
    enter: (needs, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve(undefined);
          return;
        }
        const aborted = () => takeOut(each, undefined);
        const each: Waiting = {
          needs,
          settle: (end) => {
            signal.removeEventListener('abort', aborted);
            resolve(end);
          },
        };
        signal.addEventListener('abort', aborted, { once: true });
        line.push(each);
        wake();
      }),
    wake,
    get running() {
      return running;
    },
    get waiting() {
      return line.length;
    },
    get waitingForNetwork() {
      for (const [of, { at }] of heldOnline) if (now() - at > comesAgainMilliseconds) heldOnline.delete(of);
      return [...heldOnline.values()].map(({ network }) => network);
    },
  };
}

/** So many places of this process, and nothing else to heed. */
export function countedPlaces(limit: () => number): Places {
  let taken = 0;
  return {
    heldBack: () => undefined,
    admit: () => {
      if (taken >= limit()) return { state: 'full' };
      taken += 1;
      return { state: 'in', place: { leave: () => void (taken -= 1) } };
    },
  };
}

/** Enters, and waits for `milliseconds` at most; undefined when they were over, or `signal` was aborted, first. */
export const enterWithin = (gate: Gate, needs: Needs, milliseconds: number, signal: AbortSignal): Promise<Place | Held | undefined> =>
  within({ milliseconds, signal }, (either) => gate.enter(needs, either));
