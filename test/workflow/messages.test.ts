import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { queues, signalNames, workflowTypes } from '../../src/contract/names.js';
import type { Bench, ProposalHandle } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { digestWords } from '../../src/domain/text/digest-words.js';
import { freshKnobs, vessel } from '../support/bench/knobs.js';
import { until } from '../support/until.js';
import { approve, decide, proposed } from '../support/bench/people.js';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => void Object.assign(bench.knobs, freshKnobs()));
afterAll(() => bench.close());

const open = () => proposed(bench, bench.document('exit 0'));
const codes = async (handle: ProposalHandle) => (await bench.view(handle)).decisions.map(({ code }) => code);
const runsOf = ({ workflowId }: ProposalHandle) => bench.sandbox.runs.filter(({ proposalId }) => proposalId === workflowId);

/** Sends bytes that no client of ours would. */
function signalBytes(handle: ProposalHandle, signalName: string, payloads: { encoding: string; data: Buffer }[]) {
  const { client, namespace } = bench.server;
  return client.workflowService.signalWorkflowExecution({
    namespace,
    workflowExecution: { workflowId: handle.workflowId },
    signalName,
    input: { payloads: payloads.map(({ encoding, data }) => ({ metadata: { encoding: Buffer.from(encoding) }, data })) },
  });
}

async function withdraw(handle: ProposalHandle) {
  await handle.signal('cancel', { by: 'approver' });
  return bench.ended(handle);
}

describe('a message that is not understood entirely (spec A1)', () => {
  it.each([
    { what: 'no argument', args: [] },
    { what: 'two arguments', args: [{ by: 'approver', digest: '0'.repeat(32) }, { by: 'approver' }] },
    { what: 'null', args: [null] },
    { what: 'a text', args: ['yes'] },
    { what: 'a list', args: [[{ by: 'approver' }]] },
    { what: 'an object without anything', args: [{}] },
    { what: 'an unknown key', args: [{ by: 'approver', digest: '0'.repeat(32), force: true }] },
    { what: 'no digest', args: [{ by: 'approver' }] },
    { what: 'a digest of 31 digits', args: [{ by: 'approver', digest: '0'.repeat(31) }] },
    { what: 'a digest of seven words', args: [{ by: 'approver', digest: digestWords('0'.repeat(64), 7) }] },
    { what: 'nobody who says it', args: [{ by: ' ', digest: '0'.repeat(32) }] },
    { what: 'a time that is none', args: [{ by: 'approver', digest: '0'.repeat(32), said_at: 'yesterday' }] },
    { what: 'a name that is no text', args: [{ by: { toString: 'approver' }, digest: '0'.repeat(32) }] },
  ])('approves nothing: $what', async ({ args }) => {
    const handle = await open();
    await handle.signal('approve', ...args);
    expect((await bench.view(handle)).decisions).toMatchObject([{ kind: 'approve', code: 'MALFORMED' }]);
    const { outcome, events } = await withdraw(handle);
    expect(outcome.status).toBe('cancelled');
    expect(events).toContain('decision_refused');
    expect(runsOf(handle)).toEqual([]);
  });

  it('under a name that is nearly ours counts for nothing, and is on record as what it was', async () => {
    const handle = await open();
    const message = { by: 'approver', digest: await bench.digest(handle.workflowId) };
    for (const name of ['Approve', 'APPROVE', 'aprove', 'cancel_', 'launch']) await handle.signal(name, message);
    const { status, decisions } = await bench.view(handle);
    expect(status).toBe('proposed');
    const hints = [
      'did you mean approve?',
      'did you mean approve?',
      'did you mean approve?',
      'did you mean cancel?',
      'there are approve, ',
    ];
    expect(decisions).toMatchObject(hints.map((hint) => ({ kind: 'message', code: 'UNKNOWN_NAME', why: expect.stringContaining(hint) })));
    await withdraw(handle);
    const noted = (await bench.records(handle.workflowId)).filter(({ event_type: type }) => type === 'decision_refused');
    expect(noted).toMatchObject(hints.map(() => ({ decision: 'message', code: 'UNKNOWN_NAME' })));
    expect(runsOf(handle)).toEqual([]);
  });

  it('may be any JSON at all, under any name', async () => {
    const seed = Number(process.env['JANUS_TEST_SEED'] ?? Date.now() % 1_000_000);
    const handle = await open();
    const names = [...Object.values(signalNames).filter((name) => name !== 'cancel'), 'Approve', '__proto__', ' '];
    const messages = fc.sample(fc.tuple(fc.constantFrom(...names), fc.jsonValue()), { seed, numRuns: 60 });
    for (const [name, payload] of messages) await handle.signal(name, payload);
    const view = await bench.view(handle);
    expect({ seed, status: view.status, messages: view.messages }).toEqual({ seed, status: 'proposed', messages: 60 });
    expect(new Set(view.decisions.map(({ code }) => code))).toEqual(new Set(['MALFORMED', 'UNKNOWN_NAME']));
    const { events } = await withdraw(handle);
    // Each is in the history; the trail holds the first ones, and is not flooded with the rest.
    expect(events.filter((type) => type === 'decision_refused')).toHaveLength(20);
  });

  it.each([
    { what: 'broken JSON', payloads: [{ encoding: 'json/plain', data: Buffer.from('{"by":') }] },
    { what: 'an encoding that nobody knows', payloads: [{ encoding: 'binary/cuneiform', data: Buffer.from([0, 1, 2]) }] },
    { what: 'bytes', payloads: [{ encoding: 'binary/plain', data: Buffer.from('{"by":"approver"}') }] },
    { what: 'encrypted bytes', payloads: [{ encoding: 'binary/encrypted', data: Buffer.alloc(64, 7) }] },
    { what: 'a null payload', payloads: [{ encoding: 'binary/null', data: Buffer.alloc(0) }] },
  ])('may be undecodable: $what', async ({ payloads }) => {
    const handle = await open();
    await signalBytes(handle, 'approve', payloads);
    expect(await codes(handle)).toEqual(['MALFORMED']);
    await approve(bench, handle);
    expect((await bench.ended(handle)).outcome.status).toBe('completed');
  });
});

