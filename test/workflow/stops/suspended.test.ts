import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { wakeSignal } from '../../../src/contract/names.js';
import type { Bench, ProposalHandle } from '../../support/bench/bench.js';
import { openBench } from '../../support/bench/bench.js';
import { freshKnobs } from '../../support/bench/knobs.js';
import { approve, decide, proposed, untilStatus } from '../../support/bench/people.js';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => void Object.assign(bench.knobs, freshKnobs()));
afterAll(() => bench.close());

const ran = ({ workflowId }: ProposalHandle) => bench.sandbox.runs.filter(({ proposalId }) => proposalId === workflowId).length;

const wake = (handle: ProposalHandle) => handle.signal(wakeSignal);

/** Waits for people, and is woken under a stop. */
async function suspended(): Promise<ProposalHandle> {
  const handle = await proposed(bench, bench.document('exit 0'));
  bench.knobs.emergencyStop = { brain: 'EMERGENCY_STOP is there' };
  await wake(handle);
  await untilStatus(bench, handle, 'suspended');
  return handle;
}

async function lift(handle: ProposalHandle): Promise<void> {
  bench.knobs.emergencyStop = {};
  await wake(handle);
  await untilStatus(bench, handle, 'proposed');
}

describe('a proposal that waits for people when an emergency stop comes (spec K1, P2)', () => {
  it('is suspended: no approval counts meanwhile; it waits for people again when that is lifted, until the same deadline', async () => {
    const handle = await suspended();
    const { deadline, reason } = await bench.view(handle);
    expect(reason).toContain('EMERGENCY_STOP is there');
    const digest = await bench.digest(handle.workflowId);
    expect(await decide(handle, { decision: 'approve', by: 'approver', digest })).toMatchObject({
      accepted: false,
      code: 'LATE',
      status: 'suspended',
    });
    await lift(handle);
    expect((await bench.view(handle)).deadline).toBe(deadline);
    expect(ran(handle)).toBe(0);
    await approve(bench, handle);
    const { outcome, events } = await bench.ended(handle);
    expect([outcome.status, ran(handle)]).toEqual(['completed', 1]);
    expect(events.filter((type) => type === 'action_suspended' || type === 'approval_withdrawn')).toEqual([
      'action_suspended',
      'approval_withdrawn',
    ]);
  });

  it('is suspended by each stop anew, and each time that is on record', async () => {
    const handle = await suspended();
    await lift(handle);
    bench.knobs.emergencyStop = { brain: 'EMERGENCY_STOP is there' };
    await wake(handle);
    await untilStatus(bench, handle, 'suspended');
    await lift(handle);
    await handle.signal('cancel', { by: 'approver' });
    const { events } = await bench.ended(handle);
    expect(events.filter((type) => type === 'action_suspended')).toHaveLength(2);
  });

  it.each([
    { kind: 'cancel', message: { by: 'approver' }, status: 'cancelled' },
    { kind: 'reject', message: { by: 'approver', reason: 'not any more' }, status: 'rejected' },
  ])('can be ended by $kind, while an approval leaves it as it is', async ({ kind, message, status }) => {
    const handle = await suspended();
    await approve(bench, handle);
    await handle.signal(kind, message);
    expect([(await bench.ended(handle)).outcome.status, ran(handle)]).toEqual([status, 0]);
  });

  it('expires at its deadline, which goes on', async () => {
    bench.knobs.approvalSeconds = 3_600;
    const handle = await suspended();
    expect((await bench.ended(handle)).outcome).toMatchObject({ status: 'expired', reason: expect.stringContaining('until the deadline') });
  });

  it('looks by itself again, where nobody wakes it after the stop', async () => {
    const handle = await suspended();
    bench.knobs.emergencyStop = {};
    await bench.server.environment.sleep('20 minutes');
    await untilStatus(bench, handle, 'proposed');
    await approve(bench, handle);
    expect((await bench.ended(handle)).outcome.status).toBe('completed');
  });
});

describe('a wake of whoever reaches the server (spec K1, A1)', () => {
  it('brings nothing about where no stop stands', async () => {
    const handle = await proposed(bench, bench.document('exit 0'));
    for (let index = 0; index < 3; index += 1) await wake(handle);
    expect(await bench.view(handle)).toMatchObject({ status: 'proposed', messages: 0 });
    await approve(bench, handle);
    expect((await bench.ended(handle)).events).not.toContain('action_suspended');
  });

  it('is a flood where there are a thousand of them', async () => {
    const handle = await proposed(bench, bench.document('exit 0'));
    for (let index = 0; index < 11; index += 1) await Promise.all(Array.from({ length: 100 }, () => wake(handle)));
    expect((await bench.ended(handle)).outcome).toMatchObject({ status: 'rejected', reason: expect.stringContaining('more than 1000') });
  });
});
