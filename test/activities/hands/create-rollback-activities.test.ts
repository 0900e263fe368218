import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createStartLedger } from '../../../src/adapters/ledger/create-start-ledger.js';
import type { StartRequest } from '../../../src/contract/hands.js';
import { JanusError } from '../../../src/domain/errors.js';
import { planDigest } from '../../../src/domain/action/digests.js';
import type { ExecutionResult } from '../../../src/domain/action/result.js';
import { aPlan, openHands } from '../../support/vessel/hands.js';
import { aClaim, aFinish, aResult, goneIdentity } from '../../support/trail/ledgers.js';
import { sha256 } from '../../support/proposals/proposals.js';

const call = (script: string) => ({ tool_name: 'shell', tool_args: [script] });
/** Three steps; the first two have a rollback of their own (0, 1), the whole has one more (2). */
const plan = aPlan({
  tool_name: undefined,
  tool_args: undefined,
  steps: [{ ...call('one'), rollback: [call('undo one')] }, { ...call('two'), rollback: [call('undo two')] }, call('three')],
  rollback: [call('undo all')],
});
const { proposalId } = plan;
const digest = planDigest(sha256, plan);

let bench: Awaited<ReturnType<typeof openHands>>;
let request: StartRequest;
beforeEach(async () => {
  bench = await openHands();
  request = bench.permit(plan, { purpose: 'rollback', steps: 3 });
});
afterEach(() => bench.close());

const rollBack = (index: number, at = bench, how = request) => at.run((hands) => hands.rollBackStep({ ...how, index })).result;
const finished = { state: 'finished', ok: true, problems: [] };

/** A ledger as a process that is gone left it: so many steps started, and this result. */
async function leave(startedSteps: number, result?: ExecutionResult, claimed = digest) {
  const ledger = createStartLedger({ folder: bench.ledgerFolder, self: goneIdentity() });
  await ledger.claim(proposalId, aClaim(claimed));
  for (let step = 0; step < startedSteps; step += 1) await ledger.startStep(proposalId, step);
  if (result !== undefined) await ledger.finish(proposalId, result);
}
const steps = (count: number) => Array.from({ length: count }, () => aResult());

