import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Bench, ProposalHandle } from '../../support/bench/bench.js';
import { openBench } from '../../support/bench/bench.js';
import { freshKnobs } from '../../support/bench/knobs.js';
import { started, undoable, untilStatus } from '../../support/bench/people.js';
import { theStop } from '../../support/standing-stop.js';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => void Object.assign(bench.knobs, freshKnobs()));
afterAll(() => bench.close());

const ran = ({ workflowId }: ProposalHandle) =>
  bench.sandbox.runs.filter(({ proposalId }) => proposalId === workflowId).map(({ name }) => name);

/** An action that a stop ends while it runs. */
async function stopped(change: Parameters<typeof started>[2]) {
  const handle = await started(bench, 'wait', change);
  await bench.sandbox.started(handle.workflowId);
  bench.knobs.emergencyStop = { brain: 'EMERGENCY_STOP is there', hands: 'EMERGENCY_STOP is there' };
  return handle;
}

const probed = { probe: { tool_name: 'shell', tool_args: ['exit 1'] } };

describe('an action that an emergency stop ended (spec K1, P2)', () => {
  it('is indeterminate; nothing probes it and nothing undoes it before the stop is lifted, and then all goes on as ever', async () => {
    const handle = await stopped({ ...undoable('exit 0'), ...probed });
    await untilStatus(bench, handle, 'indeterminate');
    const record = (await bench.records(handle.workflowId)).find(({ event_type: type }) => type === 'action_interrupted');
    expect(record).toMatchObject({ status: 'indeterminate', reason: 'stopped', stop: theStop });
    await bench.server.environment.sleep('3 hours');
    expect(await untilStatus(bench, handle, 'indeterminate')).toMatchObject({ status: 'indeterminate' });
    expect(ran(handle)).toEqual(['step-1']);
    bench.knobs.emergencyStop = {};
    const { outcome } = await bench.ended(handle);
    // Its probe says that the one step did not happen: nothing is left to undo.
    expect(outcome.status).toBe('failed');
    expect(ran(handle)).toEqual(['step-1', 'probe']);
  });

  it('is rolled back when the stop is lifted, where nothing can look', async () => {
    const handle = await stopped(undoable('exit 0'));
    await untilStatus(bench, handle, 'indeterminate');
    bench.knobs.emergencyStop = {};
    const { outcome } = await bench.ended(handle);
    expect([outcome.status, ran(handle)]).toEqual(['rolled_back', ['step-1', 'rollback-1']]);
  });

  it('is rolled back while the stop stands, and not probed, where its plan says so', async () => {
    bench.knobs.rules = { rollbackUnderStop: 'run' };
    const handle = await stopped({ ...undoable('exit 0'), ...probed });
    const { outcome } = await bench.ended(handle);
    expect([outcome.status, ran(handle)]).toEqual(['rolled_back', ['step-1', 'rollback-1']]);
    expect(outcome.reason).toContain(theStop);
  });

  it.each(['completed', 'failed'] as const)('can be settled as %s by a person while the stop stands', async (as) => {
    const handle = await stopped({});
    await untilStatus(bench, handle, 'indeterminate');
    await handle.signal('resolve', { by: 'approver', outcome: as, reason: 'I looked' });
    const { outcome } = await bench.ended(handle);
    expect(outcome.status).toBe(as);
    expect(ran(handle)).toEqual(['step-1']);
  });

  it('whose rollback a stop ends in the middle stays open, and no step of it runs twice, until a person says what is (spec X8)', async () => {
    const handle = await started(bench, 'exit 1', undoable('wait'));
    await bench.sandbox.started(handle.workflowId, 'rollback-1');
    bench.knobs.emergencyStop = { brain: 'EMERGENCY_STOP is there', hands: 'EMERGENCY_STOP is there' };
    await untilStatus(bench, handle, 'indeterminate');
    bench.knobs.emergencyStop = {};
    await bench.server.environment.sleep('3 hours');
    expect(await untilStatus(bench, handle, 'indeterminate')).toMatchObject({ status: 'indeterminate' });
    await handle.signal('resolve', { by: 'approver', outcome: 'failed', reason: 'I put it back by hand' });
    const { outcome } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'failed', reason: 'resolved by approver: I put it back by hand' });
    expect(ran(handle)).toEqual(['step-1', 'rollback-1']);
  });
});
