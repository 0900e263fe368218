import { existsSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countedPlaces, createGate } from '../../../src/activities/hands/gate.js';
import type { CommandResult } from '../../../src/domain/action/result.js';
import { aPlan, openHands } from '../../support/vessel/hands.js';
import { aResult, idOf } from '../../support/trail/ledgers.js';
import { soon } from '../../support/soon.js';

const needs = { of: 'janus-000000000001', memoryMb: 1, network: [] };

describe('the gate (spec G2)', () => {
  const { signal } = new AbortController();

  it('never lets more in than the limit of the moment, in the order of arrival, and loses nobody', async () => {
    const step = fc.oneof(fc.constant('enter'), fc.constant('leave'), fc.constant('abort'), fc.integer({ min: 1, max: 4 }));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        let limit = 2;
        const gate = createGate(countedPlaces(() => limit));
        const inside: (() => void)[] = [];
        const admitted: number[] = [];
        const waiting = new Map<number, AbortController>();
        let arrived = 0;
        const calm = () => new Promise((resolve) => setImmediate(resolve));
        for (const what of steps) {
          const before = inside.length;
          if (typeof what === 'number') limit = what;
          else if (what === 'leave') inside.shift()?.();
          else if (what === 'abort') [...waiting.values()][0]?.abort();
          else {
            const number = (arrived += 1);
            const controller = new AbortController();
            waiting.set(number, controller);
            const enter = async () => {
              const place = await gate.enter(needs, controller.signal);
              waiting.delete(number);
              if (place === undefined || 'held' in place) return;
              admitted.push(number);
              inside.push(() => place.leave());
            };
            void enter();
          }
          await calm();
          expect(gate.running).toBe(inside.length);
          expect(gate.waiting).toBe(waiting.size);
          if (inside.length > before) expect(inside.length).toBeLessThanOrEqual(limit);
        }
        limit = 100;
        while (inside.length > 0) inside.shift()?.();
        await calm();
        while (inside.length > 0) inside.shift()?.();
        await calm();
        expect(waiting.size).toBe(0);
        expect(admitted).toEqual([...admitted].sort((a, b) => a - b));
      }),
      { numRuns: 100 },
    );
  });

  it('counts leaving once', async () => {
    const gate = createGate(countedPlaces(() => 1));
    const place = await gate.enter(needs, signal);
    if (place === undefined || 'held' in place) throw new Error('it was not let in');
    place.leave();
    place.leave();
    expect(gate.running).toBe(0);
    await gate.enter(needs, signal);
    expect(gate.running).toBe(1);
  });

  it('lets nobody in who was called off before', async () => {
    expect(await createGate(countedPlaces(() => 1)).enter(needs, AbortSignal.abort())).toBeUndefined();
  });
});

/** V8's own, which Node shows only when it is asked to. */
const collectGarbage = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

describe('an action at the gate (spec X5, G2)', () => {
  let bench: Awaited<ReturnType<typeof openHands>>;
  let finish: (result: CommandResult) => void;
  const planOf = (number: number) => aPlan({ proposal_id: idOf(number) });
  const isClaimed = (number: number) => existsSync(`${bench.ledgerFolder}/${idOf(number)}/claim.json`);
  const execute = (number: number, change = {}) => bench.run((hands) => hands.executeAction(bench.permit(planOf(number), change)));

  beforeEach(async () => {
    bench = await openHands();
    bench.limit = 1;
    bench.sandbox.behaviour = () => new Promise((resolve) => (finish = resolve));
  });
  afterEach(() => bench.close());

  it('claims nothing while it waits, and runs when there is room', async () => {
    const first = execute(1);
    await soon(() => bench.sandbox.ran.length === 1);
    const second = execute(2);
    await soon(() => bench.deps.gates.actions.waiting === 1);
    expect(isClaimed(2)).toBe(false);
    finish(aResult());
    expect(await first.result).toMatchObject({ state: 'finished' });
    await soon(() => bench.sandbox.ran.length === 2);
    finish(aResult());
    expect(await second.result).toMatchObject({ state: 'finished' });
  });

  it.each([
    [
      'its permit is over',
      { expiresAt: new Date(Date.parse('2026-01-02T03:04:05.678Z') + 100).toISOString() },
      () => undefined,
      { state: 'not_started', code: 'PERMIT_EXPIRED' },
    ],
    [
      'its workflow cancels',
      {},
      (attempt: { cancel(wanted: boolean): void }) => attempt.cancel(true),
      { state: 'cancelled', startedSteps: 0 },
    ],
  ])('goes away when %s, with nothing claimed', async (_, permit, during, expected) => {
    const first = execute(1);
    await soon(() => bench.sandbox.ran.length === 1);
    const second = execute(2, permit);
    await soon(() => bench.deps.gates.actions.waiting === 1);
    during(second);
    expect(await second.result).toMatchObject(expected);
    expect(isClaimed(2)).toBe(false);
    finish(aResult());
    await first.result;
    expect([bench.deps.gates.actions.running, bench.deps.gates.actions.waiting]).toEqual([0, 0]);
    expect(bench.sandbox.ran).toHaveLength(1);
  });

  it('goes away when its permit is over, however often memory is tidied meanwhile', async () => {
    const first = execute(1);
    await soon(() => bench.sandbox.ran.length === 1);
    const second = execute(2, { expiresAt: new Date(bench.now.getTime() + 300).toISOString() });
    await soon(() => bench.deps.gates.actions.waiting === 1);
    for (let round = 0; round < 5; round += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      collectGarbage();
    }
    await soon(() => bench.deps.gates.actions.waiting === 0);
    expect(await second.result).toMatchObject({ state: 'not_started', code: 'PERMIT_EXPIRED' });
    finish(aResult());
    await first.result;
  });

  it('is left to the next worker when this one stops', async () => {
    const first = execute(1);
    await soon(() => bench.sandbox.ran.length === 1);
    const second = execute(2);
    await soon(() => bench.deps.gates.actions.waiting === 1);
    second.cancel(false);
    await expect(second.result).rejects.toMatchObject({ type: 'WORKER_STOPS' });
    expect(isClaimed(2)).toBe(false);
    finish(aResult());
    await first.result;
  });

  it('starts no further step when the emergency stop came during one (spec K1)', async () => {
    const bench = await openHands();
    const steps = ['one', 'two'].map((each) => ({ tool_name: 'shell', tool_args: [each] }));
    const plan = aPlan({ tool_name: undefined, tool_args: undefined, steps });
    const { ledger } = bench.deps;
    const finishStep = ledger.finishStep.bind(ledger);
    Object.assign(ledger, {
      finishStep: (...given: Parameters<typeof finishStep>) => {
        bench.emergency = 'emergency stop: a file exists';
        return finishStep(...given);
      },
    });
    const { result } = bench.run((hands) => hands.executeAction(bench.permit(plan)));
    expect(await result).toMatchObject({ state: 'cancelled', startedSteps: 1, why: bench.emergency });
    expect(bench.sandbox.ran).toHaveLength(1);
    bench.close();
  });

  it('is not started when the emergency stop came while it waited (spec K1)', async () => {
    const first = execute(1);
    await soon(() => bench.sandbox.ran.length === 1);
    const second = execute(2);
    await soon(() => bench.deps.gates.actions.waiting === 1);
    bench.emergency = 'emergency stop: a file exists';
    finish(aResult());
    await first.result;
    expect(await second.result).toMatchObject({ state: 'not_started', code: 'EMERGENCY_STOP', why: bench.emergency });
    expect(isClaimed(2)).toBe(false);
  });
});