describe('a message that is understood and does not count (spec A1)', () => {
  it.each([
    { what: 'for another proposal', kind: 'approve', change: { proposal_id: 'janus-ffffffffffff' }, code: 'WRONG_PROPOSAL' },
    { what: 'with another digest', kind: 'approve', change: { digest: 'f'.repeat(32) }, code: 'DIGEST_MISMATCH' },
    { what: 'a rejection with another digest', kind: 'reject', change: { digest: 'f'.repeat(32), reason: 'no' }, code: 'DIGEST_MISMATCH' },
    { what: 'settling what was never started', kind: 'resolve', change: { outcome: 'completed', reason: 'I know' }, code: 'NOT_WAITING' },
  ])('$what is refused with $code, and the wait goes on', async ({ kind, change, code }) => {
    const handle = await open();
    await handle.signal(kind, { by: 'approver', digest: await bench.digest(handle.workflowId), ...change });
    const { status, decisions } = await bench.view(handle);
    expect({ status, codes: decisions.map((decision) => decision.code) }).toEqual({ status: 'proposed', codes: [code] });
    await approve(bench, handle);
    const { outcome, events } = await bench.ended(handle);
    expect(outcome.status).toBe('completed');
    expect(events).toContain('decision_refused');
  });

  it('is late once the first one has won, whatever it says', async () => {
    const handle = await proposed(bench, bench.document('wait'));
    await approve(bench, handle);
    await bench.sandbox.started(handle.workflowId);
    await approve(bench, handle);
    await handle.signal('reject', { by: 'second approver', reason: 'too late' });
    await handle.signal('extend', { by: 'second approver', extend: '1h' });
    // The rejection has to hear from hands that it is running.
    await until('all were judged', async () => ((await codes(handle)).length === 4 ? true : undefined));
    expect(await codes(handle)).toEqual(['ACCEPTED', 'LATE', 'LATE', 'LATE']);
    bench.sandbox.release(handle.workflowId);
    const { outcome, events } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'completed', decided_by: 'approver' });
    expect(events.filter((type) => type === 'decision_late')).toHaveLength(3);
    expect(runsOf(handle)).toHaveLength(1);
  });

  it('finds nobody after the end', async () => {
    const handle = await open();
    await withdraw(handle);
    await expect(approve(bench, handle)).rejects.toThrow(/not found|completed/i);
  });
});

