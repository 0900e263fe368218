import type { SlotPermit } from '@temporalio/worker';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSlotSupply } from '../../../src/worker/temporal/slot-supply.js';

const calm = () => new Promise((resolve) => setImmediate(resolve));
const context = {} as never;
const slotInfo = { type: 'activity', activityType: 'executeAction' } as const;

describe('how many tasks a worker takes (spec G2)', () => {
  it('is never more than the limit of the moment, whatever core does, and nothing leaks', async () => {
    const step = fc.oneof(fc.constantFrom('reserve', 'try', 'use', 'release', 'abort', 'abort-late'), fc.integer({ min: 0, max: 4 }));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        let limit = 2;
        const supply = createSlotSupply(() => limit);
        const { supplier } = supply;
        const waiting = new Map<Promise<SlotPermit>, AbortController>();
        const reserved: { readonly permit: SlotPermit; readonly abort: AbortController | undefined }[] = [];
        const used: SlotPermit[] = [];
        for (const what of steps) {
          const before = supply.issued;
          if (typeof what === 'number') {
            limit = what;
            supply.wake();
          } else if (what === 'reserve') {
            const abort = new AbortController();
            const promise = supplier.reserveSlot(context, abort.signal);
            waiting.set(promise, abort);
            const settle = async () => {
              const permit = await promise.catch(() => undefined);
              waiting.delete(promise);
              if (permit !== undefined) reserved.push({ permit, abort });
            };
            void settle();
          } else if (what === 'try') {
            const permit = supplier.tryReserveSlot(context);
            if (permit !== null) reserved.push({ permit, abort: undefined });
          } else if (what === 'use') {
            const next = reserved.shift();
            if (next !== undefined) {
              supplier.markSlotUsed({ permit: next.permit, slotInfo });
              used.push(next.permit);
            }
          } else if (what === 'release') {
            const permit = used.shift() ?? reserved.shift()?.permit;
            if (permit !== undefined) supplier.releaseSlot({ permit });
          } else if (what === 'abort') [...waiting.values()][0]?.abort(new Error('shutdown'));
          // Core dropped what it had just been given, and says no more about it.
          else if (reserved[0]?.abort !== undefined) reserved.shift()?.abort?.abort(new Error('shutdown'));
          await calm();
          expect(supply.issued).toBe(reserved.length + used.length);
          if (supply.issued > before) expect(supply.issued).toBeLessThanOrEqual(limit);
        }
        for (const { permit } of reserved) supplier.releaseSlot({ permit });
        for (const permit of used) supplier.releaseSlot({ permit });
        for (const abort of waiting.values()) abort.abort(new Error('shutdown'));
        await calm();
        for (const { permit } of reserved) supplier.releaseSlot({ permit });
        expect([supply.issued, waiting.size]).toEqual([0, 0]);
      }),
      { numRuns: 200 },
    );
  });

  it('rejects with the reason of the abort itself: anything else costs a second', async () => {
    const abort = new AbortController();
    const { supplier } = createSlotSupply(() => 0);
    const reserved = supplier.reserveSlot(context, abort.signal);
    const reason = new Error('shutdown');
    abort.abort(reason);
    await expect(reserved).rejects.toBe(reason);
    await expect(supplier.reserveSlot(context, abort.signal)).rejects.toBe(reason);
  });

  it('is exhausted when every permit is used, and says when one is', () => {
    let taken = 0;
    const supply = createSlotSupply(
      () => 1,
      () => (taken += 1),
    );
    const permit = supply.supplier.tryReserveSlot(context) ?? {};
    expect([supply.isExhausted, supply.supplier.tryReserveSlot(context)]).toEqual([false, null]);
    supply.supplier.markSlotUsed({ permit, slotInfo });
    expect([supply.isExhausted, taken]).toEqual([true, 1]);
    supply.supplier.releaseSlot({ permit });
    supply.supplier.releaseSlot({ permit });
    expect([supply.isExhausted, supply.issued]).toEqual([false, 0]);
  });
});
