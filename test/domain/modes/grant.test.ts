import { describe, expect, it } from '@jest/globals';
import type { GrantSettings, GrantSubject } from '../../../src/domain/modes/grant.js';
import { grantFor, whyLooser, whyTooLow } from '../../../src/domain/modes/grant.js';
import { grantsOf } from '../../support/modes/grants.js';

const novel: GrantSubject = { risk: 'low', actionType: 'clean_up', isOwn: true, outsideSources: [], tools: ['df'], dryRun: false };
const rotate = { id: 'rotate', hash: 'a'.repeat(64) };
const approved: GrantSubject = { ...novel, tools: ['shell'], playbook: { ...rotate, problem: undefined } };

describe('what runs without a person (spec T7)', () => {
  it.each<[string, GrantSubject, object]>([
    ['an approved playbook of low risk', approved, { mode: 'beta', kind: 'playbook', playbook: rotate, vetoSeconds: 0 }],
    [
      'an approved playbook of medium risk',
      { ...approved, risk: 'medium' },
      { mode: 'beta', kind: 'playbook', playbook: rotate, vetoSeconds: 0 },
    ],
    ['a novel action of low risk', novel, { mode: 'omega', kind: 'novel', vetoSeconds: 0 }],
    ['a novel action of medium risk', { ...novel, risk: 'medium' }, { mode: 'omega', kind: 'novel', vetoSeconds: 900 }],
  ])('%s', (_, subject, grant) => {
    expect(grantFor(subject, grantsOf())).toEqual(grant);
  });

  const each: readonly [string, Partial<GrantSubject>, Partial<GrantSettings>, string][] = [
    ['high risk', { risk: 'high' }, {}, 'high'],
    ['a risk of no known name', { risk: 'tiny' as never }, {}, 'high'],
    ['text from outside (spec T5)', { outsideSources: ['agent log'] }, {}, 'agent log'],
    ['what somebody else proposed', { isOwn: false }, {}, 'did not propose'],
    ['a type that is excluded', {}, { exclude: ['clean_up'] }, 'modes.exclude'],
    ['an order about the mode', { actionType: 'mode' }, {}, 'for people'],
    ['the policy itself', { actionType: 'policy' }, {}, 'for people'],
    ['a dry run', { dryRun: true }, {}, 'dry run'],
    ['a ceiling of alpha', {}, { ceiling: 'alpha' }, 'operational_mode allows alpha'],
  ];
  it.each(each)('never %s', (_, change, settings, why) => {
    for (const subject of [novel, approved])
      expect(grantFor({ ...subject, ...change }, grantsOf(settings))).toMatchObject({ why: expect.stringContaining(why) });
  });

  it.each<[string, GrantSubject, Partial<GrantSettings>, string]>([
    ['a novel action under a ceiling of beta', novel, { ceiling: 'beta' }, 'it takes omega'],
    ['a novel script', { ...novel, tools: ['df', 'shell'] }, {}, 'shell takes a script'],
    ['a playbook that is not approved', { ...approved, playbook: { ...rotate, problem: 'edited' } }, {}, 'edited'],
    ['playbooks, where auto_approve is false', approved, { playbooksRun: false }, 'auto_approve'],
  ])('nor %s', (_, subject, settings, why) => {
    expect(grantFor(subject, grantsOf(settings))).toMatchObject({ why: expect.stringContaining(why) });
  });
});

describe('what was frozen, held against today', () => {
  const frozen = { mode: 'omega', kind: 'novel', vetoSeconds: 900 } as const;

  it.each([
    ['the same', frozen, undefined],
    ['less time to object', { ...frozen, vetoSeconds: 60 }, undefined],
    ['more time to object', { ...frozen, vetoSeconds: 901 }, '901 s'],
    ['another kind', { mode: 'beta', kind: 'playbook', playbook: rotate, vetoSeconds: 0 } as const, 'frozen as novel'],
    ['nothing at all', { why: 'its risk is high' }, 'its risk is high'],
  ])('%s', (_, now, why) => {
    if (why === undefined) expect(whyLooser(frozen, now)).toBeUndefined();
    else expect(whyLooser(frozen, now)).toContain(why);
  });

  it('another content of its playbook is another grant', () => {
    const of = (hash: string) => ({ mode: 'beta', kind: 'playbook', playbook: { id: 'rotate', hash }, vetoSeconds: 0 }) as const;
    expect(whyLooser(of('a'), of('b'))).toContain('frozen as playbook');
  });

  it.each([
    ['beta', 'alpha', false],
    ['beta', 'manual', false],
    ['beta', 'beta', true],
    ['beta', 'omega', true],
    ['omega', 'beta', false],
    ['omega', 'omega', true],
  ] as const)('one for %s in %s: %s', (mode, present, consents) => {
    expect(whyTooLow({ mode, kind: 'novel', vetoSeconds: 0 }, present) === undefined).toBe(consents);
  });
});
