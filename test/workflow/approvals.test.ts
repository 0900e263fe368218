import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { searchAttributes } from '../../src/contract/search-attributes.js';
import type { Bench, ProposalHandle } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { freshKnobs } from '../support/bench/knobs.js';
import type { DecideMessage, ProposalView } from '../../src/contract/messages.js';
import type { Signing } from '../support/proposals/approvals.js';
import { approval, proposedBy, signedApprovals, signedBy, twoOfTrinity } from '../support/proposals/approvals.js';
import { decide, undoable, untilStatus } from '../support/bench/people.js';
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

describe('a signed approval (spec A3)', () => {
  it('starts what it names, verified on arrival, by the brain before the start and by the hands', async () => {
    const { handle, view } = await waiting();
    expect(view).toMatchObject({ needs: 'first_citizen 0 of 1 (missing: ana, bo)', proposer: { assurance: 'signed', name: 'cleo' } });
    expect(await decide(handle, signedBy('ana', view, approval))).toMatchObject({ accepted: true, status: 'approved' });
    const { outcome, events } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'completed', decided_by: 'ana' });
    expect(events).toEqual(['action_proposed', 'action_approved', 'start_authorised', 'action_completed']);
    const records = await bench.records(handle.workflowId);
    expect(records[0]).toMatchObject({ proposed_by: 'cleo', proposer_assurance: 'signed', approval: { signature: 'required' } });
    expect(records[1]).toMatchObject({ assurance: 'signed', signatures: [{ by: 'ana', key: 'SHA256:ana' }] });
  });

  const foreign = (change: Signing['change']) => (view: ProposalView) => signedBy('ana', view, approval, { change: change ?? {} });
  it.each<[string, string, (view: ProposalView) => DecideMessage]>([
    ['without a signature', 'SIGNATURE_REQUIRED', (view) => ({ decision: 'approve', by: 'ana', digest: view.digest! })],
    ['with a forged signature', 'SIGNATURE_INVALID', (view) => ({ ...signedBy('ana', view, approval), signature: 'forged' })],
    ['for another vessel', 'WRONG_VESSEL', foreign({ vessel: 'another' })],
    ['for another Temporal namespace', 'WRONG_NAMESPACE', foreign({ namespace: 'another' })],
    ['for another run', 'WRONG_RUN', foreign({ run_id: '01234567-89ab-cdef-0123-456789abcdef' })],
    ['for another proposal', 'WRONG_PROPOSAL', foreign({ proposal_id: 'janus-ffffffffffff' })],
    ['for another digest', 'DIGEST_MISMATCH', foreign({ proposal_sha256: '0'.repeat(64) })],
    ['for another decision', 'WRONG_DECISION', foreign({ decision: 'reject' })],
    ['for another reason', 'WRONG_DECISION', foreign({ reason: 'because' })],
    ['by another signer', 'WRONG_SIGNER', foreign({ signer: 'bo' })],
    ['after its end', 'STATEMENT_EXPIRED', foreign({ issued_at: '2020-01-01T00:00:00.000Z', expires_at: '2020-01-02T00:00:00.000Z' })],
    ['dated ahead', 'STATEMENT_NOT_YET', foreign({ issued_at: '2120-01-01T00:00:00.000Z', expires_at: '2120-01-02T00:00:00.000Z' })],
    ['in other words than canonical ones', 'MALFORMED_STATEMENT', (view) => ({ ...signedBy('ana', view, approval), statement: '{ }' })],
    ['by somebody who decides nothing', 'NOT_AUTHORISED', (view) => signedBy('mallory', view, approval)],
    ['by the next group, before it is asked', 'NOT_AUTHORISED', (view) => signedBy('claude', view, approval)],
  ])('%s is recorded as %s, and the proposal goes on waiting', async (_, code, message) => {
    const { handle, view } = await waiting();
    expect(await decide(handle, message(view))).toMatchObject({ accepted: false, code, status: 'proposed' });
    expect(await decide(handle, signedBy('bo', view, { decision: 'reject', reason: 'enough' }))).toMatchObject({ accepted: true });
    expect((await bench.records(handle.workflowId)).find(({ event_type: type }) => type === 'decision_refused')).toMatchObject({ code });
    expect(ran(handle)).toEqual([]);
  });

  it('counts once: the very same message again is a replay', async () => {
    bench.knobs.approvals = twoOfTrinity;
    const { handle, view } = await waiting();
    const message = signedBy('codex', view, approval);
    expect(await decide(handle, message)).toMatchObject({ accepted: true, status: 'proposed' });
    expect(await decide(handle, message)).toMatchObject({ accepted: false, code: 'REPLAYED' });
    await decide(handle, signedBy('codex', view, { decision: 'reject', reason: 'enough' }));
    await bench.ended(handle);
  });

  it('by a key that was revoked before the start starts nothing: the approval no longer holds', async () => {
    bench.knobs.approvals = twoOfTrinity;
    const { handle, view } = await waiting();
    await decide(handle, signedBy('codex', view, approval));
    bench.knobs.keys.revoked.add('codex');
    await decide(handle, signedBy('gemini', view, approval));
    const { outcome } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'stale', reason: expect.stringContaining('codex: KEY_REVOKED') });
    expect(ran(handle)).toEqual([]);
  });

  it('is looked at by hands with their own list: a brain that asks for nothing starts nothing there', async () => {
    Object.assign(bench.knobs, { approvals: freshKnobs().approvals, handsApprovals: signedApprovals });
    const { handle } = await waiting();
    await handle.signal('approve', { by: 'anybody', digest: await bench.digest(handle.workflowId) });
    const { outcome } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'failed', reason: expect.stringContaining('the configuration of this host does') });
    expect(ran(handle)).toEqual([]);
  });

  it('of fewer than hands ask for starts nothing', async () => {
    bench.knobs.handsApprovals = { ...signedApprovals, rules: [{ requirement: { group: 'first_citizen', approve: 2 } }] };
    const { handle, view } = await waiting();
    await decide(handle, signedBy('ana', view, approval));
    expect((await bench.ended(handle)).outcome).toMatchObject({ status: 'failed', reason: expect.stringContaining('do not hold here') });
    expect(ran(handle)).toEqual([]);
  });
});

