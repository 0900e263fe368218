import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { queues, workflowTypes } from '../../src/contract/names.js';
import { documentDigest } from '../../src/domain/action/digests.js';
import { writeProposerStatement } from '../../src/domain/approval/statement.js';
import { toNotification } from '../../src/domain/trail/notification.js';
import { openApprovals } from '../support/proposals/approvals.js';
import { sha256 } from '../support/proposals/proposals.js';
import type { Bench, ProposalHandle } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { freshKnobs, vessel } from '../support/bench/knobs.js';
import { approve, approvedOutcome, proposed } from '../support/bench/people.js';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => void Object.assign(bench.knobs, freshKnobs()));
afterAll(() => bench.close());

const hours = (count: number) => count * 3_600_000;
const times = async (id: string, eventType: string) =>
  (await bench.records(id)).filter((record) => record.event_type === eventType).map(({ timestamp }) => Date.parse(timestamp));

describe('a proposal that people decide (spec A1)', () => {
  it('runs once when it is approved, with everything in the trail', async () => {
    const handle = await proposed(bench, bench.document('exit 0'));
    expect(await bench.view(handle)).toMatchObject({ status: 'proposed', violations: [], decisions: [] });
    await approve(bench, handle);
    const { outcome, events } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'completed', decided_by: 'approver', exit_code: 0 });
    expect(events).toEqual(['action_proposed', 'action_approved', 'start_authorised', 'action_completed']);
    expect(bench.sandbox.runs.filter(({ proposalId }) => proposalId === handle.workflowId)).toHaveLength(1);
    expect(await bench.records(handle.workflowId, 'tool_use')).toHaveLength(1);
  });

  it('never runs when it is rejected', async () => {
    const handle = await proposed(bench, bench.document('exit 0'));
    await handle.signal('reject', { by: 'approver', reason: 'not on a Friday' });
    const { outcome, events } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'rejected', reason: 'not on a Friday', decided_by: 'approver' });
    expect(events).toEqual(['action_proposed', 'action_rejected']);
    expect(bench.sandbox.runs.filter(({ proposalId }) => proposalId === handle.workflowId)).toEqual([]);
  });

  it.each([
    { name: 'breaks a rule', change: { mission_context: 'unknown' }, rule: 'mission-context' },
    { name: 'is no proposal at all', change: { tool_args: [7], surprise: {} } as object, rule: 'schema' },
    { name: 'names a tool that nobody registered', change: { tool_name: 'rm' }, rule: 'tool' },
  ])('is refused by the review when it $name, and asks nobody', async ({ change, rule }) => {
    const handle = await bench.propose(bench.document('exit 0', change));
    const { outcome, events } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.stringContaining(`${rule}: `) });
    expect(events).toEqual(['action_refused']);
  });

  it.each([{ input: null }, { input: 'text' }, { input: 42 }, { input: [] }, { input: {} }])(
    'is refused when a stranger starts it with $input',
    async ({ input }) => {
      const id = bench.document('').proposal_id;
      const handle = (await bench.server.client.workflow.start(workflowTypes.proposal, {
        workflowId: id,
        taskQueue: queues.brain(vessel),
        args: [input],
      })) as ProposalHandle;
      const { outcome } = await bench.ended(handle);
      expect(outcome).toMatchObject({ proposal_id: id, status: 'rejected', reason: expect.stringContaining('schema: ') });
    },
  );

  describe('that no file could hold (spec P1)', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const statement = {
      ...{ vessel, namespace: 'default', proposer: 'pia' },
      issued_at: new Date().toISOString(),
      document_sha256: 'ab'.repeat(32),
    };

    /** Starts it with bytes that no client of ours would send. */
    async function startWith(id: string, ...args: string[]): Promise<ProposalHandle> {
      const { client, namespace } = bench.server;
      await client.workflowService.startWorkflowExecution({
        namespace,
        workflowId: id,
        requestId: id,
        workflowType: { name: workflowTypes.proposal },
        taskQueue: { name: queues.brain(vessel) },
        input: { payloads: args.map((text) => ({ metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(text) })) },
      });
      return client.workflow.getHandle(id) as ProposalHandle;
    }

    it.each([
      { what: 'is nothing but levels', inside: () => deep, why: 'it has more than 128 levels' },
      {
        what: 'has too many of them',
        inside: (text: string) => text.replace('{}', `{"a":${'['.repeat(70)}${']'.repeat(70)}}`),
        why: 'it has more than 64 levels',
      },
      {
        what: 'holds a lone surrogate',
        inside: (text: string) => text.replace('{}', String.raw`{"a":{"b":["\ud800"]}}`),
        why: 'it holds a lone surrogate',
      },
      {
        what: 'holds one in its risk',
        inside: (text: string) => text.replace('"low"', String.raw`"\udfff"`),
        why: 'it holds a lone surrogate',
      },
    ])('is refused and written down, also with a proof: $what', async ({ inside, why }) => {
      const document = bench.document('exit 0', { metadata: {}, risk_level: 'low' });
      const proof = { statement: writeProposerStatement({ ...statement, proposal_id: document.proposal_id }), signature: 'x' };
      const handle = await startWith(document.proposal_id, inside(JSON.stringify(document)), JSON.stringify(proof));
      const { outcome, events } = await bench.ended(handle);
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.stringContaining(`document: it cannot be read: ${why}`) });
      expect(events).toEqual(['action_refused']);
    });

    it.each([
      { what: 'of 50,000 levels', proof: deep },
      { what: 'of a statement that is half a character', proof: String.raw`{"statement":"\ud800","signature":"\ud800"}` },
      { what: 'of a signature that is half a character', proof: undefined },
    ])('is nothing of the proposal itself: a proof $what proves nothing', async ({ proof }) => {
      const document = bench.document('exit 0');
      const sound = writeProposerStatement({
        ...{ ...statement, proposal_id: document.proposal_id },
        document_sha256: documentDigest(sha256, document),
        issued_at: new Date(await bench.server.now()).toISOString(),
      });
      const handle = await startWith(
        document.proposal_id,
        JSON.stringify(document),
        proof ?? JSON.stringify({ statement: sound, signature: '\ud800' }),
      );
      await bench.digest(document.proposal_id);
      expect((await bench.view(handle)).status).toBe('proposed');
      await handle.signal('cancel', { by: 'approver' });
      expect((await bench.ended(handle)).outcome.status).toBe('cancelled');
    });
  });

  it('is suppressed while the same action is in flight (spec C5)', async () => {
    const first = await proposed(bench, bench.document('exit 0', { tool_args: ['exit 0 # twice'] }));
    const second = await bench.propose(bench.document('exit 0', { tool_args: ['exit 0 # twice'] }));
    expect((await bench.ended(second)).outcome.reason).toContain(first.workflowId);
    await first.signal('cancel', { by: 'approver' });
    await bench.ended(first);
  });

  it.each([
    {
      name: 'a person',
      cancel: (handle: Awaited<ReturnType<typeof proposed>>) => handle.signal('cancel', { by: 'approver' }),
      by: 'approver',
    },
    {
      name: "Temporal's own cancel",
      cancel: (handle: Awaited<ReturnType<typeof proposed>>) => handle.cancel(),
      by: 'temporal workflow cancel',
    },
  ])('is withdrawn by $name', async ({ cancel, by }) => {
    const handle = await proposed(bench, bench.document('exit 0'));
    await cancel(handle);
    const { outcome, events } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'cancelled', decided_by: by });
    expect(events).toEqual(['action_proposed', 'action_cancelled']);
  });
});