describe('the update decide (spec A1)', () => {
  it('answers what became of the decision', async () => {
    const handle = await open();
    const digest = await bench.digest(handle.workflowId);
    expect(await decide(handle, { decision: 'approve', by: 'approver', digest: 'f'.repeat(32) })).toMatchObject({
      accepted: false,
      code: 'DIGEST_MISMATCH',
      status: 'proposed',
    });
    expect(await decide(handle, { decision: 'extend', by: 'approver', extend: '1h' })).toMatchObject({
      accepted: true,
      status: 'proposed',
    });
    expect(await decide(handle, { decision: 'approve', by: 'approver', digest })).toMatchObject({
      accepted: true,
      code: 'ACCEPTED',
      status: 'approved',
    });
    expect((await bench.ended(handle)).outcome.status).toBe('completed');
  });

  it.each([
    {},
    null,
    { decision: 'launch', by: 'approver' },
    { decision: 'approve', by: 'approver' },
    { decision: 'reject', by: 'approver', why: 'no' },
  ])('is turned away by its validator, and leaves no trace: %j', async (message) => {
    const handle = await open();
    const before = await bench.view(handle);
    await expect(handle.executeUpdate('decide', { args: [message] })).rejects.toThrow();
    expect((await bench.view(handle)).messages).toBe(before.messages);
    const { history } = await withdraw(handle);
    expect((history.events ?? []).filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes)).toEqual([]);
  });

  it('and a signal at the same moment: one of them wins', async () => {
    const handle = await open();
    const digest = await bench.digest(handle.workflowId);
    const [answer] = await Promise.all([
      decide(handle, { decision: 'approve', by: 'approver', digest }),
      handle.signal('reject', { by: 'second approver', reason: 'no' }).catch(() => undefined),
    ]);
    const { outcome, events } = await bench.ended(handle);
    expect(outcome.status).toBe(answer.accepted ? 'completed' : 'rejected');
    expect(events.includes('action_approved')).toBe(answer.accepted);
    expect(runsOf(handle)).toHaveLength(answer.accepted ? 1 : 0);
  });
});

describe('a decision (spec A1)', () => {
  it('is on record with the time at which it was said, not the one at which a worker read it', async () => {
    const handle = await open();
    const said = new Date(await bench.server.now()).toISOString();
    await handle.signal('approve', { by: 'approver', digest: await bench.digest(handle.workflowId), said_at: said });
    expect((await bench.ended(handle)).outcome).toMatchObject({ status: 'completed', decided_at: said });
    const approved = (await bench.records(handle.workflowId)).find(({ event_type: type }) => type === 'action_approved');
    expect(approved).toMatchObject({ decided_at: said });
    expect(approved!.timestamp > said).toBe(true);
  });
});

describe('an id that is used again (spec P3, P5)', () => {
  it('is refused with another document, by another run, and the trail goes on to say what was reviewed', async () => {
    const { client } = bench.server;
    const first = bench.document('exit 0');
    const handle = await proposed(bench, first);
    await bench.digest(first.proposal_id);
    await handle.terminate('to be started again');
    const other = { ...first, tool_args: ['rm -r /workspace'] };
    const again = await client.workflow.start(workflowTypes.proposal, {
      workflowId: first.proposal_id,
      taskQueue: queues.brain(vessel),
      args: [other],
    });
    expect(await again.result()).toMatchObject({ status: 'rejected', reason: expect.stringContaining('identity: ') });
    const records = await bench.records(first.proposal_id);
    expect(records.map(({ event_type: type }) => type)).toEqual(['action_proposed', 'id_reused']);
    expect(records[0]).toMatchObject({ proposal: first });
    expect(runsOf(handle)).toEqual([]);
  });
});
