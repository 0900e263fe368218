import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createStartLedger } from '../../../src/adapters/ledger/create-start-ledger.js';
import { planDigest } from '../../../src/domain/action/digests.js';
import { packResult } from '../../../src/domain/action/packing.js';
import type { ExecutionResult } from '../../../src/domain/action/result.js';
import { aPlan, openHands } from '../../support/vessel/hands.js';
import { aClaim, aFinish, aResult, goneIdentity } from '../../support/trail/ledgers.js';
import { sha256 } from '../../support/proposals/proposals.js';

const probed = aPlan({ probe: { tool_name: 'shell', tool_args: ['happened?'] } });
const { proposalId } = probed;

let bench: Awaited<ReturnType<typeof openHands>>;
beforeEach(async () => {
  bench = await openHands();
});
afterEach(() => bench.close());

/** A ledger as a process that is gone left it, with its one step started, and this result. */
async function leave(plan = probed, result?: ExecutionResult) {
  const ledger = createStartLedger({ folder: bench.ledgerFolder, self: goneIdentity() });
  await ledger.claim(proposalId, aClaim(planDigest(sha256, plan)));
  await ledger.startStep(proposalId, 0);
  if (result !== undefined) await ledger.finish(proposalId, result);
}

describe('probeAction (spec X9)', () => {
  const probe = () => bench.run((hands) => hands.probeAction(bench.permit(probed, { purpose: 'probe' }))).result;

  it.each([
    ['happened', aResult({ exitCode: 0 })],
    ['did_not_happen', aResult({ exitCode: 1 })],
    ['unknown', aResult({ exitCode: 2 })],
    ['unknown', aResult({ reason: 'wall', exitCode: null })],
    ['unknown', aResult({ reason: 'wall', exitCode: 0 })],
  ])('says %s', async (verdict, result) => {
    await leave();
    const asked: unknown[] = [];
    bench.sandbox.behaviour = async (how) => {
      asked.push(how);
      return result;
    };
    expect(await probe()).toEqual({ verdict, result: packResult(result) });
    expect(asked).toMatchObject([{ readOnly: true }]);
    expect(bench.sandbox.ran).toEqual([`${proposalId}/probe`]);
  });

  it('runs once for each permit, whoever asks how often', async () => {
    await leave();
    const first = await probe();
    for (let again = 0; again < 3; again += 1) expect(await probe()).toEqual(first);
    expect(bench.sandbox.ran).toHaveLength(1);
  });

  it('says unknown where its worker died in the middle of it', async () => {
    await leave();
    bench.sandbox.behaviour = () => Promise.reject(new Error('a bug'));
    await expect(probe()).rejects.toThrow('a bug');
    expect(await probe()).toEqual({ verdict: 'unknown', why: 'it was started before, and left no result' });
    expect(bench.sandbox.ran).toHaveLength(1);
  });

  it.each([undefined, 'rollback', 'preview'] as const)('is not run with a permit for %s', async (purpose) => {
    await leave();
    const permit = bench.permit(probed, purpose === undefined ? {} : { purpose });
    expect(await bench.run((hands) => hands.probeAction(permit)).result).toMatchObject({
      verdict: 'unknown',
      why: expect.stringContaining('not signed'),
    });
    expect(bench.sandbox.ran).toEqual([]);
  });

  it('is run in the sandbox of today, and says so', async () => {
    const old = { ...probed, profile: 'test:1111111111111111' };
    await leave(old);
    const permit = bench.permit(old, { purpose: 'probe' });
    const note = 'it ran in sandbox test:0000000000000000; the plan was made for test:1111111111111111';
    expect(await bench.run((hands) => hands.probeAction(permit)).result).toMatchObject({ verdict: 'happened', result: { note } });
  });

  it('probes nothing but an interruption', async () => {
    expect(await probe()).toMatchObject({ verdict: 'unknown', why: expect.stringContaining('unclaimed') });
    await leave(probed, aFinish());
    expect(await probe()).toMatchObject({ verdict: 'unknown', why: expect.stringContaining('done') });
    expect(bench.sandbox.ran).toEqual([]);
  });
});
