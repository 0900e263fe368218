import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Order } from '../../../src/domain/approval/order.js';
import type { ApprovalPolicy } from '../../../src/domain/approval/terms.js';
import { obeyedText, parseOrders } from '../../../src/domain/controls/standing-orders.js';
import { useFolders } from '../../support/folders.js';
import { openApprovals, signedApprovals, testKeys } from '../../support/proposals/approvals.js';
import { sha256 } from '../../support/proposals/proposals.js';
import { closeTrails, openTrail, recordsIn } from '../../support/trail/trails.js';
import type { BrainBench } from '../../support/vessel/brains.js';
import { openBrain } from '../../support/vessel/brains.js';
import { signedOrder } from '../../support/vessel/orders.js';

const folder = useFolders();
afterEach(closeTrails);

const identity = { workflowId: 'janus-test-vessel', firstRunId: 'r1' };
const stop = 'stop-0123456789ab';
const resume: Order = { kind: 'resume', by: 'ana', reason: 'all is well', of: stop };
const hold: Order = { kind: 'hold', by: 'ana', reason: 'let me look' };
const limit = (count: number, of?: string): Order => ({ kind: 'limit', by: 'ana', reason: 'slow', limit: count, ...(of && { of }) });

let here: string;
const keys = testKeys();
beforeEach(() => {
  here = folder();
  keys.revoked.clear();
});
const open = (policy: ApprovalPolicy = openApprovals) => openBrain(here, { approvals: { policy, signatures: keys } });

const missionLog = () => (existsSync(join(here, 'mission_log.jsonl')) ? recordsIn(join(here, 'mission_log.jsonl')) : []);
const stopOnRecord = (id = stop) =>
  openTrail(here).trail.append('mission_log', {
    id: `stop/${id}`,
    eventType: 'emergency_stop',
    summary: 'stopped',
    data: { stop: id, at: '2026-01-02T03:00:00.000Z', reason: 'smoke', by: 'bo', mode: 'now' },
  });

let moments = 0;
async function judge(brain: BrainBench, order: Order, receivedAt = new Date(Date.UTC(2026, 0, 2) + (moments += 1)).toISOString()) {
  const judged = await brain.judgeOrder({ identity, order, receivedAt });
  if (judged.kind !== 'judged') throw new Error(judged.why);
  return judged;
}
const toldBy = ({ orders }: Awaited<ReturnType<typeof judge>>) => parseOrders(orders.text);

