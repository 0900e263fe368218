import type { ActivitySlotInfo, CustomSlotSupplier, SlotPermit } from '@temporalio/worker';

/** How many tasks a worker may hold. Temporal's core takes a permit first, then polls with it, so those that wait for a task are counted too. */
export interface SlotSupply {
  readonly supplier: CustomSlotSupplier<ActivitySlotInfo>;
  /** The limit may have changed. */
  wake(): void;
  /** Permits that core has. */
  readonly issued: number;
  /** Every permit is used: what comes now waits at the server. */
  readonly isExhausted: boolean;
}

/**
 * Gives permits up to `limit()`, asked anew each time. A poll under way cannot be called back, so this holds work back at the server and guarantees
 * nothing: the gate does. `onUsed`: a task came with one. A permit that core lets go of without a word, as when a worker ends between the answer and the poll, comes back here.
 */
export function createSlotSupply(limit: () => number, onUsed: () => void = () => undefined): SlotSupply {
  const issued = new Set<SlotPermit>();
  const used = new Set<SlotPermit>();
  const waiting: (() => void)[] = [];
  const forget = new WeakMap<SlotPermit, () => void>();
  const issue = (): SlotPermit => {
    const permit: SlotPermit = {};
    issued.add(permit);
    return permit;
  };
  const takeBack = (permit: SlotPermit) => {
    forget.get(permit)?.();
    issued.delete(permit);
    used.delete(permit);
    wake();
  };
  const wake = () => {
    while (issued.size < limit()) {
      const next = waiting.shift();
      if (next === undefined) return;
      next();
    }
  };
  /** Until it is used, an abort means that nobody has it any more. */
  const watch = (permit: SlotPermit, abort: AbortSignal) => {
    const lost = () => takeBack(permit);
    abort.addEventListener('abort', lost, { once: true });
    forget.set(permit, () => abort.removeEventListener('abort', lost));
  };
  const wait = (abort: AbortSignal, resolve: (permit: SlotPermit) => void, refuse: () => void) => {
    const grant = () => {
      abort.removeEventListener('abort', leave);
      const permit = issue();
      watch(permit, abort);
      resolve(permit);
    };
    const leave = () => {
      waiting.splice(waiting.indexOf(grant), 1);
      refuse();
    };
    abort.addEventListener('abort', leave, { once: true });
    waiting.push(grant);
    wake();
  };
  return {
    supplier: {
      type: 'custom',
      reserveSlot: (_, abort) =>
        new Promise((resolve, reject) => {
          // Any other error is logged, and core waits a second.
          const refuse = () => reject(abort.reason as Error);
          if (abort.aborted) refuse();
          else wait(abort, resolve, refuse);
        }),
      tryReserveSlot: () => (waiting.length === 0 && issued.size < limit() ? issue() : null),
      markSlotUsed: ({ permit }) => {
        forget.get(permit)?.();
        // One that was taken back after all.
        issued.add(permit);
        used.add(permit);
        onUsed();
      },
      releaseSlot: ({ permit }) => takeBack(permit),
    },
    wake,
    get issued() {
      return issued.size;
    },
    get isExhausted() {
      return used.size >= limit();
    },
  };
}
