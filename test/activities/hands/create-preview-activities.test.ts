import { existsSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StartRequest } from '../../../src/contract/hands.js';
import { aPreview, theEffect } from '../../support/bench/fake-previewer.js';
import { aPlan, openHands } from '../../support/vessel/hands.js';

let bench: Awaited<ReturnType<typeof openHands>>;
let asked = 0;
beforeEach(async () => {
  bench = await openHands();
  asked = 0;
  bench.knobs.preview = () => {
    asked += 1;
    return Promise.resolve(aPreview());
  };
});
afterEach(() => bench.close());

const plan = aPlan();
const preview = (request: StartRequest) => bench.run((hands) => hands.previewAction(request)).result;
const forPreview = (change = {}) => bench.permit(plan, { purpose: 'preview', ...change });
const nothingDurable = () => expect(existsSync(bench.ledgerFolder) ? readdirSync(bench.ledgerFolder) : []).toEqual([]);

describe('previewAction (spec X7)', () => {
  it('previews with a permit for a preview, and leaves no entry in the ledger', async () => {
    expect(await preview(forPreview())).toEqual(aPreview());
    nothingDurable();
  });

  it.each([
    ['a permit for a start', () => bench.permit(plan)],
    ['one for another host', () => forPreview({ host: 'there' })],
    ['one for another plan', () => ({ ...forPreview(), plan: bench.permit({ ...plan, limits: { ...plan.limits, processes: 65 } }).plan })],
    ['one for another sandbox', () => bench.permit({ ...plan, profile: 'test:1111111111111111' }, { purpose: 'preview' })],
    ['one that is over', () => forPreview({ expiresAt: bench.now.toISOString() })],
  ] as const)('refuses %s', async (_, request) => {
    expect(await preview(request())).toMatchObject({ state: 'not_previewable' });
    expect(asked).toBe(0);
  });

  it('is no way to a start: its permit starts, settles, probes and undoes nothing', async () => {
    const request = forPreview();
    expect(await bench.run((hands) => hands.executeAction(request)).result).toMatchObject({ code: 'PERMIT_REFUSED' });
    expect(await bench.run((hands) => hands.settleAction(request)).result).toMatchObject({ code: 'PERMIT_REFUSED' });
    expect(await bench.run((hands) => hands.probeAction(request)).result).toMatchObject({ verdict: 'unknown' });
    expect(await bench.run((hands) => hands.rollBackStep({ ...request, index: 0 })).result).toMatchObject({ state: 'refused' });
    expect(bench.sandbox.ran).toEqual([]);
    nothingDurable();
  });

  it('respects the emergency stop, and runs once for all who ask at the same moment', async () => {
    bench.emergency = 'EMERGENCY_STOP is there';
    expect(await preview(forPreview())).toEqual({ state: 'not_previewable', why: 'EMERGENCY_STOP is there' });
    bench.emergency = undefined;
    await Promise.all(Array.from({ length: 5 }, () => preview(forPreview())));
    expect(asked).toBe(1);
  });

  it('shows nothing of a preview that a stop met in the middle: what was looked at may be what it killed (spec K1)', async () => {
    bench.knobs.preview = () => {
      bench.emergency = 'EMERGENCY_STOP is there';
      return Promise.resolve(aPreview());
    };
    const report = await preview(forPreview());
    expect(report).toMatchObject({ state: 'not_previewable', why: expect.stringContaining('EMERGENCY_STOP is there') });
  });

  it('waits for a slot no longer than its permit is good for', async () => {
    bench.limit = 0;
    const request = forPreview({ expiresAt: new Date(bench.now.getTime() + 50).toISOString() });
    expect(await preview(request)).toMatchObject({ state: 'not_previewable', why: expect.stringContaining('no slot') });
    expect([asked, bench.deps.gates.actions.waiting]).toEqual([0, 0]);
  });

  it('sends no more through a history than fits', async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ({ ...theEffect.changes[0]!, path: `f${index}` }));
    bench.knobs.preview = () => Promise.resolve(aPreview({ effect: { ...theEffect, changes: many } }));
    const report = await preview(forPreview());
    expect(JSON.stringify(report).length).toBeLessThan(40_000);
    expect(report).toMatchObject({ effect: { omitted: 940 } });
  });
});

describe('an execution whose effect was bound (spec X7)', () => {
  const effect = 'ef'.repeat(32);
  const bound = { ...plan, effect };
  const execute = () => bench.run((hands) => hands.executeAction(bench.permit(bound))).result;

  it('runs on a copy, which is put in place when it has that effect', async () => {
    bench.knobs.stagedEffect = effect;
    expect(await execute()).toMatchObject({ state: 'finished', ok: true });
    expect(bench.knobs.inPlace).toEqual([expect.stringContaining(plan.proposalId)]);
  });

  it('is not put in place otherwise, and the second attempt gets the same answer', async () => {
    bench.knobs.stagedEffect = 'ff'.repeat(32);
    const first = await execute();
    expect(first).toMatchObject({ state: 'other_effect', why: expect.stringContaining('nothing was put in place') });
    expect(await execute()).toEqual(first);
    expect(bench.knobs.inPlace).toEqual([]);
  });

  it('keeps its result where what is left of the copy cannot be removed', async () => {
    bench.knobs.stagedEffect = effect;
    const { previewer } = bench.deps;
    const stage = await previewer.stage();
    previewer.stage = () => Promise.resolve({ ...stage, discard: () => Promise.reject(new Error('busy')) });
    const first = await execute();
    expect(first).toMatchObject({ state: 'finished', ok: true });
    expect(await execute()).toEqual(first);
  });
});
