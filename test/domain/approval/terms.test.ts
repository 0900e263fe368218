import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ApprovalPolicy, ApprovalTerms, Counted, Proposer } from '../../../src/domain/approval/terms.js';
import { areOpen, freezeTerms, notEntitled, standingApprovers, tallyDecisions } from '../../../src/domain/approval/terms.js';

const groups = { first_citizen: ['ana', 'bo'], trinity: ['claude', 'gemini', 'codex'] };
const policy: ApprovalPolicy = {
  signature: 'by_risk',
  allowedSigners: '/etc/janus/allowed_signers',
  groups,
  rules: [],
  selfApproval: 'forbidden',
  modelOperators: ['bo'],
  breakGlass: { group: 'first_citizen', reviewSeconds: 3_600 },
};
const ana: Proposer = { assurance: 'signed', name: 'ana', key: 'SHA256:x' };
const brain: Proposer = { assurance: 'brain', name: 'janus' };
const nobody: Proposer = { assurance: 'unsigned', name: '' };

function terms(change: Partial<ApprovalPolicy> = {}, risk: 'low' | 'medium' | 'high' = 'high', proposer = ana, actionType = 'disk_report') {
  const frozen = freezeTerms({ ...policy, ...change }, { risk, actionType, proposer });
  if ('rule' in frozen) throw new Error(frozen.message);
  return frozen;
}

describe('freezeTerms (spec A3, A4)', () => {
  it('asks for signatures by risk, as soon as there are keys', () => {
    expect(terms({}, 'low').signature).toBe('optional');
    expect(terms({}, 'medium').signature).toBe('required');
    expect(terms({}, 'high').signature).toBe('required');
    expect(terms({ allowedSigners: undefined }).signature).toBe('off');
    expect(terms({ signature: 'required' }, 'low').signature).toBe('required');
  });

  it('is open only on a machine that knows no persons', () => {
    expect(areOpen(terms({ allowedSigners: undefined, breakGlass: undefined }, 'low', nobody))).toBe(true);
    expect(areOpen(terms({ breakGlass: undefined }, 'low', nobody))).toBe(false);
    expect(terms({ breakGlass: undefined }, 'low', nobody).requirement).toEqual({ group: 'first_citizen', approve: 1 });
  });

  it('takes the first rule that fits risk and action type', () => {
    const rules = [
      { risks: ['high'], actionTypes: ['network_config'], requirement: { group: 'trinity', approve: 3 } },
      { risks: ['high'], requirement: { group: 'trinity', approve: 2 }, escalateTo: 'first_citizen' },
    ] as const;
    expect(terms({ rules }, 'high', ana, 'network_config').requirement).toEqual({ group: 'trinity', approve: 3 });
    expect(terms({ rules }, 'high', ana)).toMatchObject({ requirement: { group: 'trinity', approve: 2 }, escalateTo: 'first_citizen' });
    expect(terms({ rules }, 'low', ana).requirement).toEqual({ group: 'first_citizen', approve: 1 });
  });

  it('keeps proposers and operators of the model from approving', () => {
    expect(terms({}, 'high', ana).excluded).toEqual(['ana']);
    expect(terms({}, 'high', brain).excluded).toEqual(['bo']);
    expect(terms({ selfApproval: 'allowed' }, 'high', ana).excluded).toEqual([]);
    expect(freezeTerms(policy, { risk: 'high', actionType: 'x', proposer: nobody })).toMatchObject({ rule: 'proposer' });
    expect(freezeTerms({ ...policy, groups: { solo: ['ana'] } }, { risk: 'high', actionType: 'x', proposer: ana })).toMatchObject({
      rule: 'approvers',
      message: expect.stringMatching(
        /^1 of solo can never be met.*ana proposed it, and nobody approves what they proposed: .*approvals\.self_approval to allowed/,
      ),
    });
    expect(freezeTerms({ ...policy, groups: { solo: ['bo'] } }, { risk: 'high', actionType: 'x', proposer: brain })).toMatchObject({
      message: expect.stringMatching(/Those who run the model do not approve what it proposes: bo\./),
    });
  });
});

