import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { isOwnVouched } from '../../../src/activities/shared/vouched.js';
import { createVouchers, ensurePermitKeys } from '../../../src/adapters/permit/create-permits.js';
import { vouchFor } from '../../../src/activities/mind/vouching.js';
import { notApproved } from '../../../src/domain/thinking/playbook-approval.js';
import type { ProposalDocument } from '../../../src/domain/action/proposal.schema.js';
import { useFolders } from '../../support/folders.js';
import { openApprovals } from '../../support/proposals/approvals.js';
import { aDocument, sha256 } from '../../support/proposals/proposals.js';
import { closeTrails, recordsIn } from '../../support/trail/trails.js';
import { aMind } from '../../support/vessel/minds.js';
import { identityOf, openBrain } from '../../support/vessel/brains.js';

const folder = useFolders();
afterEach(closeTrails);

describe('what the mind plans (spec A3, T1)', () => {
  it('vouches for what playbooks propose, and the brain believes it about that document alone', async () => {
    const here = folder();
    const vouchers = createVouchers(await ensurePermitKeys(join(here, 'keys')));
    const policy = { ...openApprovals, rules: [{ requirement: { group: 'trinity', approve: 1 } }] };
    const brain = openBrain(here, { approvals: { vouchers, policy } });
    const document = aDocument({ metadata: { playbook_id: 'rotate' } });
    const { mind, run, own } = aMind(here, vouchers, {
      plan: { proposals: [{ playbookId: 'p', document, actionKey: 'k', approvalSeconds: 1 }] },
    });
    const gathered = await mind.gather({ run });
    const plan = await mind.matchPlaybooks({ run, gathered });
    expect(isOwnVouched(own, run, 'plan', plan)).toBe(true);
    expect(isOwnVouched(own, { ...run, firstRunId: 'another' }, 'plan', plan)).toBe(false);
    expect(isOwnVouched(own, run, 'gathered', plan)).toBe(false);
    expect(isOwnVouched(own, run, 'plan', { ...plan, found: { ...plan.found, room: 99 } })).toBe(false);
    const [proposed] = plan.found.proposals;
    const review = (about: ProposalDocument) =>
      brain.reviewProposal({ identity: identityOf(about.proposal_id), document: about, proof: proposed!.proof });
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
