import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Order, OrderKind } from '../../../../src/domain/approval/order.js';
import { day, hour } from '../../../../src/domain/modes/settings.js';
import { useFolders } from '../../../support/folders.js';
import { firstAdopted, nameOf, toolsPolicy } from '../../../support/policy/policy-side.js';
import { signedApprovals, testKeys } from '../../../support/proposals/approvals.js';
import { closeTrails, openTrail, recordsIn } from '../../../support/trail/trails.js';
import type { BrainBench } from '../../../support/vessel/brains.js';
import { openBrain } from '../../../support/vessel/brains.js';
import { signedOrder } from '../../../support/vessel/orders.js';

const folder = useFolders();
afterEach(closeTrails);

const identity = { workflowId: 'janus-test-vessel', firstRunId: 'r1' };
const keys = testKeys();
const looser = toolsPolicy('shell', 'curl');
const policy = nameOf(looser);
let here: string;
let now: Date;
let files: ReturnType<typeof toolsPolicy>;
let brain: BrainBench;

/** A vessel that asks for reviews, whose files say a tool more by now. */
async function open(asks = true): Promise<void> {
  await openTrail(here, { clock: () => now }).trail.append('mission_log', firstAdopted(asks));
  brain = openBrain(here, { approvals: { policy: signedApprovals, signatures: keys }, policyFiles: () => files });
}
beforeEach(async () => {
  [here, now, files] = [folder(), new Date('2026-03-01T12:00:00.000Z'), looser];
  keys.revoked.clear();
  await open();
});

const records = (type: string) => recordsIn(join(here, 'mission_log.jsonl')).filter(({ event_type: each }) => each === type);
const signed = (kind: OrderKind, by: string, change: Partial<Order> = {}) =>
  signedOrder(
    { kind, by, reason: 'it is needed', of: policy, ...change },
    { issued_at: now.toISOString(), expires_at: new Date(now.getTime() + day).toISOString() },
  );

async function send(order: Order) {
  brain.circumstances.now = now;
  const judged = await brain.judgeOrder({ identity, order, receivedAt: now.toISOString() });
  if (judged.kind !== 'judged') throw new Error(judged.why);
  now = new Date(now.getTime() + 1_000);
  return judged;
}
const give = async (...of: Parameters<typeof signed>) => send(await signed(...of));
const propose = () => give('propose_policy', 'ana');
const recommend = (by: string, verdict: 'yes' | 'no' = 'yes') => give('recommend_policy', by, { verdict });
const adopt = () => give('adopt_policy', 'ana');

/** Looks as the workflow of the vessel does. */
async function look(waited?: string) {
  brain.circumstances.now = now;
  const seen = await brain.lookAtMode({ identity, ...(waited !== undefined && { waited }) });
  if (seen.kind !== 'mode') throw new Error(seen.why);
  return seen.review;
}

/** Lives on, with a sign of life a day, and says each time that the timer has fired. */
async function live(milliseconds: number): Promise<void> {
  const end = now.getTime() + milliseconds;
  const waited = (await look())?.id;
  for (; now.getTime() < end; now = new Date(Math.min(end, now.getTime() + day))) await look(waited);
  await look(waited);
}

async function unanimous(): Promise<void> {
  await propose();
  for (const by of ['claude', 'gemini', 'codex']) await recommend(by);
}