describe('a proposal that nobody decides (spec A2)', () => {
  it.each([{ onTimeout: 'expired' }, { onTimeout: 'rejected' }] as const)('ends as $onTimeout after 24 hours', async ({ onTimeout }) => {
    bench.knobs.onTimeout = onTimeout;
    const handle = await proposed(bench, bench.document('exit 0'));
    const start = await bench.server.now();
    const { outcome, events } = await bench.ended(handle);
    const took = (await bench.server.now()) - start;
    expect([took >= hours(24), took < hours(25)]).toEqual([true, true]);
    expect(outcome.status).toBe(onTimeout);
    expect(events).toEqual(['action_proposed', 'approval_reminder', 'approval_escalated', 'approval_reminder', `action_${onTimeout}`]);
    expect(bench.sandbox.runs.filter(({ proposalId }) => proposalId === handle.workflowId)).toEqual([]);
  });

  it('is reminded of at 50 % and 90 % and escalated once at 80 % of its time', async () => {
    bench.knobs.approvals = { ...openApprovals, groups: { first_group: [], second_group: [] } };
    const handle = await proposed(bench, bench.document('exit 0'));
    await bench.ended(handle);
    const id = handle.workflowId;
    const [start] = await times(id, 'action_proposed');
    const after = async (type: string) => (await times(id, type)).map((at) => Math.round(((at - start!) / hours(24)) * 100) / 100);
    expect(await after('approval_reminder')).toEqual([0.5, 0.9]);
    expect(await after('approval_escalated')).toEqual([0.8]);
    expect((await bench.records(id)).find(({ group }) => group !== undefined)).toMatchObject({
      event_type: 'approval_escalated',
      group: 'second_group',
    });
    expect(await after('action_expired')).toEqual([1]);
  });

  it('says again what it is about and where it stands, each time (spec A5, A6)', async () => {
    const handle = await proposed(bench, bench.document('exit 0'));
    const { digest, deadline } = await bench.view(handle);
    await bench.ended(handle);
    const told = (await bench.records(handle.workflowId)).flatMap((record) => toNotification(record) ?? []);
    expect(told.map(({ event }) => event)).toEqual(['requested', 'reminder', 'escalation', 'reminder', 'expired']);
    for (const each of told.slice(0, 4)) expect(each).toMatchObject({ status: 'proposed', digest });
    for (const each of told.slice(1, 4)) expect(each).toMatchObject({ expires_at: deadline });
  });

  it('is not reminded of after its decision', async () => {
    const outcome = await approvedOutcome(bench, bench.document('exit 0'));
    await bench.server.environment.sleep(hours(25));
    expect(await times(outcome.proposal_id, 'approval_reminder')).toEqual([]);
  });
});

