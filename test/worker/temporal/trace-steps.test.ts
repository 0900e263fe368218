import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { traceSteps } from '../../../src/worker/temporal/trace-steps.js';

/** What was logged while an activity of that workflow ended so, and what came of it. */
async function trace(workflowType: string, act: () => Promise<unknown>) {
  const lines: { readonly fields: unknown; readonly words: unknown }[] = [];
  const info = {
    ...{ activityType: 'executeAction', attempt: 2, workflowType },
    ...{ workflowExecution: { workflowId: 'janus-0123456789ab', runId: 'run' }, currentAttemptScheduledTimestampMs: 900 },
  };
  let now = 1_000;
  const logger = { info: (fields: unknown, words: unknown) => void lines.push({ fields, words }) };
  const factory = traceSteps(logger as Parameters<typeof traceSteps>[0], () => now);
  const execute = factory({ info } as Parameters<typeof factory>[0]).inbound?.execute;
  const next = async () => {
    now += 250;
    return act();
  };
  const end = await execute?.({ args: [], headers: {} }, next).catch((error: unknown) => error);
  return { lines, end };
}

describe('traceSteps', () => {
  const about = {
    event_type: 'proposal_step',
    action: 'janus-0123456789ab',
    run: 'run',
    step: 'executeAction',
    attempt: 2,
    began_at: '1970-01-01T00:00:01.000Z',
  };

  it('says of each step of a proposal when it began, how long it had waited, and how it ended', async () => {
    const { lines, end } = await trace('proposalWorkflow', async () => 'done');
    expect(end).toBe('done');
    expect(lines).toEqual([
      { fields: { ...about, phase: 'begins', waited_ms: 100 }, words: 'executeAction begins' },
      { fields: { ...about, phase: 'ended', milliseconds: 250, outcome: 'ok' }, words: 'executeAction ended after 250 ms: ok' },
    ]);
  });

  it.each([
    [ApplicationFailure.create({ type: 'HELD', message: 'by the governor' }), 'HELD'],
    [new TypeError('a bug'), 'TypeError'],
  ])('passes %s on, and names it', async (error, outcome) => {
    const { lines, end } = await trace('proposalWorkflow', async () => {
      throw error;
    });
    expect(end).toBe(error);
    expect(lines[1]).toMatchObject({ fields: { phase: 'ended', outcome } });
  });

  it('says nothing of other workflows', async () => {
    expect(await trace('escapementWorkflow', async () => 'beat')).toEqual({ lines: [], end: 'beat' });
  });
});