describe('rolling back (spec X8)', () => {
  const states: [string, number, ExecutionResult | undefined, number[]][] = [
    ['nothing that succeeded', 3, aFinish({ steps: steps(3) }), []],
    ['nothing that was not started', 0, { state: 'not_started', host: 'here', code: 'CLOSED', why: '' }, []],
    ['nothing after a dry run', 0, { state: 'dry_run', host: 'here', commandLines: [] }, []],
    ['all, after a failure of the last step', 3, aFinish({ ok: false, steps: steps(3) }), [1, 0, 2]],
    ['what was started, after a failure of the first', 1, aFinish({ ok: false, steps: steps(1) }), [0, 2]],
    [
      'what was started, where a later step had no sandbox',
      2,
      {
        state: 'finished',
        ok: false,
        host: 'here',
        steps: [aResult(), aResult({ reason: 'setup-failed' })],
        startedSteps: 1,
        problems: [],
      },
      [0, 2],
    ],
    [
      'what was started, after a cancellation',
      2,
      { state: 'cancelled', host: 'here', steps: steps(1), startedSteps: 2, why: '' },
      [1, 0, 2],
    ],
    [
      'nothing, after a cancellation before the first step',
      0,
      { state: 'cancelled', host: 'here', steps: [], startedSteps: 0, why: '' },
      [],
    ],
    ['the step that was in flight too, after a crash', 2, undefined, [1, 0, 2]],
    ['what was started, after the worker stopped', 1, { state: 'interrupted', host: 'here', steps: [], startedSteps: 1 }, [0, 2]],
  ];

  it.each(states)('undoes %s', async (_, startedSteps, result, undone) => {
    await leave(startedSteps, result);
    for (const index of [1, 0, 2, 3, -1]) {
      expect((await rollBack(index)).state).toBe(undone.includes(index) ? 'finished' : 'refused');
    }
    expect(bench.sandbox.ran).toEqual(undone.map((index) => `${proposalId}/rollback-${index + 1}`));
  });

  it('undoes nothing that was never claimed, or was started with another digest', async () => {
    expect(await rollBack(0)).toEqual({ state: 'refused', why: 'it was never started' });
    await leave(3, aFinish({ ok: false, steps: steps(3) }), 'another digest');
    expect(await rollBack(0)).toEqual({ state: 'refused', why: 'it was started with another digest' });
    expect(bench.sandbox.ran).toEqual([]);
  });

  it.each([undefined, 'probe', 'preview'] as const)('undoes nothing with a permit for %s', async (purpose) => {
    await leave(3);
    const copied = bench.permit(plan, purpose === undefined ? {} : { purpose, steps: 3 });
    expect(await rollBack(0, bench, copied)).toMatchObject({ state: 'refused', why: expect.stringContaining('not signed') });
    expect(bench.sandbox.ran).toEqual([]);
  });

  it('undoes no more steps than its permit says, and none that was not started', async () => {
    await leave(2);
    const one = bench.permit(plan, { purpose: 'rollback', steps: 1 });
    expect(await rollBack(1, bench, one)).toEqual({ state: 'refused', why: 'step 1 undoes nothing that was started' });
    expect(await rollBack(0, bench, one)).toMatchObject(finished);
    const changed = { ...one, permit: { ...one.permit, steps: 3 } };
    expect(await rollBack(1, bench, changed)).toMatchObject({ state: 'refused', why: expect.stringContaining('not signed') });
    expect(bench.sandbox.ran).toEqual([`${proposalId}/rollback-1`]);
  });

  it('undoes in the sandbox of today what was started in another, and says so', async () => {
    const old = { ...plan, profile: 'test:1111111111111111' };
    await leave(3, undefined, planDigest(sha256, old));
    const undone = await rollBack(1, bench, bench.permit(old, { purpose: 'rollback', steps: 3 }));
    expect(undone).toMatchObject({ state: 'finished', result: { note: expect.stringContaining('test:1111111111111111') } });
  });

  it('undoes nothing while it runs, here or in another process', async () => {
    bench.deps.underWay.actions.set(proposalId, new Promise(() => undefined));
    await leave(3);
    expect(await rollBack(0)).toEqual({ state: 'refused', why: 'it is still running' });
    expect(bench.sandbox.ran).toEqual([]);
  });

  it('runs each step once, whoever asks how often, and long after the permit is over', async () => {
    await leave(3);
    bench.now = new Date(bench.now.getTime() + 86_400_000 * 7);
    const at = await Promise.all(Array.from({ length: 8 }, () => rollBack(1)));
    const next = bench.restart();
    for (const result of [...at, await rollBack(1), await rollBack(1, next as typeof bench)]) expect(result).toMatchObject(finished);
    expect([...bench.sandbox.ran, ...next.sandbox.ran]).toHaveLength(1);
  });

  it('says interrupted, and runs nothing, when a process died in the middle of it', async () => {
    await leave(3);
    await createStartLedger({ folder: bench.ledgerFolder, self: goneIdentity() }).claimRollback(proposalId, 1);
    expect(await rollBack(1)).toEqual({ state: 'interrupted' });
    expect(bench.sandbox.ran).toEqual([]);
  });

  it('says interrupted where an attempt of its own came to nothing', async () => {
    await leave(3);
    bench.sandbox.behaviour = () => Promise.reject(new Error('a bug'));
    await expect(rollBack(1)).rejects.toThrow('a bug');
    expect(await rollBack(1)).toEqual({ state: 'interrupted' });
    expect(bench.sandbox.ran).toHaveLength(1);
  });

  it('goes in its order, whoever asks, and never on after a step that did not succeed', async () => {
    await leave(3);
    const early = { type: 'OUT_OF_ORDER' };
    for (const index of [0, 2]) await expect(rollBack(index)).rejects.toMatchObject(early);
    expect(bench.sandbox.ran).toEqual([]);
    expect(await rollBack(1)).toMatchObject(finished);
    bench.sandbox.behaviour = async () => aResult({ exitCode: 4 });
    expect(await rollBack(0)).toMatchObject({ state: 'finished', ok: false });
    await expect(rollBack(2)).rejects.toMatchObject(early);
    expect(bench.sandbox.ran).toEqual([`${proposalId}/rollback-2`, `${proposalId}/rollback-1`]);
  });

  it('says what was not as expected', async () => {
    await leave(3);
    bench.sandbox.behaviour = async () => aResult({ exitCode: 4 });
    expect(await rollBack(1)).toMatchObject({ state: 'finished', ok: false, problems: ['exit code 4, expected 0'] });
  });

  const withoutSandbox = () => Promise.reject(new JanusError('SANDBOX_UNAVAILABLE', 'no sandbox here'));

  it('asks to be tried again where the sandbox could not be set up, and then runs once', async () => {
    await leave(3);
    bench.sandbox.behaviour = withoutSandbox;
    await expect(rollBack(1)).rejects.toMatchObject({ type: 'SETUP_FAILED', nonRetryable: false, nextRetryDelay: '5 seconds' });
    const next = bench.restart();
    next.sandbox.behaviour = withoutSandbox;
    await expect(rollBack(1, next as typeof bench)).rejects.toMatchObject({ type: 'SETUP_FAILED', nextRetryDelay: '10 seconds' });
    next.sandbox.behaviour = async () => aResult();
    for (let again = 0; again < 3; again += 1) expect(await rollBack(1, next as typeof bench)).toMatchObject(finished);
    expect([...bench.sandbox.ran, ...next.sandbox.ran]).toHaveLength(3);
  });

  it('is refused for good after five set-ups that failed, with the reason', async () => {
    await leave(3);
    bench.sandbox.prepare = () => {
      throw new JanusError('SANDBOX_UNAVAILABLE', 'no sandbox here');
    };
    for (let failed = 0; failed < 4; failed += 1) await expect(rollBack(1)).rejects.toMatchObject({ type: 'SETUP_FAILED' });
    const end = { state: 'refused', reason: 'setup-failed', why: expect.stringContaining('in 5 attempts: no sandbox here') };
    expect(await rollBack(1)).toEqual(end);
    bench.sandbox.prepare = () => undefined;
    expect(await rollBack(1)).toEqual(end);
    expect(bench.sandbox.ran).toEqual([]);
  });

  it('is interrupted, and not run again, where the process died at a later attempt', async () => {
    await leave(3);
    bench.sandbox.behaviour = withoutSandbox;
    await expect(rollBack(1)).rejects.toMatchObject({ type: 'SETUP_FAILED' });
    await createStartLedger({ folder: bench.ledgerFolder, self: goneIdentity() }).claimRollback(proposalId, 1);
    bench.sandbox.behaviour = async () => aResult();
    expect(await rollBack(1)).toEqual({ state: 'interrupted' });
    expect(bench.sandbox.ran).toHaveLength(1);
  });

  it('is never done after a success, and never twice, whatever is asked in which order', async () => {
    const result = fc.constantFrom(aFinish({ steps: steps(3) }), aFinish({ ok: false, steps: steps(2) }), undefined);
    await fc.assert(
      fc.asyncProperty(result, fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.boolean()), { maxLength: 8 }), async (left, asked) => {
        bench.close();
        bench = await openHands();
        request = bench.permit(plan, { purpose: 'rollback', steps: 3 });
        await leave(2, left);
        const benches = [bench, bench.restart()];
        await Promise.all(asked.map(([index, other]) => rollBack(index, benches[other ? 1 : 0] as typeof bench).catch(() => undefined)));
        const ran = benches.flatMap(({ sandbox }) => sandbox.ran);
        expect(new Set(ran).size).toBe(ran.length);
        if (left?.state === 'finished' && left.ok) expect(ran).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});
