import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Bench, ProposalHandle } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { searchAttributes } from '../../src/contract/search-attributes.js';
import { freshKnobs } from '../support/bench/knobs.js';
import { approve, proposed, started, untilStatus } from '../support/bench/people.js';

let bench: Bench;
beforeAll(async () => {
  // No sticky queue: a brain that begins anew is asked at once.
  bench = await openBench({ cachedWorkflowsMax: 0 });
});
beforeEach(() => void Object.assign(bench.knobs, freshKnobs()));
afterAll(() => bench.close());

const ran = ({ workflowId }: ProposalHandle) => bench.sandbox.runs.filter(({ proposalId }) => proposalId === workflowId).length;
const listedNeeds = async (handle: ProposalHandle) => (await handle.describe()).typedSearchAttributes.get(searchAttributes.needs);

/** So many of the type have just run. Waiting for a result would let time pass on this server. */
async function haveRun(count: number, actionType: string): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const handle = await started(bench, 'exit 0', { action_type: actionType });
    await untilStatus(bench, handle, 'completed');
  }
}

/** Approved, and over the limit of its type. */
async function untilHeld(handle: ProposalHandle): Promise<string> {
  for (;;) {
    const { status, reason } = await untilStatus(bench, handle, 'approved', 'completed');
    if (status === 'completed') throw new Error('it was not held back');
    if (reason.startsWith('again at ')) return reason;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('an approved proposal over the rate of its type (spec G5)', () => {
  it('holds no permit, says when it may go, and starts then by itself, with its approval', async () => {
    const paced = { action_type: 'paced' };
    await haveRun(2, 'paced');
    const handle = await started(bench, 'exit 0', paced);
    const reason = await untilHeld(handle);
    expect(reason).toMatch(/^again at \S+Z: at most 2 a minute \(paced\)$/);
    expect(await listedNeeds(handle)).toBe(reason.slice(0, reason.indexOf('Z') + 1));
    expect(ran(handle)).toBe(0);
    const { outcome, events, history } = await bench.ended(handle);
    expect(outcome.status).toBe('completed');
    expect(events).toEqual(['action_proposed', 'rate_limited', 'action_approved', 'start_authorised', 'action_completed']);
    expect(ran(handle)).toBe(1);
    expect(await listedNeeds(handle)).toBeUndefined();
    // One timer, one more question.
    expect(history.events!.length).toBeLessThan(40);
  });

  it('waits until its deadline at most, and serves messages meanwhile', async () => {
    const hourly = { action_type: 'hourly' };
    await haveRun(1, 'hourly');
    bench.knobs.approvalSeconds = 1_200;
    const [late, rejected, withdrawn] = [
      await started(bench, 'exit 0', hourly),
      await started(bench, 'exit 0', hourly),
      await started(bench, 'exit 0', hourly),
    ];
    for (const handle of [late, rejected, withdrawn]) await untilHeld(handle);
    await withdrawn.signal('withdraw', { by: 'approver', reason: 'let me think' });
    await untilStatus(bench, withdrawn, 'proposed');
    // What is no longer open to say changes nothing.
    await rejected.signal('approve', { by: 'approver', digest: await bench.digest(rejected.workflowId) });
    await rejected.signal('reject', { by: 'approver', reason: 'not any more' });
    expect((await bench.ended(rejected)).outcome).toMatchObject({ status: 'rejected', reason: 'not any more' });
    expect((await bench.ended(late)).outcome).toMatchObject({ status: 'expired', reason: expect.stringContaining('until the deadline') });
    expect((await bench.ended(withdrawn)).outcome.status).toBe('expired');
    expect([late, rejected, withdrawn].map(ran)).toEqual([0, 0, 0]);
  });

  it('keeps its turn when the brain begins anew', async () => {
    const paced = { action_type: 'paced' };
    await bench.server.environment.sleep('2 minutes');
    await haveRun(2, 'paced');
    const handle = await started(bench, 'exit 0', paced);
    await untilHeld(handle);
    await bench.restartBrain();
    expect((await bench.ended(handle)).outcome.status).toBe('completed');
    expect((await bench.records(handle.workflowId)).filter(({ event_type: type }) => type === 'rate_limited')).toHaveLength(1);
  });
});

describe('a pause after failures (spec G6)', () => {
  it('holds back what was approved, keeps the approval, and lets it go on when a person resumed', async () => {
    await bench.server.environment.sleep('20 minutes');
    bench.knobs.pauses = true;
    const waiting = await proposed(bench, bench.document('exit 0'));
    for (let index = 0; index < 3; index += 1) await untilStatus(bench, await started(bench, 'exit 1'), 'failed');
    await approve(bench, waiting);
    const { reason } = await untilStatus(bench, waiting, 'suspended');
    const [id = ''] = /pause-[0-9a-f]{12}/.exec(reason) ?? [];
    expect((await bench.missionLog()).at(-1)).toMatchObject({ event_type: 'vessel_paused', id });
    await bench.server.environment.sleep('2 hours');
    expect(ran(waiting)).toBe(0);
    await bench.resume(id);
    const { outcome, events } = await bench.ended(waiting);
    expect(outcome.status).toBe('completed');
    expect(events).toEqual(['action_proposed', 'action_suspended', 'action_approved', 'start_authorised', 'action_completed']);
  });
});
