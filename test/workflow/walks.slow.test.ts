import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Bench, ProposalHandle } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { freshKnobs } from '../support/bench/knobs.js';
import { proposed, untilStatus } from '../support/bench/people.js';
import type { Model, Walk } from '../support/bench/walk.js';
import { documentOf, foresee, freshModel, happen, walks } from '../support/bench/walk.js';
import { replayProblems } from '../support/replay/replay.js';
import { replayBundle } from '../support/replay/replay-bundle.js';

const numRuns = Number(process.env['JANUS_TEST_RUNS'] ?? 30);
const seed = Number(process.env['JANUS_TEST_SEED'] ?? Date.now() % 1_000_000_000);

let bench: Bench;
let code: string;
beforeAll(async () => {
  code = await replayBundle();
  bench = await openBench({ cachedWorkflowsMax: 0 });
});
beforeEach(() => void Object.assign(bench.knobs, freshKnobs()));
afterAll(() => bench.close());

const isOver = async (handle: ProposalHandle) => (await handle.describe()).status.name !== 'RUNNING';

/** Until the workflow has done what the last happening asked of it, so that the next one meets the state that the model is in. */
async function settle(handle: ProposalHandle, model: Model): Promise<void> {
  if (model.state === 'runs') await bench.sandbox.started(handle.workflowId);
  else if (model.state === 'unsettled') await untilStatus(bench, handle, 'indeterminate');
  else if (model.state === 'over') await handle.result();
  else await bench.view(handle);
}

async function take(walk: Walk): Promise<{ handle: ProposalHandle; model: Model }> {
  const model = freshModel(walk);
  const handle = await proposed(bench, documentOf(bench, walk));
  await bench.view(handle);
  for (const happening of walk.steps) {
    // The server's clock must not jump over heartbeats and deadlines of what runs.
    if (happening.endsWith('passes') && (model.state === 'runs' || model.state === 'unsettled')) continue;
    foresee(model, happening);
    await happen(bench, handle, model, happening);
    await settle(handle, model);
  }
  if (model.state === 'runs') {
    foresee(model, 'the action ends');
    bench.sandbox.release(handle.workflowId);
  }
  if (model.state === 'unsettled') {
    model.end = 'failed';
    await handle.signal('resolve', { by: 'approver', outcome: 'failed', reason: 'looked at it' });
  }
  model.end ??= 'expired';
  return { handle, model };
}

/** The invariants of every proposal, whatever happened to it. */
async function assertInvariants(handle: ProposalHandle, { walk, approved, end }: Model): Promise<void> {
  // No failed workflow task, chains whole, exactly one last record, the one of the result.
  const { outcome, history, events } = await bench.ended(handle);
  expect(outcome.status).toBe(end);
  const runs = bench.sandbox.runs.filter(({ proposalId }) => proposalId === handle.workflowId).map(({ name }) => name);
  const starts = runs.filter((name) => name === 'step-1').length;
  const rollbacks = runs.filter((name) => name === 'rollback-1').length;
  // No start without an approval of the same digest, durable before it; at most one start.
  expect(starts).toBe(approved ? 1 : 0);
  expect(events.filter((type) => type === 'action_approved')).toHaveLength(starts);
  const records = await bench.records(handle.workflowId);
  const digests = records.filter(({ event_type: type }) => type === 'start_authorised' || type === 'action_approved');
  expect(new Set(digests.map(({ digest }) => digest))).toEqual(new Set(approved ? [await bench.digest(handle.workflowId)] : []));
  // One decision.
  expect(events.filter((type) => ['action_approved', 'action_rejected', 'action_expired'].includes(type)).length).toBeLessThanOrEqual(1);
  // Rolled back exactly if it was started, did not succeed and has a plan for it; once.
  expect(rollbacks).toBe(starts === 1 && outcome.status !== 'completed' && walk.rollback !== 'none' ? 1 : 0);
  // Every history replays, strictly.
  expect(await replayProblems(code, [{ workflowId: handle.workflowId, history }])).toEqual([]);
}

describe(`${numRuns} walks with seed ${seed}`, () => {
  it('keep every invariant (spec P2, P6, X5, X8, Q1)', async () => {
    process.stdout.write(`walks: seed ${seed}, ${numRuns} runs (JANUS_TEST_SEED, JANUS_TEST_RUNS)\n`);
    const property = fc.asyncProperty(walks, async (walk) => {
      const { handle, model } = await take(walk);
      await assertInvariants(handle, model);
    });
    // A walk that hangs is a bug too, and is shown like any other.
    await fc.assert(property, { numRuns, seed, timeout: 20_000, interruptAfterTimeLimit: 540_000, markInterruptAsFailure: true });
  });

  it('end without anybody: a restarted brain still expires what waits, on time (spec A2)', async () => {
    const handle = await proposed(bench, bench.document('exit 0'));
    await bench.view(handle);
    await bench.server.environment.sleep('13 hours');
    await bench.restartBrain();
    expect(await isOver(handle)).toBe(false);
    const { events } = await bench.ended(handle);
    expect(events).toEqual(['action_proposed', 'approval_reminder', 'approval_escalated', 'approval_reminder', 'action_expired']);
    const [first, ...rest] = (await bench.records(handle.workflowId)).map(({ timestamp }) => Date.parse(timestamp));
    expect(Math.round((rest.at(-1)! - first!) / 3_600_000)).toBe(24);
  });
});