describe('the review of a looser policy (spec C7)', () => {
  it('is adopted after three recommendations and seven days, by the First Citizen, with all their words on record', async () => {
    expect(await propose()).toMatchObject({ accepted: true });
    for (const by of ['claude', 'gemini', 'codex']) expect(await recommend(by)).toMatchObject({ accepted: true });
    expect(await adopt()).toMatchObject({ code: 'NOT_REVIEWED' });
    await live(7 * day);
    expect(records('policy_reviewed')).toHaveLength(1);
    expect(await adopt()).toMatchObject({ accepted: true, code: 'ACCEPTED' });
    const orders = ['claude', 'gemini', 'codex', 'ana'].map((by) => ({ by, key: `SHA256:${by}` }));
    expect(records('policy_adopted').at(-1)).toMatchObject({
      ...{ policy, of: nameOf(toolsPolicy('shell')), amendments: 'required', looser: ['tools: + curl'] },
      ...{ rationale: 'it is needed', orders },
    });
    expect(records('policy_proposed')).toMatchObject([{ by: 'ana', reason: 'it is needed', looser: ['tools: + curl'] }]);
  });

  it('waits for seven days of life: not for six and 23 hours, nor for a clock that was set a month forward', async () => {
    await unanimous();
    const waited = (await look())?.id;
    await live(7 * day - hour);
    expect(await adopt()).toMatchObject({ code: 'NOT_REVIEWED' });
    now = new Date(now.getTime() + 2 * hour);
    // By the clock it is over; the timer of the workflow has not fired.
    await look();
    expect(await adopt()).toMatchObject({ code: 'NOT_REVIEWED' });
    await look(waited);
    expect(await adopt()).toMatchObject({ accepted: true });
  });

  it('earns nothing by a silence, such as a clock that was set forward', async () => {
    await unanimous();
    const waited = (await look())?.id;
    now = new Date(now.getTime() + 30 * day);
    await look(waited);
    expect(records('policy_reviewed')).toEqual([]);
    await live(7 * day);
    expect(records('policy_reviewed')).toHaveLength(1);
  });

  it('counts each recommender once, with a key of its own, and nobody else', async () => {
    await propose();
    expect(await recommend('claude')).toMatchObject({ accepted: true });
    expect(await recommend('claude')).toMatchObject({ accepted: false, code: 'NOTHING_CHANGES' });
    expect(await recommend('bo')).toMatchObject({ accepted: false, code: 'NOT_AUTHORISED' });
    expect(await recommend('gemini')).toMatchObject({ accepted: true });
    await live(8 * day);
    expect(await adopt()).toMatchObject({ code: 'NOT_REVIEWED', why: expect.stringContaining('claude, gemini') });
  });

  it('begins again when one withdraws, and when a key was revoked since', async () => {
    await unanimous();
    await live(7 * day);
    expect(await recommend('gemini', 'no')).toMatchObject({ accepted: true });
    expect(await adopt()).toMatchObject({ code: 'NOT_REVIEWED', why: expect.stringContaining('nobody') });
    for (const by of ['claude', 'gemini', 'codex']) await recommend(by);
    expect(await adopt()).toMatchObject({ code: 'NOT_REVIEWED' });
    await live(7 * day);
    keys.revoked.add('codex');
    expect(await adopt()).toMatchObject({ code: 'NOT_REVIEWED', why: expect.not.stringContaining('by claude, gemini, codex') });
    keys.revoked.clear();
    expect(await adopt()).toMatchObject({ accepted: true });
  });

  it('is about exactly what the files say, and about nothing that was said before', async () => {
    await propose();
    const early = await signed('recommend_policy', 'claude', { verdict: 'yes' });
    expect(await send(early)).toMatchObject({ accepted: true });
    await recommend('gemini', 'no');
    expect(await send(early)).toMatchObject({ code: 'REPLAYED' });
    await unanimous();
    files = toolsPolicy('shell', 'curl', 'nmap');
    await live(7 * day);
    expect(await adopt()).toMatchObject({ code: 'NOT_CURRENT' });
    expect(await give('adopt_policy', 'ana', { of: nameOf(files) })).toMatchObject({ code: 'NOT_PROPOSED' });
    files = looser;
    expect(await adopt()).toMatchObject({ accepted: true });
  });

  it('takes signed words only, of persons who may', async () => {
    const unsigned: Order = { kind: 'propose_policy', by: 'ana', reason: 'it is needed', of: policy };
    expect(await send(unsigned)).toMatchObject({ code: 'SIGNATURE_REQUIRED' });
    const forged = await signed('propose_policy', 'ana');
    expect(await send({ ...forged, reason: 'something else' })).toMatchObject({ accepted: false });
    await unanimous();
    await live(7 * day);
    expect(await give('adopt_policy', 'claude')).toMatchObject({ accepted: false, code: 'NOT_AUTHORISED' });
    const spent = await signed('adopt_policy', 'ana', { of: 'f'.repeat(64) });
    expect(await send(spent)).toMatchObject({ code: 'NOT_CURRENT' });
  });

  it('proposes nothing where nothing is looser, nor where no review is asked for', async () => {
    files = toolsPolicy();
    const again = await signed('propose_policy', 'ana', { of: nameOf(files) });
    expect(await send(again)).toMatchObject({ code: 'NOTHING_CHANGES' });
    expect(await send(again)).toMatchObject({ code: 'REPLAYED' });
    here = folder();
    files = looser;
    await open(false);
    expect(await propose()).toMatchObject({ code: 'NOT_REQUIRED' });
  });
});