describe('an order where there are no keys (spec K1, G2)', () => {
  it('ends the stop that it names, is on record as unsigned, and hands are told', async () => {
    await stopOnRecord();
    const brain = open();
    const judged = await judge(brain, resume);
    expect(judged).toMatchObject({ accepted: true, code: 'ACCEPTED', vessel: 'janus-test', host: 'here', standing: { stops: [] } });
    expect(toldBy(judged)).toMatchObject({ vessel: 'janus-test', host: 'here', resumed: [stop], hold: false, mode: 'alpha' });
    expect(judged.orders.signature).toBe(sha256(`brain ${judged.orders.text}`));
    expect(missionLog().at(-1)).toMatchObject({ event_type: 'vessel_resumed', of: stop, ends: 'stop', by: 'ana', assurance: 'unsigned' });
  });

  it('has the emergency file taken away once it counts, and again where it was asked for again; never before', async () => {
    const taken: string[] = [];
    const brain = openBrain(here, { orders: { limitMax: 4, vouch: sha256, takeSwitchAway: async (id) => void taken.push(id) } });
    await stopOnRecord();
    for (const order of [hold, { ...resume, of: 'stop-ffffffffffff' }]) await judge(brain, order);
    expect(taken).toEqual([]);
    await judge(brain, resume);
    expect(taken).toEqual([stop]);
    await judge(brain, resume);
    expect(taken).toEqual([stop, stop]);
  });

  it('ends no other, and none twice; both are on record (spec A3)', async () => {
    await stopOnRecord();
    const brain = open();
    expect(await judge(brain, { ...resume, of: 'stop-ffffffffffff' })).toMatchObject({ accepted: false, code: 'UNKNOWN_ID' });
    await judge(brain, resume);
    await stopOnRecord('stop-000000000002');
    expect(await judge(brain, resume)).toMatchObject({
      accepted: false,
      code: 'ALREADY_RESUMED',
      standing: { stops: [{ id: 'stop-000000000002' }] },
    });
    expect(missionLog().filter(({ event_type: type }) => type === 'control_order_refused')).toMatchObject([
      { code: 'UNKNOWN_ID', order: 'resume', of: 'stop-ffffffffffff' },
      { code: 'ALREADY_RESUMED', order: 'resume', of: stop },
    ]);
  });

  it('bounds how many start, never beyond the configuration; what loosens names what stands', async () => {
    const brain = open();
    expect(await judge(brain, limit(5))).toMatchObject({ code: 'ABOVE_CONFIGURATION' });
    const lowered = await judge(brain, limit(2));
    expect(lowered).toMatchObject({ code: 'ACCEPTED', standing: { setting: { limit: 2, hold: false }, limitMax: 4 } });
    const held = await judge(brain, hold);
    expect(toldBy(held)).toMatchObject({ limit: 2, hold: true });
    expect(await judge(brain, limit(4, lowered.standing.setting.id))).toMatchObject({ code: 'NOT_CURRENT' });
    const released = await judge(brain, { kind: 'release', by: 'bo', reason: 'fine', of: held.standing.setting.id });
    expect(toldBy(released)).toMatchObject({ hold: false, released: 1 });
    expect(toldBy(released)).not.toHaveProperty('limit');
  });

  it('an activity that is repeated finds its own record, and what is told grows newer each time', async () => {
    const brain = open();
    const first = await judge(brain, hold, '2026-01-02T03:00:00.000Z');
    const again = await judge(brain, hold, '2026-01-02T03:00:00.000Z');
    expect(again.code).toBe('ACCEPTED');
    expect(missionLog()).toHaveLength(1);
    expect(toldBy(again)?.seq).toBeGreaterThan(toldBy(first)?.seq ?? Infinity);
  });

  it('twenty refusals an hour are on record, and what is no order is one of them', async () => {
    const brain = open();
    const broken = (at: number) => ({ identity, order: { malformed: `no order ${at}` }, receivedAt: new Date(at).toISOString() });
    for (let at = 0; at < 25; at += 1) expect(await brain.judgeOrder(broken(at))).toMatchObject({ code: 'MALFORMED' });
    expect(missionLog()).toHaveLength(20);
    brain.circumstances.now = new Date('2026-01-02T04:05:00.000Z');
    await brain.judgeOrder(broken(99));
    expect(missionLog()).toHaveLength(21);
  });

  it('of a workflow that is not the one of the vessel is no order', async () => {
    const brain = open();
    const stranger = { ...identity, workflowId: 'janus-test-vessel-2' };
    expect(await brain.judgeOrder({ identity: stranger, order: hold, receivedAt: '2026-01-02T03:00:00.000Z' })).toMatchObject({
      kind: 'refused',
    });
    expect(await brain.lookAtStanding({ identity: stranger })).toMatchObject({ kind: 'refused' });
    expect(missionLog()).toEqual([]);
  });

  it('nothing is ended where it cannot be recorded (spec L2)', async () => {
    await stopOnRecord();
    const brain = open();
    brain.circumstances.broken = true;
    expect(await brain.judgeOrder({ identity, order: resume, receivedAt: '2026-01-02T03:00:00.000Z' })).toMatchObject({
      kind: 'audit_unavailable',
    });
    brain.circumstances.broken = false;
    expect(await brain.lookAtStanding({ identity })).toMatchObject({ standing: { stops: [{ id: stop, reason: 'smoke' }] } });
  });
});

