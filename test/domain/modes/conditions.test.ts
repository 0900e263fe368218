import { describe, expect, it } from '@jest/globals';
import { conditionRules, conditionsFor } from '../../../src/domain/modes/conditions.js';
import { charter, day, settingsIn } from '../../../src/domain/modes/settings.js';
import { aLife, dayOne, missed, trinity } from '../../support/modes/trails.js';

const second = 1_000;
const ready = () => {
  const life = aLife();
  life.cycles(dayOne, 29);
  life.decide(dayOne + 20 * day, 60, 0);
  return life;
};

describe('from alpha to beta (spec T7)', () => {
  it.each([
    [-second, ['days']],
    [0, []],
    [second, []],
  ])('takes 30 days of life: %i ms from there, missing is %p', (offset, expected) => {
    const life = ready();
    life.cycle(dayOne + 30 * day + offset);
    expect(missed(life.view(dayOne + 30 * day + offset))).toEqual(expected);
  });

  it.each([
    [19, 1, true],
    [18, 2, false],
    [95, 5, true],
    [94, 5, false],
    [0, 0, false],
  ])('%i approved and %i rejected: the rate holds is %p', (approved, rejected, met) => {
    const life = aLife();
    life.decide(dayOne, approved, rejected);
    const rate = life.view(dayOne).conditions.find(({ rule }) => rule === 'approval_rate');
    expect(rate).toMatchObject({ met });
  });

  it('takes enough decisions, and people who decide at all', () => {
    const life = aLife();
    life.cycles(dayOne, 30);
    life.decide(dayOne + day, 51, 0);
    expect(missed(life.view(dayOne + 30 * day))).toEqual(['sample']);
    life.decide(dayOne + 30 * day, 1, 0);
    for (let each = 0; each < 13; each += 1) life.expire(dayOne + 30 * day);
    expect(missed(life.view(dayOne + 30 * day))).toEqual([]);
    life.expire(dayOne + 30 * day);
    expect(missed(life.view(dayOne + 30 * day))).toEqual(['coverage']);
  });

  it.each([
    ['an approval that nobody signed', { assurance: 'unsigned' }, {}],
    ['what a person proposed', {}, { proposer_assurance: 'signed' }],
    ['what a person proposed without a key', {}, { proposer_assurance: 'unsigned' }],
    ['a later verdict on the same', { id: 'janus-000000000001/approved/2' }, {}],
  ])('does not count %s', (_, approval, proposal) => {
    const life = aLife();
    const action_id = life.propose(dayOne, proposal);
    life.write('proposals', dayOne, 'action_approved', { action_id, id: `${action_id}/approved`, assurance: 'signed', ...approval });
    expect(life.view(dayOne).figures.month).toMatchObject({ approved: 0, rejected: 0 });
  });

  it('counts no dry run, and silence as no rejection', () => {
    const life = aLife();
    const action_id = life.approve(dayOne);
    life.write('proposals', dayOne, 'action_cancelled', { action_id, dry_run: true });
    life.reject(dayOne, { timed_out: true });
    expect(life.view(dayOne).figures.month).toMatchObject({ approved: 0, rejected: 0, expired: 1 });
  });

  it('begins anew with each violation, and not while one is open', () => {
    const life = ready();
    life.cycle(dayOne + 30 * day);
    life.violate(dayOne + 30 * day);
    expect(missed(life.view(dayOne + 30 * day))).toEqual(['days']);
    life.cycles(dayOne + 31 * day, 30);
    life.decide(dayOne + 60 * day, 60, 0);
    expect(missed(life.view(dayOne + 61 * day))).toEqual([]);
    life.violate(dayOne + 61 * day, { stop: 'stop-1' });
    life.cycles(dayOne + 62 * day, 28);
    life.decide(dayOne + 90 * day, 60, 0);
    expect(missed(life.view(dayOne + 90 * day))).toEqual(['days', 'violations']);
    life.write('mission_log', dayOne + 90 * day, 'vessel_resumed', { of: 'stop-1' });
    life.cycle(dayOne + 91 * day);
    expect(missed(life.view(dayOne + 91 * day))).toEqual([]);
  });
});

describe('from beta to omega (spec T7)', () => {
  const ripe = (votes: number) => {
    const life = aLife();
    const beta = life.toBeta();
    life.cycles(beta, 173);
    for (const by of trinity.recommenders.slice(0, votes)) life.vote(beta + 173 * day, by);
    life.cycles(beta + 174 * day, 5);
    life.decide(beta + 179 * day, 60, 0);
    return { life, omega: beta + 180 * day };
  };

  it.each([
    [-second, ['days', 'review']],
    [0, []],
    [second, []],
  ])('takes 180 days of beta and 7 of review: %i ms from there, missing is %p', (offset, expected) => {
    const { life, omega } = ripe(3);
    life.cycle(omega + offset);
    expect(missed(life.view(omega + offset))).toEqual(expected);
  });

  it('takes all three, each with a key of its own, about what stands; a no clears the round', () => {
    const { life, omega } = ripe(2);
    life.cycle(omega);
    expect(missed(life.view(omega))).toEqual(['recommendations']);
    life.vote(omega - 8 * day, 'codex', { key: 'SHA256:claude' });
    expect(life.view(omega).figures.votes).toEqual(['gemini', 'codex']);
    life.vote(omega - 8 * day, 'claude', { of: 'mode-initial' });
    expect(life.view(omega).figures.votes).toEqual(['gemini', 'codex']);
    life.vote(omega - 8 * day, 'claude', { verdict: 'no' });
    expect(life.view(omega).figures.votes).toEqual([]);
  });
});

describe('settings', () => {
  it('are never looser than the charter, whatever a record says', () => {
    expect(settingsIn({ alphaDays: 1, decidedMin: 60, rejectionPercentMax: 30, reviewDays: '9', sunsetDays: 10.5, betaDays: -1 })).toEqual({
      ...charter,
      decidedMin: 60,
    });
    expect(settingsIn(null)).toEqual(charter);
  });

  it('every condition can fail, and names what it needs', () => {
    const { figures } = aLife().view(dayOne);
    for (const target of ['alpha', 'beta', 'omega'] as const) {
      const conditions = conditionsFor(target, { figures, settings: charter, voices: trinity, now: dayOne });
      expect(conditions).toHaveLength(conditionRules[target].length);
      for (const { need, found } of conditions) expect([need, found]).not.toContain('');
    }
  });
});
