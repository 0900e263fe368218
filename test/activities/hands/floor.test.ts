import { describe, expect, it } from '@jest/globals';
import { aPlan, openHands } from '../../support/vessel/hands.js';

const plan = aPlan();

describe('a plan whose risk is below what it reaches (spec C6)', () => {
  const changes = { ...plan, risk: 'low' as const, grants: [{ name: 'cache', path: '/srv/cache', writable: true }] };

  it.each([
    ['a writable grant', changes, { floor: {}, irreversible: [] }, 'it may change /srv/cache'],
    ['a tool that the plan calls irreversible', { ...plan, irreversible: ['shell'] }, { floor: {}, irreversible: [] }, 'cannot be undone'],
    ["a tool that this host's registry calls so", plan, { floor: {}, irreversible: ['shell'] }, 'cannot be undone'],
    ['the network', { ...plan, network: ['a.org'] }, { floor: { network: 'high' as const }, irreversible: [] }, 'it may talk to a.org'],
  ])('starts nothing, whatever the brain signed: %s', async (_, low, ownRisk, why) => {
    const own = await openHands({ ownRisk });
    expect(await own.run((hands) => hands.executeAction(own.permit(low))).result).toMatchObject({
      state: 'not_started',
      code: 'PERMIT_REFUSED',
      why: expect.stringContaining(why),
    });
    expect(own.sandbox.ran).toEqual([]);
    const previewed = await own.run((hands) => hands.previewAction(own.permit(low, { purpose: 'preview' }))).result;
    expect(previewed).toMatchObject({ state: 'not_previewable', why: expect.stringContaining(why) });
    own.close();
  });

  it('starts at its floor, and is answered from the ledger also where the floor was raised since', async () => {
    const own = await openHands();
    const request = own.permit({ ...changes, risk: 'medium' });
    const run = (each: typeof own) => each.run((hands) => hands.executeAction(request)).result;
    expect(await run(own)).toMatchObject({ state: 'finished', ok: true });
    Object.assign(own.deps.ownRisk, { floor: { writableGrant: 'high' } });
    expect(await run(own)).toMatchObject({ state: 'finished', ok: true });
    own.close();
  });
});
