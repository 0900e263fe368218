import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { GlassReview } from '../../../src/contract/glass-review.js';
import type { ProposalDocument } from '../../../src/domain/action/proposal.schema.js';
import { packPlan, unpackPlan } from '../../../src/domain/action/packing.js';
import { openTerms } from '../../../src/domain/approval/terms.js';
import { useFolders } from '../../support/folders.js';
import { proposedBy, signedApprovals } from '../../support/proposals/approvals.js';
import { aDocument } from '../../support/proposals/proposals.js';
import { closeTrails, recordsIn } from '../../support/trail/trails.js';
import type { BrainBench } from '../../support/vessel/brains.js';
import { identityOf, openBrain } from '../../support/vessel/brains.js';

const folder = useFolders();
afterEach(closeTrails);

const policy = { ...signedApprovals, breakGlass: { group: 'first_citizen', reviewSeconds: 3_600 } };
const high: Partial<ProposalDocument> = {
  risk_level: 'high',
  rollback_plan: 'put it back',
  rollback: [{ tool_name: 'shell', tool_args: ['undo'] }],
  expect: { exit_code: 0 },
};

let brain: BrainBench;
let review: GlassReview;
let identity: ReturnType<typeof identityOf>;
const later = (seconds: number) => (brain.circumstances.now = new Date(brain.circumstances.now.getTime() + 1_000 * seconds));
const lapse = (change: object = {}) =>
  brain.recordGlassReview({ identity, review, outcome: 'lapsed', decisions: [], reason: 'r', ...change });
const last = () => recordsIn(brain.file).at(-1)?.event_type;

beforeEach(async () => {
  brain = openBrain(folder(), { approvals: { policy } });
  const document = aDocument(high);
  const asked = { identity: identityOf(document.proposal_id), document };
  const passed = await brain.reviewProposal({ ...asked, proof: proposedBy('codex', document) });
  if (passed.kind !== 'passed') throw new Error(JSON.stringify(passed));
  const opened = await brain.openGlassReview({ ...asked, plan: unpackPlan(passed.plan), by: 'ana', reason: 'it burns' });
  if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
  ({ review } = opened);
  identity = identityOf(`${document.proposal_id}-review`);
});

describe('the review of a broken glass (spec A4)', () => {
  it('has the time that the trail says, whatever its workflow was told, and however late it begins', async () => {
    const rushed = { ...review, reviewSeconds: 1 };
    expect(await brain.beginGlassReview({ identity, review: rushed })).toMatchObject({ kind: 'begun', secondsLeft: 3_600 });
    later(600);
    expect(await brain.beginGlassReview({ identity, review: rushed })).toMatchObject({ kind: 'begun', secondsLeft: 3_000 });
    expect(await lapse({ review: rushed })).toEqual({ kind: 'early', seconds: 3_000 });
    expect(last()).toBe('glass_broken');
    later(3_000);
    expect(await lapse()).toMatchObject({ kind: 'recorded' });
    expect(last()).toBe('break_glass_lapsed');
  });

  it('does not lapse before what an extension says, made by this run or by one before', async () => {
    const extended = (count: number, deadline: string) => ({
      name: `extended/${count}`,
      eventType: 'deadline_extended' as const,
      summary: 's',
      data: { status: 'proposed' as const, digest: review.digest, by: 'bo', deadline, reason: '' },
    });
    const request = { identity, document: review.document, digest: review.digest };
    await brain.recordEvents({ ...request, events: [extended(1, '2026-01-02T06:04:05.678Z')] });
    expect(await brain.beginGlassReview({ identity, review })).toEqual({
      kind: 'begun',
      secondsLeft: 3 * 3_600,
      extension: { seconds: 2 * 3_600, count: 1 },
    });
    // By seven days at most, whoever says more.
    await brain.recordEvents({ ...request, events: [extended(2, '2030-01-01T00:00:00.000Z')] });
    expect(await lapse()).toEqual({ kind: 'early', seconds: 7 * 86_400 + 3_600 });
  });

  it.each<[string, () => object]>([
    ['of another plan', () => ({ review: { ...review, plan: packPlan({ ...unpackPlan(review.plan), approval: openTerms('x') }) } })],
    ['of another proposal', () => ({ review: { ...review, proposalId: 'janus-ffffffffffff' } })],
    ['under another id', () => ({ identity: identityOf('janus-0123456789ab') })],
    ['without a plan', () => ({ review: { ...review, plan: undefined } })],
    ['of nothing', () => ({ review: null })],
  ])('is none %s', async (_, change) => {
    const forged: { identity: typeof identity; review: GlassReview } = { identity, review, ...change() };
    expect(await brain.beginGlassReview(forged)).toMatchObject({ kind: 'refused' });
    later(9_999);
    if (forged.review !== null) expect(await lapse(forged)).toMatchObject({ kind: 'refused' });
    expect(last()).toBe('glass_broken');
  });
});
