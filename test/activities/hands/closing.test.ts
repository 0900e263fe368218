import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createStartLedger } from '../../../src/adapters/ledger/create-start-ledger.js';
import type { CountedDecision } from '../../../src/contract/activities.js';
import type { StartRequest } from '../../../src/contract/hands.js';
import { ownTerms } from '../../../src/domain/approval/terms.js';
import { planDigest } from '../../../src/domain/action/digests.js';
import { aPlan, openHands } from '../../support/vessel/hands.js';
import { approval, signedApprovals, signedBy, testKeys } from '../../support/proposals/approvals.js';
import { aClaim, aFinish, aResult, goneIdentity } from '../../support/trail/ledgers.js';
import { soon } from '../../support/soon.js';
import { sha256 } from '../../support/proposals/proposals.js';

let bench: Awaited<ReturnType<typeof openHands>>;
beforeEach(async () => {
  bench = await openHands();
});
afterEach(() => bench.close());

const plan = aPlan();
const execute = (request: StartRequest) => bench.run((hands) => hands.executeAction(request)).result;
const close = (request: StartRequest) => bench.run((hands) => hands.closeStart(request)).result;
const settle = (request: StartRequest) => bench.run((hands) => hands.settleAction(request)).result;
const closed = { state: 'not_started', code: 'CLOSED' };

describe('a start that is closed (spec A1, X5)', () => {
  it('never starts under that permit, and may under another', async () => {
    const request = bench.permit(plan);
    expect(await close(request)).toEqual({ state: 'closed' });
    for (const ask of [execute, settle]) expect(await ask(request)).toMatchObject(closed);
    const other = bench.permit(plan, { receipt: 'proposals:2:0123456789abcdef' });
    expect(await execute(other)).toMatchObject({ state: 'finished' });
    expect(await close(request)).toEqual({ state: 'started' });
    expect(bench.sandbox.ran).toHaveLength(1);
  });

  it('says at once that it is started where it runs', async () => {
    let finish: () => void = () => undefined;
    bench.sandbox.behaviour = () => new Promise((resolve) => (finish = () => resolve(aResult())));
    const running = execute(bench.permit(plan));
    await soon(() => bench.sandbox.ran.length === 1);
    expect(await close(bench.permit(plan))).toEqual({ state: 'started' });
    finish();
    expect(await running).toMatchObject({ state: 'finished' });
  });

  it('is not started by whoever claims it at the very same moment', async () => {
    for (let round = 0; round < 20; round += 1) {
      const each = aPlan({ proposal_id: `janus-${String(round).padStart(12, '0')}` });
      const request = bench.permit(each);
      const before = bench.sandbox.ran.length;
      const [started, answer] = await Promise.all([execute(request), close(request)]);
      const ran = bench.sandbox.ran.length - before;
      // Closed and run would be the one thing that must never be.
      if (answer.state === 'closed') expect([ran, started]).toEqual([0, expect.objectContaining(closed)]);
      else expect(ran).toBe(started.state === 'finished' ? 1 : 0);
    }
  });

  it('stays closed where the void was written between its claim and its first step', async () => {
    const { ledger } = bench.deps;
    const claim = ledger.claim.bind(ledger);
    Object.assign(ledger, {
      claim: async (id: string, by: Parameters<typeof claim>[1]) => {
        const got = await claim(id, by);
        await ledger.voidPermit(id, by.permit);
        return got;
      },
    });
    expect(await execute(bench.permit(plan))).toMatchObject(closed);
    expect(bench.sandbox.ran).toEqual([]);
  });

  it.each(['executeAction', 'settleAction'] as const)('voids nothing for whoever has no permit: %s', async (name) => {
    const { permit } = bench.permit(aPlan({ proposal_id: 'janus-00000000000f' }));
    await bench.run((hands) => hands[name]({ ...bench.permit(plan), permit })).result;
    expect(readdirSync(join(bench.ledgerFolder, '..'))).not.toContain('ledger');
  });
});

describe('under an emergency stop (spec K1, K3)', () => {
  it('the permit is void: lifted, nothing starts under it', async () => {
    const request = bench.permit(plan);
    bench.emergency = 'EMERGENCY_STOP is there';
    expect(await execute(request)).toMatchObject({ state: 'not_started', code: 'EMERGENCY_STOP' });
    bench.emergency = undefined;
    expect(await execute(request)).toMatchObject(closed);
    expect(bench.sandbox.ran).toEqual([]);
  });
});

describe('behind the gate (spec A3)', () => {
  it('the approvals are looked at again: a key that was revoked meanwhile starts nothing', async () => {
    bench.close();
    const keys = testKeys();
    const policy = { ...signedApprovals, signature: 'required' as const };
    bench = await openHands({ approvals: { policy, signatures: keys } });
    bench.limit = 0;
    const signed = { ...plan, approval: ownTerms(policy, { risk: plan.risk, actionType: plan.approval.actionType }) };
    const request = bench.permit(signed);
    const view = { proposalId: plan.proposalId, firstRunId: 'run', digest: planDigest(sha256, signed) };
    const { decision: kind, ...said } = signedBy('ana', view, approval, { now: bench.now });
    const waiting = execute({ ...request, approvals: [{ kind, ...said } as CountedDecision] });
    await soon(() => bench.deps.gates.actions.waiting === 1);
    keys.revoked.add('ana');
    bench.limit = 1;
    // Somebody comes, and the gate looks at its limit.
    const next = execute(bench.permit(aPlan({ proposal_id: 'janus-00000000000e' })));
    expect(await waiting).toMatchObject({ code: 'PERMIT_REFUSED', why: expect.stringContaining('KEY_REVOKED') });
    expect(await next).toMatchObject({ code: 'PERMIT_REFUSED' });
    expect(bench.sandbox.ran).toEqual([]);
  });
});

describe('what ran under another permit (spec X5)', () => {
  it('is told with the time at which it ran, never as something new', async () => {
    const gone = createStartLedger({ folder: bench.ledgerFolder, self: goneIdentity() });
    await gone.claim(plan.proposalId, aClaim(planDigest(sha256, plan)));
    await gone.finish(plan.proposalId, aFinish());
    for (const ask of [execute, settle])
      expect(await ask(bench.permit(plan))).toMatchObject({ state: 'finished', ranBefore: expect.stringMatching(/^20\d\d-/) });
    expect(bench.sandbox.ran).toEqual([]);
  });

  it('nor is it settled as never started where this worker has another sandbox', async () => {
    const old = { ...plan, profile: 'test:1111111111111111' };
    const request = bench.permit(old);
    const gone = createStartLedger({ folder: bench.ledgerFolder, self: goneIdentity() });
    await gone.claim(plan.proposalId, aClaim(planDigest(sha256, old)));
    await gone.startStep(plan.proposalId, 0);
    for (const ask of [execute, settle]) expect(await ask(request)).toMatchObject({ state: 'interrupted', startedSteps: 1 });
  });
});
