import { describe, expect, it } from '@jest/globals';
import type { ApprovalTerms } from '../../../src/domain/approval/terms.js';
import { ownTerms } from '../../../src/domain/approval/terms.js';
import type { ModeGrantTerms } from '../../../src/domain/modes/grant.js';
import type { GrantRecord } from '../../../src/domain/modes/grant-record.js';
import { grantText } from '../../../src/domain/modes/grant-record.js';
import type { BrainsWord } from '../../../src/domain/reconcile/approval-problem.js';
import { approvalProblem } from '../../../src/domain/reconcile/approval-problem.js';
import { toLoggedLine } from '../../../src/domain/reconcile/logged-line.js';
import { snakeKeys } from '../../../src/domain/text/key-case.js';
import { signedApprovals } from '../../support/proposals/approvals.js';
import { sha256 } from '../../support/proposals/proposals.js';
import { aRecord } from '../../support/trail/records.js';

const frozen: ModeGrantTerms = { mode: 'beta', kind: 'playbook', playbook: { id: 'rotate', hash: 'a' }, vetoSeconds: 0 };
const terms: ApprovalTerms = { ...ownTerms(signedApprovals, { risk: 'low', actionType: 'x' }), grant: frozen };
const brain: BrainsWord = { vessel: 'balaur', isOwn: (text, signature) => signature === sha256(`brain ${text}`) };
const of = { vessel: 'balaur', proposalId: aRecord(1, 'action_approved').action_id as string, digest: 'ab' };

/** What a brain records whose vessel is in this mode. */
function signedGrant(mode: 'beta' | 'omega' = 'beta', about = of) {
  const at = { seq: 7, prev: 'f' };
  const grounds = { settings: {}, recommenders: [], figures: { mode }, rests_on: { mission_log: at, proposals: at } };
  const record = { mode, terms: snakeKeys(frozen), ...grounds } as unknown as GrantRecord;
  return { ...record, signature: sha256(`brain ${grantText(about, record)}`) };
}

const lineOf = (grant: object, change: object = {}) => {
  const record = aRecord(1, 'action_approved', { assurance: 'mode', approved_by: ['mode:beta'], digest: 'ab', grant, ...change });
  return toLoggedLine(record, { leaf: 'f'.repeat(64), file: 'proposals.jsonl', line: 3 }, sha256);
};

describe('a start that a mode consented to, in the log (spec T7, L3)', () => {
  it('is sound by the word of the brain', () => {
    expect(approvalProblem(lineOf(signedGrant()), terms, [], brain)).toBeUndefined();
  });

  const unsigned = /the brain did not sign/;
  it.each<[string, object, object, RegExp]>([
    ['nobody signed', { ...signedGrant(), signature: undefined }, {}, unsigned],
    ['somebody else signed', { ...signedGrant(), signature: 'bm8=' }, {}, unsigned],
    ['was signed for another proposal', signedGrant('beta', { ...of, proposalId: 'janus-ffffffffffff' }), {}, unsigned],
    ['was signed for another plan', signedGrant(), { digest: 'cd' }, unsigned],
    ['was signed on another vessel', signedGrant('beta', { ...of, vessel: 'other' }), {}, unsigned],
    ['has other figures than were signed', { ...signedGrant(), figures: { mode: 'beta', ran_alone: 0 } }, {}, unsigned],
    ['rests on other records than were signed', { ...signedGrant(), rests_on: {} }, {}, unsigned],
    ['holds what no text can', { ...signedGrant(), figures: { mode: 'beta', '\ud800': 1 } }, {}, unsigned],
    ['has figures of a lower mode', { ...signedGrant(), figures: { mode: 'alpha' } }, {}, /it takes beta/],
    ['is of another mode', signedGrant('omega'), {}, /names no mode/],
  ])('is none by a grant that %s', (_, grant, change, why) => {
    expect(approvalProblem(lineOf(grant, change), terms, [], brain)).toMatch(why);
  });
});
