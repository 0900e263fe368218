import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { glassReviewId, queues, workflowTypes } from '../../src/contract/names.js';
import { packPlan } from '../../src/domain/action/packing.js';
import { openTerms } from '../../src/domain/approval/terms.js';
import type { Bench, ProposalHandle } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { freshKnobs, vessel } from '../support/bench/knobs.js';
import type { Message } from '../support/proposals/approvals.js';
import { approval, signedApprovals, signedBy, twoOfTrinity } from '../support/proposals/approvals.js';
import { decide, untilStatus } from '../support/bench/people.js';
import { waitingSigned } from '../support/bench/signed-people.js';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => {
  Object.assign(bench.knobs, freshKnobs(), { approvals: signedApprovals });
});
afterAll(() => bench.close());

const waiting = (by?: string) => waitingSigned(bench, {}, by);

const ran = ({ workflowId }: ProposalHandle) => bench.sandbox.runs.filter(({ proposalId }) => proposalId === workflowId);

describe('break-glass (spec A4)', () => {
  const glass: Message = { decision: 'break_glass', reason: 'the disk fills up now' };
  const high = () => waitingSigned(bench, { risk_level: 'high' });
  const reviewOf = async ({ workflowId }: ProposalHandle) => {
    const handle = bench.server.client.workflow.getHandle(`${workflowId}-review`) as ProposalHandle;
    return { handle, view: await untilStatus(bench, handle, 'proposed') };
  };
  const lastWord = async () => (await bench.missionLog()).at(-1);
  beforeEach(() => {
    bench.knobs.approvals = { ...twoOfTrinity, breakGlass: { group: 'first_citizen', reviewSeconds: 3_600 } };
  });

  // The first of them: once a child has ended after its parent, this test server skips no time any more.
  it('lapses when nobody reviews it in time, however often it is ended and begun anew, and that is in the permanent log', async () => {
    const { handle, view } = await high();
    await decide(handle, signedBy('bo', view, glass));
    await bench.ended(handle);
    const first = await reviewOf(handle);
    const { document, plan, digest } = first.view;
    await first.handle.terminate('nobody is to look at it');
    const rushed = { proposalId: handle.workflowId, document, plan: packPlan(plan!), digest, by: 'bo', reason: 'none', reviewSeconds: 1 };
    const review = await bench.server.client.workflow.start(workflowTypes.glassReview, {
      workflowId: first.handle.workflowId,
      taskQueue: queues.brain(vessel),
      args: [rushed],
    });
    // Whoever may do so could terminate it again: this calls nothing off.
    await review.cancel();
    // The server skips ahead while nobody has anything to do: asked for the result, there is one.
    expect(await review.result()).toMatchObject({ status: 'expired' });
    expect(await lastWord()).toMatchObject({ event_type: 'break_glass_lapsed', outcome: 'lapsed' });
    const lapsed = Date.parse((await lastWord())!.timestamp);
    const broken = (await bench.records(handle.workflowId)).find(({ event_type: type }) => type === 'glass_broken')!;
    expect(lapsed - Date.parse(broken.timestamp)).toBeGreaterThanOrEqual(3_600_000);
  });

  it('is not for whoever proposed it, as no approval is', async () => {
    const { handle, view } = await waitingSigned(bench, { risk_level: 'high' }, 'bo');
    expect(await decide(handle, signedBy('bo', view, glass))).toMatchObject({ code: 'SELF_APPROVAL' });
    await decide(handle, signedBy('ana', view, { decision: 'reject', reason: 'enough' }));
    await bench.ended(handle);
    expect(ran(handle)).toEqual([]);
  });

  it('starts it on the signed word of one who may, and the others endorse it', async () => {
    const { handle, view } = await high();
    expect(await decide(handle, signedBy('codex', view, glass))).toMatchObject({ code: 'NOT_AUTHORISED' });
    expect(await decide(handle, { by: 'ana', digest: view.digest!, decision: 'break_glass', reason: 'now' })).toMatchObject({
      code: 'SIGNATURE_REQUIRED',
    });
    expect(await decide(handle, signedBy('ana', view, glass))).toMatchObject({ accepted: true, status: 'approved' });
    const { outcome, events } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'completed', decided_by: 'ana' });
    expect(events).toEqual([
      'action_proposed',
      'decision_refused',
      'decision_refused',
      'action_approved',
      'start_authorised',
      'glass_broken',
      'action_completed',
    ]);
    const review = await reviewOf(handle);
    expect(await decide(review.handle, signedBy('codex', review.view, approval))).toMatchObject({ status: 'proposed' });
    await decide(review.handle, signedBy('gemini', review.view, approval));
    expect(await review.handle.result()).toMatchObject({ status: 'completed', reason: expect.stringContaining('endorsed') });
    expect(await lastWord()).toMatchObject({ event_type: 'break_glass_endorsed', action_id: handle.workflowId, by: 'codex, gemini' });
  });

  it('is not reviewed by the one who broke it, and is condemned by any of the others', async () => {
    bench.knobs.approvals = { ...signedApprovals, breakGlass: { group: 'first_citizen', reviewSeconds: 3_600 } };
    const { handle, view } = await high();
    await decide(handle, signedBy('ana', view, glass));
    await bench.ended(handle);
    const review = await reviewOf(handle);
    expect(await decide(review.handle, signedBy('ana', review.view, approval))).toMatchObject({ code: 'SELF_APPROVAL' });
    await decide(review.handle, signedBy('bo', review.view, { decision: 'reject', reason: 'it could have waited' }));
    expect(await review.handle.result()).toMatchObject({ status: 'rejected' });
    expect(await lastWord()).toMatchObject({ event_type: 'break_glass_condemned', by: 'bo' });
  });

  it('starts nothing where a stranger took the id of its review: nobody would be asked', async () => {
    const { handle, view } = await high();
    const workflowId = `${handle.workflowId}-review`;
    await bench.server.client.workflow.start('strangersWorkflow', { workflowId, taskQueue: 'nobody-polls-here' });
    await decide(handle, signedBy('bo', view, glass));
    expect((await bench.ended(handle)).outcome).toMatchObject({ status: 'failed', reason: expect.stringContaining('is taken') });
    expect(ran(handle)).toEqual([]);
    await bench.server.client.workflow.getHandle(workflowId).terminate('the test is over');
  });

  it('is an alarm where somebody ends its review from outside: no word of it would ever be on record', async () => {
    const { handle, view } = await high();
    await decide(handle, signedBy('bo', view, glass));
    await handle.result();
    const review = await reviewOf(handle);
    await review.handle.terminate('nobody is to look at it');
    await expect(bench.ended(handle)).rejects.toThrow(/"unreviewed_glass"/);
  });

  it('has no outcome from a review that a stranger started: the permanent log says nothing of it', async () => {
    const { handle, view } = await high();
    const before = (await bench.missionLog()).length;
    const open = { ...view.plan!, approval: openTerms(view.document.action_type) };
    const forged = await bench.server.client.workflow.start(workflowTypes.glassReview, {
      workflowId: glassReviewId(handle.workflowId),
      taskQueue: queues.brain(vessel),
      args: [
        {
          ...{ proposalId: handle.workflowId, document: view.document, plan: packPlan(open) },
          ...{ digest: view.digest, by: 'codex', reason: 'none', reviewSeconds: 3_600 },
        },
      ],
    });
    expect(await forged.result()).toMatchObject({ status: 'rejected', reason: expect.stringContaining('knows no such review') });
    expect((await bench.missionLog()).length).toBe(before);
    await decide(handle, signedBy('codex', view, { decision: 'reject', reason: 'enough' }));
    await bench.ended(handle);
  });

  it('is for high risks only', async () => {
    const { handle, view } = await waiting();
    expect(await decide(handle, signedBy('ana', view, glass))).toMatchObject({ code: 'NOT_AUTHORISED' });
    await decide(handle, signedBy('codex', view, { decision: 'reject', reason: 'enough' }));
    await bench.ended(handle);
  });
});
