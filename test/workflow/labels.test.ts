import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { memoKeys, queues, workflowTypes } from '../../src/contract/names.js';
import { searchAttributes } from '../../src/contract/search-attributes.js';
import type { ProposalDocument } from '../../src/domain/action/proposal.schema.js';
import type { Bench, Ended, ProposalHandle } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { freshKnobs, vessel } from '../support/bench/knobs.js';
import { approve, decide, proposed, started, undoable, untilStatus } from '../support/bench/people.js';
import { waitingSigned } from '../support/bench/signed-people.js';
import { approval, signedBy, twoOfTrinity } from '../support/proposals/approvals.js';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => void Object.assign(bench.knobs, freshKnobs()));
afterAll(() => bench.close());

async function labelsOf(handle: ProposalHandle) {
  const { typedSearchAttributes: attributes, memo } = await handle.describe();
  const [state, risk, actionType, tool] = (['state', 'risk', 'actionType', 'tool'] as const).map((name) =>
    attributes.get(searchAttributes[name]),
  );
  const [source, mode, needs, ofVessel] = (['source', 'mode', 'needs', 'vessel'] as const).map((name) =>
    attributes.get(searchAttributes[name]),
  );
  return { state, risk, actionType, tool, source, mode, needs, vessel: ofVessel, why: memo?.[memoKeys.why] };
}

const upsertsIn = ({ history }: Ended) =>
  (history.events ?? []).flatMap(({ upsertWorkflowSearchAttributesEventAttributes: upsert }) => (upsert ? [upsert] : [])).length;

const lies = [
  { key: searchAttributes.vessel, value: 'another' },
  { key: searchAttributes.state, value: 'completed' },
  { key: searchAttributes.risk, value: 'low' },
  { key: searchAttributes.actionType, value: 'harmless' },
  { key: searchAttributes.tool, value: 'nothing' },
  { key: searchAttributes.source, value: 'thinking_cycle' },
  { key: searchAttributes.mode, value: 'omega' },
  { key: searchAttributes.actionKey, value: 'another' },
  { key: searchAttributes.needs, value: 'nobody' },
  { key: searchAttributes.deadline, value: new Date('2020-01-01') },
];

const startedByStranger = (document: ProposalDocument) =>
  bench.server.client.workflow.start(workflowTypes.proposal, {
    workflowId: document.proposal_id,
    taskQueue: queues.brain(vessel),
    args: [document],
    typedSearchAttributes: lies,
    memo: { [memoKeys.why]: 'nothing to look at' },
  }) as Promise<ProposalHandle>;

describe('what lists say of a proposal (spec O2)', () => {
  it('is of what was reviewed, whatever its starter said, in one upsert after the review', async () => {
    const document = bench.document('exit 0', undoable('exit 0'));
    const handle = await startedByStranger(document);
    await bench.digest(document.proposal_id);
    await bench.view(handle);
    expect(await labelsOf(handle)).toEqual({
      ...{ state: 'proposed', risk: 'medium', actionType: document.action_type, tool: 'shell', source: 'client', mode: 'alpha' },
      ...{ needs: undefined, vessel, why: document.rationale },
    });
    const { typedSearchAttributes: shown } = await handle.describe();
    expect(shown.get(searchAttributes.actionKey)).toMatch(/^[0-9a-f]{32}$/);
    expect(shown.get(searchAttributes.deadline)!.getTime()).toBeGreaterThan(await bench.server.now());
    await approve(bench, handle);
    const ended = await bench.ended(handle);
    expect(upsertsIn(ended)).toBe(3);
    expect((await labelsOf(handle)).state).toBe('completed');
  });

  it('takes nothing of what is refused from whoever started it', async () => {
    const document = { ...bench.document('exit 0'), tool_name: 'sudo', risk_level: 'high\u001b' as never, action_type: 7 as never };
    const handle = await startedByStranger(document);
    await bench.ended(handle);
    expect(await labelsOf(handle)).toMatchObject({
      ...{ state: 'rejected', risk: 'high⟦U+001B⟧', actionType: 'unknown', tool: 'sudo', source: 'client', why: document.rationale },
    });
  });

  it('costs two upserts where its starter had nothing wrong: at the decision and at the end', async () => {
    expect(upsertsIn(await bench.ended(await started(bench, 'exit 0')))).toBe(2);
  });

  it('says who is waited for as the review is over, and nobody once it is decided', async () => {
    bench.knobs.approvals = twoOfTrinity;
    const { handle, view } = await waitingSigned(bench);
    expect(await labelsOf(handle)).toMatchObject({ needs: 'trinity 0 of 2', source: 'person' });
    await decide(handle, signedBy('codex', view, approval));
    expect(await labelsOf(handle)).toMatchObject({ needs: 'trinity 1 of 2' });
    await decide(handle, signedBy('gemini', view, approval));
    const ended = await bench.ended(handle);
    expect(await labelsOf(handle)).toMatchObject({ state: 'completed', needs: undefined });
    // After the review, at a further voice, at the decision, at the end.
    expect(upsertsIn(ended)).toBe(4);
  });

  it('is approved while its start waits for the audit trail', async () => {
    const handle = await proposed(bench, bench.document('exit 0'));
    await bench.view(handle);
    bench.knobs.diskFull = true;
    await approve(bench, handle);
    await bench.trailRefused();
    await untilStatus(bench, handle, 'approved');
    expect((await labelsOf(handle)).state).toBe('approved');
    bench.knobs.diskFull = false;
    expect((await bench.ended(handle)).outcome.status).toBe('completed');
  });
});
