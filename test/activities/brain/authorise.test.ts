import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Decision } from '../../../src/domain/approval/decision.js';
import type { BrainDependencies } from '../../../src/activities/brain/dependencies.js';
import type { ReviewContext } from '../../../src/domain/constitution/rules.js';
import { planDigest } from '../../../src/domain/action/digests.js';
import { charterLimits } from '../../../src/domain/action/limits.js';
import { openTerms } from '../../../src/domain/approval/terms.js';
import { openApprovals } from '../../support/proposals/approvals.js';
import type { BrainBench } from '../../support/vessel/brains.js';
import { openBrain } from '../../support/vessel/brains.js';
import { useFolders } from '../../support/folders.js';
import { aTool, sha256 } from '../../support/proposals/proposals.js';
import { settle } from '../../../src/activities/books/settling.js';
import { closeTrails, openTrail, recordsIn } from '../../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);

let here: string;
let brain: BrainBench;
let sound: Awaited<ReturnType<BrainBench['passed']>>;
beforeEach(async () => {
  here = folder();
  brain = openBrain(here);
  sound = await brain.passed();
});

const approval = (change: Partial<Decision> = {}): Decision => ({
  kind: 'approve',
  by: 'ana',
  digest: sound.digest.slice(0, 32),
  ...change,
});
const authorise = (change: Partial<Parameters<BrainBench['authoriseStart']>[0]> = {}, at = brain) =>
  at.authoriseStart({ ...sound, decisions: [approval()], decidedAt: '2026-01-02T04:00:00.000Z', attempt: 0, verdict: 1, ...change });
const events = () => recordsIn(brain.file).map(({ event_type: type }) => type);