describe('the deadline (spec A2)', () => {
  it('moves with extend, and the reminders with it', async () => {
    const handle = await proposed(bench, bench.document('exit 0'));
    const { deadline: before } = await bench.view(handle);
    await handle.signal('extend', { by: 'approver', extend: '24h' });
    const { deadline, decisions } = await bench.view(handle);
    expect(Date.parse(deadline!) - Date.parse(before!)).toBe(hours(24));
    expect(decisions).toMatchObject([{ kind: 'extend', code: 'ACCEPTED' }]);
    const { events } = await bench.ended(handle);
    expect(events.filter((type) => type === 'deadline_extended')).toHaveLength(1);
    const [start] = await times(handle.workflowId, 'action_proposed');
    const [expired] = await times(handle.workflowId, 'action_expired');
    expect(Math.round((expired! - start!) / hours(1))).toBe(48);
    const [reminded] = await times(handle.workflowId, 'approval_reminder');
    expect(Math.round((reminded! - start!) / hours(1))).toBe(24);
  });

  it('moves by 7 days in all and not a second further', async () => {
    const handle = await proposed(bench, bench.document('exit 0'));
    for (const extend of ['3d', '4d', '1s', '8d']) await handle.signal('extend', { by: 'approver', extend });
    const { deadline, decisions } = await bench.view(handle);
    expect(decisions.map(({ code }) => code)).toEqual(['ACCEPTED', 'ACCEPTED', 'EXTENSION_LIMIT', 'MALFORMED']);
    const [start] = await times(handle.workflowId, 'action_proposed');
    expect(Math.round((Date.parse(deadline!) - start!) / hours(24))).toBe(8);
    await handle.signal('cancel', { by: 'approver' });
    await bench.ended(handle);
  });
});
