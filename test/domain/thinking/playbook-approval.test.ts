import { describe, expect, it } from '@jest/globals';
import type { ApprovalPolicy } from '../../../src/domain/approval/terms.js';
import { consentInFile, isSignatureAsked, playbookStatement } from '../../../src/domain/thinking/playbook-approval.js';
import { openApprovals, signedApprovals, twoOfTrinity } from '../../support/proposals/approvals.js';
import type { PlaybookInput } from '../../support/proposals/playbooks.js';
import { aPlaybook } from '../../support/proposals/playbooks.js';

const now = new Date('2026-01-02T03:04:05.678Z');
const at = '2026-01-01T00:00:00.000Z';
const hash = aPlaybook().contentHash;
const whole = { approved_by: 'first_citizen', approved_at: at, approved_hash: hash };
const byAna = { ...whole, approved_by: 'ana', approved_signature: 'a signature' };

const consent = (change: Partial<PlaybookInput>, policy: ApprovalPolicy = openApprovals) => consentInFile(aPlaybook(change), policy, now);

describe('the approval of a playbook (spec T6)', () => {
  it('counts for the content that was approved', () => {
    expect(consent(whole)).toEqual({ approved: true, by: 'first_citizen', at, signed: false });
    expect(consent(byAna, signedApprovals)).toEqual({ approved: true, by: 'ana', at, signed: true });
  });

  it.each<[string, Partial<PlaybookInput>, string]>([
    ['nobody', {}, 'NOT_APPROVED'],
    ['the seed, which names no content', { approved_by: 'first_citizen', approved_at: '2025-10-06T10:00:00Z' }, 'UNBOUND'],
    ['another step', { ...whole, action_sequence: [{ tool: 'shell', command: 'df -i' }] }, 'EDITED'],
    ['another trigger', { ...whole, trigger_conditions: { disk_usage_percent: '>70' } }, 'EDITED'],
    ['another cooldown', { ...whole, cooldown: '1m' }, 'EDITED'],
    ['another id', { ...whole, playbook_id: 'other' }, 'EDITED'],
    ['a time that is none', { ...whole, approved_at: 'yesterday' }, 'MALFORMED'],
    ['a time to come', { ...whole, approved_at: '2026-02-01T00:00:00.000Z' }, 'MALFORMED'],
  ])('does not count: %s', (_, change, code) => {
    expect(consent(change)).toMatchObject({ approved: false, code });
  });

  it.each<[string, Partial<PlaybookInput>, ApprovalPolicy, string]>([
    ['unsigned where there are keys', { ...whole, approved_by: 'ana' }, signedApprovals, 'SIGNATURE_REQUIRED'],
    ['somebody of no group', { ...byAna, approved_by: 'mallory' }, signedApprovals, 'NOT_AUTHORISED'],
    ['one where two have to agree', { ...byAna, approved_by: 'claude' }, twoOfTrinity, 'NOT_AUTHORISED'],
  ])('is no approval: %s (spec A4)', (_, change, policy, code) => {
    expect(consent(change, policy)).toMatchObject({ approved: false, code });
  });

  it('is over when the playbook is', () => {
    const expires = { expires_at: '2026-01-02T03:04:05Z' };
    const of = aPlaybook(expires).contentHash;
    expect(consent({ ...whole, ...expires, approved_hash: of })).toMatchObject({ approved: false, code: 'EXPIRED' });
  });

  it('does not change the content that it is about', () => {
    expect(aPlaybook(byAna).contentHash).toBe(hash);
  });

  it('asks for a signature where there are keys, unless signatures are off', () => {
    const asked = (policy: ApprovalPolicy) => isSignatureAsked(policy, aPlaybook());
    expect([openApprovals, signedApprovals, { ...signedApprovals, signature: 'off' as const }].map(asked)).toEqual([false, true, false]);
  });

  it('is signed over vessel, playbook, content, person and time', () => {
    const of = { vessel: 'janus-test', playbookId: 'rotate', contentHash: hash, by: 'ana', at };
    const others = [{ vessel: 'v' }, { playbookId: 'p' }, { contentHash: 'c' }, { by: 'b' }, { at: 't' }];
    expect(new Set([of, ...others.map((other) => ({ ...of, ...other }))].map(playbookStatement)).size).toBe(6);
  });
});