describe('authoriseStart (spec P5, X5)', () => {
  it('writes the approval, then the start, and returns a permit with the receipt', async () => {
    const answer = await authorise({ decisions: [approval({ reason: 'because' })] });
    const [, approved, started] = recordsIn(brain.file);
    expect(approved).toMatchObject({
      id: 'janus-0123456789ab/approved',
      event_type: 'action_approved',
      approved_by: ['ana'],
      reasons: ['because'],
      digest: sound.digest,
    });
    expect(started).toMatchObject({
      id: 'janus-0123456789ab/start/0',
      event_type: 'start_authorised',
      status: 'executing',
      host: 'here',
      digest: sound.digest,
    });
    expect(answer).toMatchObject({
      kind: 'authorised',
      host: 'here',
      permitSeconds: 600,
      permit: { run: 'run', receipt: expect.stringMatching(/^proposals:2:[0-9a-f]{16}$/), expires: '2026-01-02T03:14:05.678Z' },
    });
  });

  it('asked again returns the very same permit, later and after a restart, and adds no line', async () => {
    const answer = await authorise();
    brain.circumstances.now = new Date('2026-01-02T03:09:00.000Z');
    expect(await authorise()).toEqual(answer);
    const next = openBrain(here);
    next.circumstances.now = brain.circumstances.now;
    expect(await authorise({}, next)).toEqual(answer);
    expect(events()).toEqual(['action_proposed', 'action_approved', 'start_authorised']);
  });

  it('is stale when the trail says that it ended, though somebody reset it', async () => {
    const { trail } = openTrail(here);
    await settle(trail, [{ proposalId: 'janus-0123456789ab', why: 'its workflow was ended from outside' }]);
    expect(await authorise()).toMatchObject({ kind: 'stale', violations: [{ rule: 'ended' }] });
  });

  it('gives each attempt a record and a permit of its own', async () => {
    const [first, second] = [await authorise(), await authorise({ attempt: 1, verdict: 1 })];
    expect(first).not.toEqual(second);
    expect(events().filter((type) => type === 'start_authorised')).toHaveLength(2);
  });

  it('takes a type of action for what it becomes, however it was written (spec P3)', async () => {
    const at = openBrain(folder());
    const passed = await at.passed({ action_type: 'Shared Note' });
    expect(await authorise({ ...passed, decisions: [approval({ digest: passed.digest.slice(0, 32) })] }, at)).toMatchObject({
      kind: 'authorised',
    });
  });

  it.each<[string, Partial<ReviewContext>, string, string]>([
    ['a tool was taken away', { allowedTools: [] }, 'tool', 'allowed_tools'],
    ['a program is another', { programs: { shell: { path: '/usr/bin/dash' } } }, 'digest', 'steps changed'],
    ['a program is gone', { programs: {} }, 'tool', 'shell'],
    ['limits are narrower', { limits: { ...charterLimits, memoryMb: 512 } }, 'digest', 'limits changed'],
    ['the sandbox is another', { profile: 'test:1111111111111111' }, 'digest', 'profile changed'],
    ['the tool got a grant', { tools: [aTool({ grants: ['cache'] })] }, 'digest', 'grants changed'],
    [
      'a granted folder became a link',
      { grantProblems: { cache: '/srv/cache leads through a link to /etc' }, tools: [aTool({ grants: ['cache'] })] },
      'tool',
      'through a link',
    ],
    ['dry runs were switched off', { dryRun: true }, 'digest', 'dryRun changed'],
    ['the vessel is another', { vesselId: 'another' }, 'vessel', 'another'],
  ])('is stale when %s since, naming it, and writes nothing', async (_, context, rule, words) => {
    brain.circumstances.context = context;
    expect(await authorise()).toMatchObject({ kind: 'stale', violations: [{ rule, message: expect.stringContaining(words) }] });
    expect(events()).toEqual(['action_proposed']);
  });

  it.each<[string, () => Partial<Parameters<BrainBench['authoriseStart']>[0]>, string]>([
    ['another digest was approved', () => ({ digest: '0'.repeat(64) }), 'digest'],
    ['the proposal is another', () => ({ document: { ...sound.document, tool_args: ['df -i'] } }), 'identity'],
    ['another run asks', () => ({ identity: { ...sound.identity, firstRunId: 'another' } }), 'identity'],
    ['nobody decided', () => ({ decisions: [] }), 'approval'],
    ['the approval has no digest', () => ({ decisions: [{ kind: 'approve' as const, by: 'ana' }] }), 'approval'],
    ['the approval is for another digest', () => ({ decisions: [approval({ digest: '0'.repeat(32) })] }), 'approval'],
    ['somebody rejected', () => ({ decisions: [approval(), { kind: 'reject' as const, by: 'bo', reason: 'no' }] }), 'approval'],
    ['somebody cancelled', () => ({ decisions: [approval(), { kind: 'cancel' as const, by: 'bo' }] }), 'approval'],
    ['it runs under another id', () => ({ identity: { workflowId: 'janus-ffffffffffff', firstRunId: 'run' } }), 'identity'],
  ])('is stale when %s', async (_, change, rule) => {
    expect(await authorise(change())).toMatchObject({ kind: 'stale', violations: [{ rule }] });
    expect(events()).toEqual(['action_proposed']);
  });

  it('is stale where the trail has its end, which a server restored from an older backup has forgotten (spec Q4k)', async () => {
    await brain.recordEnd({ ...sound, status: 'rejected', reason: 'never', decidedBy: 'bo', decidedAt: '2026-01-02T04:00:00.000Z' });
    const answer = { kind: 'stale', violations: [{ rule: 'ended', message: expect.stringContaining('action_rejected') }] };
    expect(await authorise()).toMatchObject(answer);
    expect(await authorise({}, openBrain(here))).toMatchObject(answer);
    expect(events()).toEqual(['action_proposed', 'action_rejected']);
  });

  it('counts persons, not messages', async () => {
    const rules = [{ requirement: { group: 'trinity', approve: 2 } }];
    const two = openBrain(folder(), { approvals: { policy: { ...openApprovals, groups: { trinity: ['ana', 'bo'] }, rules } } });
    const own = await two.passed();
    const ask = (decisions: Decision[]) => two.authoriseStart({ ...own, decisions, decidedAt: '', attempt: 0, verdict: 1 });
    const by = (name: string) => ({ ...approval(), digest: own.digest, by: name });
    expect(await ask([by('ana'), by(' ANA')])).toMatchObject({ kind: 'stale' });
    expect(await ask([by('ana'), by('bo')])).toMatchObject({ kind: 'authorised' });
  });

  it('is stale where the plan of a history names nobody, or is under the terms of another kind of action', async () => {
    const rules = [{ requirement: { group: 'trinity', approve: 1 } }];
    const asking = openBrain(folder(), { approvals: { policy: { ...openApprovals, groups: { trinity: ['ana'] }, rules } } });
    const own = await asking.passed();
    const ask = (approval: typeof own.plan.approval) => {
      const forged = { ...own.plan, approval };
      const digest = planDigest(sha256, forged);
      const by = { kind: 'approve' as const, by: 'ana', digest };
      return asking.authoriseStart({ ...own, plan: forged, digest, decisions: [by], decidedAt: '', attempt: 0, verdict: 1 });
    };
    const wrong = (message: string) => ({ kind: 'stale', violations: [{ rule: 'approval', message: expect.stringContaining(message) }] });
    expect(await ask(openTerms(own.plan.approval.actionType))).toMatchObject(wrong('names nobody'));
    expect(await ask({ ...own.plan.approval, actionType: 'another_kind' })).toMatchObject(wrong('another_kind'));
    expect(await ask(own.plan.approval)).toMatchObject({ kind: 'authorised' });
  });

  it('is suspended by an emergency stop, with nothing written (spec K1)', async () => {
    brain.circumstances.emergency = 'emergency stop: a file exists';
    expect(await authorise()).toEqual({ kind: 'suspended', why: 'emergency stop: a file exists' });
    expect(events()).toEqual(['action_proposed']);
    brain.circumstances.emergency = undefined;
    expect(await authorise()).toMatchObject({ kind: 'authorised' });
  });

  it.each([
    ['an emergency stop', () => (brain.circumstances.emergency = 'stop'), 'suspended'],
    ['a changed rule', () => (brain.circumstances.context = { allowedTools: [] }), 'stale'],
  ])('takes a start back when %s came since it was recorded, once', async (_, happen, kind) => {
    await authorise();
    happen();
    expect(await authorise()).toMatchObject({ kind });
    expect(await authorise()).toMatchObject({ kind });
    expect(events()).toEqual(['action_proposed', 'action_approved', 'start_authorised', 'start_revoked']);
    brain.circumstances.emergency = undefined;
    brain.circumstances.context = {};
    expect(await authorise({ attempt: 1, verdict: 1 })).toMatchObject({ kind: 'authorised' });
  });

  it('issues no permit for a record that did not become durable (spec L2)', async () => {
    const issued: unknown[] = [];
    const issue: BrainDependencies['permits']['issue'] = (permit) => {
      issued.push(permit);
      return { run: '', receipt: '', expires: '', signature: '' };
    };
    const other = openBrain(folder(), { permits: { issue } });
    const own = await other.passed();
    other.circumstances.broken = true;
    const request = { ...own, decisions: [{ ...approval(), digest: own.digest }], decidedAt: '', attempt: 0, verdict: 1 };
    expect(await other.authoriseStart(request)).toEqual({ kind: 'audit_unavailable', why: 'the disk is full' });
    expect(issued).toEqual([]);
    other.circumstances.broken = false;
    expect(await other.authoriseStart(request)).toMatchObject({ kind: 'authorised' });
    expect(issued).toHaveLength(1);
  });
});
