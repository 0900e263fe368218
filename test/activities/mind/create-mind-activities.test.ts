import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createMindActivities } from '../../../src/activities/mind/create-mind-activities.js';
import { isOwnFound } from '../../../src/activities/shared/own-word.js';
import { createVouchers, ensurePermitKeys } from '../../../src/adapters/permit/create-permits.js';
import type { CyclePlan } from '../../../src/contract/cycle.js';
import { vouchFor } from '../../../src/activities/mind/vouching.js';
import { notApproved } from '../../../src/domain/thinking/playbook-approval.js';
import { cycleFound } from '../../../src/contract/cycle.js';
import type { ProposalDocument } from '../../../src/domain/action/proposal.schema.js';
import { useFolders } from '../../support/folders.js';
import { openApprovals } from '../../support/proposals/approvals.js';
import { aDocument, sha256 } from '../../support/proposals/proposals.js';
import { closeTrails, recordsIn } from '../../support/trail/trails.js';
import { identityOf, openBrain } from '../../support/vessel/brains.js';

const folder = useFolders();
afterEach(closeTrails);

const planOf = (document: ProposalDocument) =>
  ({ proposals: [{ playbookId: 'p', document, actionKey: 'k', approvalSeconds: 1 }], skipped: [], metrics: {} }) as unknown as CyclePlan;

describe('planCycle (spec A3, T1)', () => {
  it('vouches for what it proposes, and the brain believes it about that document alone', async () => {
    const here = folder();
    const vouchers = createVouchers(await ensurePermitKeys(join(here, 'keys')));
    const policy = { ...openApprovals, rules: [{ requirement: { group: 'trinity', approve: 1 } }] };
    const brain = openBrain(here, { approvals: { vouchers, policy } });
    const own = { self: { vessel: 'janus-test', namespace: 'default' }, vouchers };
    const mind = createMindActivities({
      planner: { plan: async () => planOf(aDocument({ metadata: { playbook_id: 'rotate' } })) },
      vouching: { ...own, sha256, now: () => brain.circumstances.now },
    });
    const run = { workflowId: 'janus-test-thinking-cycle-1', firstRunId: 'run' };
    const { plan, signature } = await mind.planCycle({ run });
    const [proposed] = plan.proposals;
    expect(isOwnFound(own, run, cycleFound(plan), signature)).toBe(true);
    expect(isOwnFound(own, { ...run, firstRunId: 'another' }, cycleFound(plan), signature)).toBe(false);
    expect(isOwnFound(own, run, cycleFound({ ...plan, metrics: { load1: 9 } }), signature)).toBe(false);
    const review = (document: ProposalDocument) =>
      brain.reviewProposal({ identity: identityOf(document.proposal_id), document, proof: proposed!.proof });
    expect(await review(proposed!.document)).toMatchObject({ kind: 'passed', proposer: { assurance: 'brain', name: 'janus-test' } });
    const other = aDocument({ proposal_id: 'janus-ffffffffffff', tool_args: ['df -h /'], metadata: { playbook_id: 'rotate' } });
    expect(await review(other)).toMatchObject({ kind: 'passed', proposer: { assurance: 'unsigned' } });
    // Else the cooldown of a playbook would be for strangers to use up.
    expect(recordsIn(brain.file).map(({ playbook_id: playbook }) => playbook)).toEqual(['rotate', undefined]);
  });

  it('says on the review that its playbook is no longer the one that was approved (spec T6)', async () => {
    const here = folder();
    const vouchers = createVouchers(await ensurePermitKeys(join(here, 'keys')));
    const asked: unknown[] = [];
    const playbookConsent = async (...about: unknown[]) => (asked.push(about), notApproved('EDITED', 'edited since ana approved it'));
    const brain = openBrain(here, { approvals: { vouchers }, playbookConsent });
    const own = { self: { vessel: 'janus-test', namespace: 'default' }, vouchers };
    const document = aDocument({ metadata: { playbook_id: 'rotate', playbook_hash: 'abc' } });
    const proof = vouchFor({ ...own, sha256, now: () => brain.circumstances.now }, document);
    const review = (change: object) => brain.reviewProposal({ identity: identityOf(document.proposal_id), document, ...change });
    expect(await review({ proof })).toMatchObject({
      warnings: ['playbook rotate is not approved beforehand: edited since ana approved it'],
    });
    expect(await review({})).toMatchObject({ warnings: [] });
    expect(asked).toEqual([['rotate', 'abc']]);
  });
});
