import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { vouchFor } from '../../../../src/activities/mind/vouching.js';
import { planDigest } from '../../../../src/domain/action/digests.js';
import { packPlan, unpackPlan } from '../../../../src/domain/action/packing.js';
import type { ExecutionPlan } from '../../../../src/domain/action/plan.js';
import type { ProposalDocument } from '../../../../src/domain/action/proposal.schema.js';
import type { ModeGrantTerms } from '../../../../src/domain/modes/grant.js';
import { day } from '../../../../src/domain/modes/settings.js';
import { useFolders } from '../../../support/folders.js';
import { aLife } from '../../../support/modes/trails.js';
import { aDocument, sha256 } from '../../../support/proposals/proposals.js';
import { closeTrails, recordsIn } from '../../../support/trail/trails.js';
import type { BrainBench } from '../../../support/vessel/brains.js';
import { identityOf, openBrain } from '../../../support/vessel/brains.js';

const folder = useFolders();
afterEach(closeTrails);

const vouchers = {
  vouch: (text: string) => sha256(`own ${text}`),
  isOwn: (text: string, signature: string) => sha256(`own ${text}`) === signature,
};
const at = new Date('2026-01-02T03:04:05.678Z');
/** Nothing that a script does: a novel action. */
const novel = { tool_name: 'jq', tool_args: ['-n', '1'] };

let here: string;
let brain: BrainBench;
let life: ReturnType<typeof aLife>;
const confirmation: { at: number | undefined } = { at: undefined };

/** A brain of a vessel that has earned omega; what moves is the trail of its life. */
function open() {
  const mode = {
    ceiling: 'omega' as const,
    confirmation,
    vessel: { snapshot: () => life.trail().vessel },
    decided: { snapshot: () => life.trail().proposals },
  };
  return openBrain(here, { approvals: { vouchers }, mode });
}

beforeEach(() => {
  here = folder();
  confirmation.at = at.getTime() - 3_600_000;
  life = aLife(at.getTime() - 210 * day);
  life.toOmega();
  brain = open();
});

interface Asked {
  readonly document: ProposalDocument;
  readonly plan: ExecutionPlan;
  readonly digest: string;
}

async function reviewed(change: Partial<ProposalDocument> = {}, isOwn = true): Promise<Asked> {
  const document = aDocument({ ...novel, ...change });
  const self = { vessel: 'janus-test', namespace: 'default' };
  const proof = vouchFor({ self, vouchers, sha256, now: () => at }, document);
  const review = await brain.reviewProposal({ identity: identityOf(document.proposal_id), document, ...(isOwn && { proof }) });
  if (review.kind !== 'passed') throw new Error(JSON.stringify(review));
  return { document, plan: unpackPlan(review.plan), digest: review.digest };
}
const medium: Partial<ProposalDocument> = { risk_level: 'medium', rollback_plan: 'nothing is left', rollback: [novel] };

const ask = ({ document, plan, digest }: Asked, by = brain) =>
  by.authoriseStart({
    ...{ document, plan, digest, decisions: [], decidedAt: '', attempt: 1, verdict: 1 },
    identity: identityOf(plan.proposalId),
  });
const events = () => recordsIn(brain.file).map(({ event_type: type }) => type);