describe('no self-approval (spec A4)', () => {
  it('the one who proposed and signed it does not approve it, and may take it back', async () => {
    const { handle, view } = await waiting('ana');
    expect(await decide(handle, signedBy('ana', view, approval))).toMatchObject({ accepted: false, code: 'SELF_APPROVAL' });
    expect(await decide(handle, signedBy('ana', view, { decision: 'cancel' }))).toMatchObject({ accepted: true });
    expect((await bench.ended(handle)).outcome.status).toBe('cancelled');
  });

  it('an unsigned proposer counts as everybody: it is refused at once, with what to do', async () => {
    const handle = await bench.propose(bench.document('exit 0', undoable('exit 0')));
    expect((await bench.ended(handle)).outcome).toMatchObject({
      status: 'rejected',
      reason: expect.stringContaining('propose it with a key'),
    });
  });

  it('a proof about another document is none', async () => {
    const document = bench.document('exit 0', undoable('exit 0'));
    const handle = await bench.propose(document, proposedBy('cleo', { ...document, tool_args: ['rm -r /'] }));
    expect((await bench.ended(handle)).outcome).toMatchObject({
      status: 'rejected',
      reason: expect.stringContaining('the name cleo stands for'),
    });
  });
});

describe('N of M (spec A4)', () => {
  beforeEach(() => void (bench.knobs.approvals = twoOfTrinity));

  it('waits for distinct persons, shows what is missing, and records each word', async () => {
    const { handle, view } = await waiting();
    expect(await decide(handle, signedBy('codex', view, approval))).toMatchObject({
      accepted: true,
      message: expect.stringContaining('trinity 1 of 2'),
    });
    expect(await decide(handle, signedBy('codex', view, approval))).toMatchObject({ accepted: true, status: 'proposed' });
    expect(await bench.view(handle)).toMatchObject({ needs: 'trinity 1 of 2 (missing: claude, gemini)', status: 'proposed' });
    expect(await decide(handle, signedBy('gemini', view, approval))).toMatchObject({ status: 'approved' });
    const { outcome, events } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'completed', decided_by: 'codex, gemini' });
    expect(events.filter((type) => type === 'approval_given')).toHaveLength(2);
  });

  it('any rejection by one who is asked ends it', async () => {
    const { handle, view } = await waiting();
    await decide(handle, signedBy('codex', view, approval));
    await decide(handle, signedBy('claude', view, { decision: 'reject', reason: 'not today' }));
    expect((await bench.ended(handle)).outcome).toMatchObject({ status: 'rejected', reason: 'not today', decided_by: 'claude' });
  });

  it('an approval can be taken back while others are missing (spec A1)', async () => {
    const { handle, view } = await waiting();
    await decide(handle, signedBy('codex', view, approval));
    expect(await decide(handle, signedBy('claude', view, { decision: 'withdraw' }))).toMatchObject({ code: 'NOTHING_TO_WITHDRAW' });
    expect(await decide(handle, signedBy('codex', view, { decision: 'withdraw' }))).toMatchObject({ accepted: true });
    expect(await decide(handle, signedBy('gemini', view, approval))).toMatchObject({ accepted: true, status: 'proposed' });
    await decide(handle, signedBy('claude', view, approval));
    expect((await bench.ended(handle)).outcome).toMatchObject({ status: 'completed', decided_by: 'gemini, claude' });
  });

  it('and even once it was approved, as long as nothing was started: then it waits again', async () => {
    bench.knobs.emergencyStop.brain = 'a stop';
    const { handle, view } = await waiting();
    await decide(handle, signedBy('codex', view, approval));
    await decide(handle, signedBy('gemini', view, approval));
    await untilStatus(bench, handle, 'suspended');
    expect(await decide(handle, signedBy('gemini', view, { decision: 'withdraw' }))).toMatchObject({ accepted: true });
    expect(await untilStatus(bench, handle, 'proposed')).toMatchObject({ needs: expect.stringContaining('trinity 1 of 2 (missing: ') });
    expect((await handle.describe()).typedSearchAttributes.get(searchAttributes.state)).toBe('proposed');
    bench.knobs.emergencyStop = {};
    await decide(handle, signedBy('claude', view, approval));
    const { outcome } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'completed', decided_by: 'codex, claude' });
    expect(ran(handle)).toHaveLength(1);
  });

  it('what arrives together with a withdrawal, and behind it, is said about what waits again', async () => {
    bench.knobs.approvals = signedApprovals;
    bench.knobs.emergencyStop.brain = 'a stop';
    const { handle, view } = await waiting();
    await decide(handle, signedBy('ana', view, approval));
    await untilStatus(bench, handle, 'suspended');
    const { keys } = bench.knobs;
    const send = async ({ decision, ...fields }: DecideMessage) => handle.signal(decision, fields);
    // While the first is looked at, the server keeps the other two back, and then hands both over at once.
    let allSent: (() => void) | undefined;
    const sent = new Promise<void>((resolve) => (allSent = resolve));
    const verify: typeof keys.verify = (check) => sent.then(() => keys.verify(check));
    Object.assign(bench.knobs, { keys: { ...keys, verify } });
    await send({ ...signedBy('bo', view, { decision: 'reject', reason: 'a forgery' }), signature: 'forged' });
    await send(signedBy('ana', view, { decision: 'withdraw' }));
    // What was said before the stop was lifted counts no more: this was signed later.
    await send(signedBy('ana', view, approval, { now: new Date((await bench.server.now()) + 60_000) }));
    bench.knobs.emergencyStop = {};
    allSent?.();
    const { outcome, events } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'completed', decided_by: 'ana' });
    expect(events).toContain('approval_withdrawn');
    expect(events).not.toContain('decision_late');
  });

  it('the next group counts once it has been asked (spec A2)', async () => {
    const rules = [{ requirement: { group: 'trinity', approve: 2 }, escalateTo: 'first_citizen' }];
    Object.assign(bench.knobs, { approvals: { ...twoOfTrinity, rules }, approvalSeconds: 100 });
    const { handle, view } = await waiting();
    expect(await decide(handle, signedBy('ana', view, approval))).toMatchObject({ code: 'NOT_AUTHORISED' });
    await bench.server.environment.sleep(85_000);
    expect((await untilStatus(bench, handle, 'proposed')).needs).toBe(
      'trinity 0 of 2 (missing: claude, gemini, codex), or first_citizen 0 of 1 (missing: ana, bo)',
    );
    await decide(handle, signedBy('ana', view, approval, { now: new Date(await bench.server.now()) }));
    expect((await bench.ended(handle)).outcome).toMatchObject({ status: 'completed', decided_by: 'ana' });
  });
});