describe('an order where there are keys (spec K1, A3, A4)', () => {
  it('that loosens is signed by somebody who may approve', async () => {
    await stopOnRecord();
    const brain = open(signedApprovals);
    expect(await judge(brain, resume)).toMatchObject({
      code: 'SIGNATURE_REQUIRED',
      standing: { signed: { resume: true, controls: true } },
    });
    expect(await judge(brain, await signedOrder(resume, { of: 'stop-ffffffffffff' }))).toMatchObject({ code: 'WRONG_ORDER' });
    expect(await judge(brain, { ...(await signedOrder(resume)), signature: 'forged' })).toMatchObject({ code: 'SIGNATURE_INVALID' });
    expect(await judge(brain, await signedOrder({ ...resume, by: 'mallory' }))).toMatchObject({ code: 'NOT_AUTHORISED' });
    keys.revoked.add('ana');
    expect(await judge(brain, await signedOrder(resume))).toMatchObject({ code: 'KEY_REVOKED' });
    expect(await judge(brain, await signedOrder({ ...resume, by: 'bo' }))).toMatchObject({ code: 'ACCEPTED' });
    expect(missionLog().at(-1)).toMatchObject({
      assurance: 'signed',
      orders: [{ by: 'bo', key: 'SHA256:bo', signature: expect.any(String) }],
    });
  });

  it('that loosens the controls is signed, too; what tightens needs no key, and a signature that does not hold takes nothing from it', async () => {
    const brain = open(signedApprovals);
    const { standing } = await judge(brain, { ...hold, statement: '{}', signature: 'forged' });
    expect(missionLog().at(-1)).toMatchObject({ event_type: 'control_order', assurance: 'unsigned', orders: [{ by: 'ana' }] });
    const release: Order = { kind: 'release', by: 'ana', reason: 'fine', of: standing.setting.id };
    expect(await judge(brain, release)).toMatchObject({ code: 'SIGNATURE_REQUIRED' });
    const signed = await signedOrder(release);
    expect(await judge(brain, signed)).toMatchObject({ code: 'ACCEPTED' });
    await judge(brain, hold);
    // An old word, replayed: something else stands by now.
    expect(await judge(brain, signed)).toMatchObject({ code: 'NOT_CURRENT', standing: { setting: { hold: true } } });
  });

  it('signed once ends one stop: replayed it ends no later one', async () => {
    await stopOnRecord();
    const brain = open(signedApprovals);
    const signed = await signedOrder(resume);
    await judge(brain, signed);
    await stopOnRecord('stop-000000000002');
    expect(await judge(brain, signed)).toMatchObject({ code: 'ALREADY_RESUMED' });
    expect(await judge(brain, { ...signed, of: 'stop-000000000002' })).toMatchObject({ code: 'WRONG_ORDER' });
    expect((await judge(brain, hold)).standing.stops).toMatchObject([{ id: 'stop-000000000002' }]);
  });

  it('two persons where the rules say so: distinct ones, whose keys are still good', async () => {
    await stopOnRecord();
    const rules = [{ actionTypes: ['resume'], requirement: { group: 'first_citizen', approve: 2 } }];
    const brain = open({ ...signedApprovals, rules, groups: { ...signedApprovals.groups, first_citizen: ['ana', 'bo', 'cy'] } });
    expect(await judge(brain, await signedOrder(resume))).toMatchObject({
      accepted: true,
      code: 'AWAITS_OTHERS',
      why: 'first_citizen 1 of 2',
    });
    expect(await judge(brain, await signedOrder({ ...resume, by: 'ANA' }))).toMatchObject({
      code: 'AWAITS_OTHERS',
      why: 'first_citizen 1 of 2',
    });
    keys.revoked.add('ana').add('ANA');
    const second = await judge(brain, await signedOrder({ ...resume, by: 'bo' }));
    expect(second).toMatchObject({ code: 'AWAITS_OTHERS', standing: { stops: [{ id: stop }] } });
    expect(await judge(brain, await signedOrder({ ...resume, by: 'cy' }))).toMatchObject({ code: 'ACCEPTED', standing: { stops: [] } });
    expect(missionLog().at(-1)).toMatchObject({ orders: [{ by: 'bo' }, { by: 'cy' }], assurance: 'signed' });
  });
});

describe('what hands say that they keep to (spec X5)', () => {
  it('counts where they signed it about these orders', async () => {
    const brain = open();
    const { orders } = await judge(brain, hold);
    const seq = parseOrders(orders.text)?.seq ?? 0;
    const obeyed = { seq, cleared: [] };
    const signature = sha256(`hands ${obeyedText(orders, obeyed)}`);
    expect(await brain.verifyObeyed({ orders, answer: { obeyed, signature } })).toBe(true);
    expect(await brain.verifyObeyed({ orders, answer: { obeyed: { ...obeyed, cleared: ['x'] }, signature } })).toBe(false);
    expect(await brain.verifyObeyed({ orders: { ...orders, signature: 'x' }, answer: { obeyed, signature } })).toBe(false);
    for (const answer of [{}, { obeyed: null, signature: 7 }, { obeyed: { seq: Number.NaN }, signature }])
      expect(await brain.verifyObeyed({ orders, answer: answer as never })).toBe(false);
  });

  it('where they keep to newer ones, the next are newer still', async () => {
    const brain = open();
    const { orders } = await judge(brain, hold);
    const obeyed = { seq: 9e15 - 1e12, cleared: [] };
    const answer = { obeyed, signature: sha256(`hands ${obeyedText(orders, obeyed)}`) };
    expect(await brain.verifyObeyed({ orders, answer })).toBe(false);
    const looked = await brain.lookAtStanding({ identity });
    expect(looked.kind === 'standing' && parseOrders(looked.orders.text)?.seq).toBe(obeyed.seq + 1);
  });
});