describe('notEntitled (spec A2, A4)', () => {
  const high: ApprovalTerms = { ...terms(), escalateTo: 'trinity', groups };
  it.each([
    ['approve', 'bo', false, undefined],
    ['approve', 'ana', false, 'SELF_APPROVAL'],
    ['approve', 'mallory', false, 'NOT_AUTHORISED'],
    ['approve', 'claude', false, 'NOT_AUTHORISED'],
    ['approve', 'claude', true, undefined],
    ['reject', 'claude', false, undefined],
    ['reject', 'ana', false, undefined],
    ['reject', 'mallory', false, 'NOT_AUTHORISED'],
    ['cancel', 'ana', false, undefined],
    ['break_glass', 'bo', false, undefined],
    ['break_glass', 'ana', false, 'SELF_APPROVAL'],
    ['break_glass', 'claude', true, 'NOT_AUTHORISED'],
  ] as const)('%s by %s, escalated %s: %s', (kind, by, escalated, code) => {
    expect(notEntitled(high, { kind, by }, escalated)?.code).toBe(code);
  });
});

describe('tallyDecisions (spec A4)', () => {
  const two: ApprovalTerms = { ...terms(), excluded: ['claude'], requirement: { group: 'trinity', approve: 2 }, groups };
  const approve = (by: string): Counted => ({ kind: 'approve', by });

  it('counts persons who may approve, and what was taken back no more', () => {
    expect(tallyDecisions(two, [approve('gemini'), approve('Gemini')])).toBe('pending');
    expect(tallyDecisions(two, [approve('gemini'), approve('claude')])).toBe('pending');
    expect(tallyDecisions(two, [approve('gemini'), approve('codex')])).toBe('approved');
    expect(tallyDecisions(two, [approve('gemini'), approve('codex'), { kind: 'withdraw', by: 'CODEX' }])).toBe('pending');
    expect(tallyDecisions(two, [{ kind: 'withdraw', by: 'codex' }, approve('gemini'), approve('codex')])).toBe('approved');
    expect(tallyDecisions(two, [approve('gemini'), { kind: 'break_glass', by: 'ana' }])).toBe('approved');
    expect(tallyDecisions(two, [{ kind: 'break_glass', by: 'codex' }])).toBe('pending');
    expect(tallyDecisions({ ...two, excluded: ['Ana'] }, [{ kind: 'break_glass', by: 'ana' }])).toBe('pending');
    expect(tallyDecisions({ ...two, escalateTo: 'first_citizen' }, [approve('ana')], true)).toBe('approved');
    expect(tallyDecisions({ ...two, escalateTo: 'first_citizen' }, [approve('ana')], false)).toBe('pending');
  });

  const name = fc.constantFrom('ana', 'bo', 'claude', 'gemini', 'codex', 'mallory');
  const decision: fc.Arbitrary<Counted> = fc.record({ kind: fc.constantFrom('approve', 'withdraw', 'reject', 'break_glass'), by: name });

  it('any rejection ends it, whatever else was said and whenever', () => {
    fc.assert(
      fc.property(fc.array(decision), fc.nat(), name, (decisions, at, by) => {
        const place = at % (decisions.length + 1);
        expect(tallyDecisions(two, [...decisions.slice(0, place), { kind: 'reject', by }, ...decisions.slice(place)])).toBe('rejected');
      }),
    );
  });

  it('approves only what distinct, entitled persons stand for, in whatever order they said it', () => {
    fc.assert(
      fc.property(fc.array(decision), (decisions) => {
        const approvals = decisions.filter(({ kind }) => kind === 'approve');
        expect(tallyDecisions(two, approvals)).toBe(tallyDecisions(two, [...approvals].reverse()));
        const standing = standingApprovers(decisions, two).filter((each) => groups.trinity.includes(each));
        const broken = decisions.some(({ kind, by }) => kind === 'break_glass' && groups.first_citizen.includes(by));
        const vetoed = decisions.some(({ kind }) => kind === 'reject');
        expect(tallyDecisions(two, decisions)).toBe(vetoed ? 'rejected' : broken || new Set(standing).size >= 2 ? 'approved' : 'pending');
        expect(standing).not.toContain('claude');
      }),
      { numRuns: 10_000 },
    );
  });
});