describe('a start that nobody decided (spec T7)', () => {
  it('is permitted by the mode of that moment, and asked again it is the very same permit', async () => {
    const asked = await reviewed();
    expect(asked.plan.approval.grant).toEqual({ mode: 'omega', kind: 'novel', vetoSeconds: 0 });
    const answer = await ask(asked);
    expect(answer).toMatchObject({ kind: 'authorised', byMode: { by: 'mode:omega' }, permit: { grant: { mode: 'omega' } } });
    life.cycle(at.getTime());
    expect(await ask(asked)).toEqual(answer);
    expect(events()).toEqual(['action_proposed', 'action_approved', 'start_authorised']);
  });

  it('is not permitted by a grant that the review did not freeze, whoever hands it in', async () => {
    const grant: ModeGrantTerms = { mode: 'beta', kind: 'playbook', playbook: { id: 'rotate', hash: 'a' }, vetoSeconds: 0 };
    for (const isOwn of [true, false]) {
      const { document, plan } = await reviewed(
        { proposal_id: isOwn ? 'janus-0123456789ab' : 'janus-ba9876543210', tool_args: ['-n', String(isOwn)] },
        isOwn,
      );
      const forged = unpackPlan(packPlan({ ...plan, approval: { ...plan.approval, grant } }));
      const answer = await ask({ document, plan: forged, digest: planDigest(sha256, forged) });
      expect(answer).toMatchObject({ kind: 'needs_people', why: 'its terms are not those of its review' });
    }
    expect(events()).not.toContain('action_approved');
  });

  it('is stale without any grant, as ever', async () => {
    expect(await ask(await reviewed({ metadata: { outside_sources: ['agent log'] } }))).toMatchObject({ kind: 'stale' });
    expect(events()).toEqual(['action_proposed']);
  });

  it.each<[string, object]>([
    ['sources that are no list', { outside_sources: 'agent log' }],
    ['sources that are no words', { outside_sources: [7] }],
    ['a playbook without a hash', { playbook_id: 'rotate' }],
    ['a playbook that is none', { playbook_id: 7, playbook_hash: null }],
    ['a source without a playbook', { source: 'playbook' }],
  ])('metadata that cannot be read grants nothing: %s', async (_, metadata) => {
    expect((await reviewed({ metadata: metadata as NonNullable<ProposalDocument['metadata']> })).plan.approval.grant).toBeUndefined();
  });

  it('waits for the end of the time to object, of this brain too: whoever was not there told nobody', async () => {
    const asked = await reviewed(medium);
    const until = (milliseconds: number) => ({ kind: 'needs_people', until: new Date(milliseconds + 900_000).toISOString() });
    expect(await ask(asked)).toMatchObject(until(at.getTime()));
    brain.circumstances.now = new Date(at.getTime() + 899_999);
    expect(await ask(asked)).toMatchObject(until(at.getTime()));
    confirmation.at = brain.circumstances.now.getTime();
    brain.circumstances.now = new Date(at.getTime() + 900_000);
    expect(await ask(asked)).toMatchObject(until(confirmation.at));
    brain.circumstances.now = new Date(confirmation.at + 900_000);
    expect(await ask(asked)).toMatchObject({ kind: 'authorised' });
    expect(events()).not.toContain('grant_withheld');
  });

  it('is withheld for good: neither a mode that is earned again nor another brain asks it a second time', async () => {
    const asked = await reviewed();
    life.violate(at.getTime());
    expect(await ask(asked)).toMatchObject({ kind: 'needs_people', why: expect.stringContaining('it takes omega') });
    life = aLife(at.getTime() - 210 * day);
    life.toOmega();
    expect(await ask(asked)).toMatchObject({ kind: 'needs_people' });
    expect(await ask(asked, open())).toMatchObject({ kind: 'needs_people' });
    expect(events()).toEqual(['action_proposed', 'grant_withheld']);
  });

  it('lost between record and answer: the permit is taken back, and people can still approve it', async () => {
    const asked = await reviewed();
    await ask(asked);
    life.violate(at.getTime());
    expect(await ask(asked)).toMatchObject({ kind: 'needs_people' });
    expect(events()).toEqual(['action_proposed', 'action_approved', 'start_authorised', 'start_revoked', 'grant_withheld']);
    const decisions = [{ kind: 'approve' as const, by: 'ana', digest: asked.digest.slice(0, 32) }];
    const request = {
      ...asked,
      decisions,
      decidedAt: at.toISOString(),
      attempt: 2,
      verdict: 1,
      identity: identityOf(asked.plan.proposalId),
    };
    expect(await brain.authoriseStart(request)).toMatchObject({ kind: 'authorised' });
    expect(
      recordsIn(brain.file)
        .filter(({ event_type: type }) => type === 'action_approved')
        .at(-1),
    ).toMatchObject({ approved_by: ['ana'] });
  });

  it('is withheld under a stop, which withdraws consent (spec K3)', async () => {
    const asked = await reviewed();
    brain.circumstances.emergency = 'stopped by ana';
    expect(await ask(asked)).toMatchObject({ kind: 'needs_people', why: 'stopped by ana' });
    brain.circumstances.emergency = undefined;
    expect(await ask(asked)).toMatchObject({ kind: 'needs_people' });
  });
});

it.each([
  [15, { mode: 'omega', kind: 'novel', vetoSeconds: 0 }],
  [16, undefined],
])(
  'what a stranger took from the mind and starts %d minutes later is for people, unless a cycle could have (spec T7)',
  async (minutes, grant) => {
    brain.circumstances.now = new Date(at.getTime() + minutes * 60_000);
    const asked = await reviewed();
    expect(asked.plan.approval.grant).toEqual(grant);
    expect(recordsIn(brain.file)[0]).toMatchObject({ proposer_assurance: 'brain' });
    // A worker that died after its verdict finds the same one, however late.
    brain.circumstances.now = new Date(at.getTime() + 3_600_000);
    expect((await reviewed()).digest).toBe(asked.digest);
  },
);

it('in manual the vessel proposes nothing, and people do (spec T7)', async () => {
  brain.circumstances.now = new Date(at.getTime() + 91 * day);
  const document = aDocument(novel);
  const self = { vessel: 'janus-test', namespace: 'default' };
  const proof = vouchFor({ self, vouchers, sha256, now: () => at }, document);
  const identity = identityOf(document.proposal_id);
  expect(await brain.reviewProposal({ identity, document, proof })).toMatchObject({ kind: 'refused', violations: [{ rule: 'mode' }] });
  expect((await brain.review({ proposal_id: 'janus-ba9876543210' })).kind).toBe('passed');
});
