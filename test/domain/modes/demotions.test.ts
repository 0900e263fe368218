import { describe, expect, it } from '@jest/globals';
import { charter, day, hour } from '../../../src/domain/modes/settings.js';
import { aLife, dayOne, missed } from '../../support/modes/trails.js';

const second = 1_000;
const rulesOf = (life: ReturnType<typeof aLife>, now: number) => life.view(now).demotions.map(({ rule }) => rule);

/** In beta, and everything that was decided before lies far back. */
function inBeta() {
  const life = aLife();
  const beta = life.toBeta();
  life.cycles(beta, 20);
  return { life, now: beta + 20 * day };
}

describe('what demotes by itself (spec T7)', () => {
  it.each([
    [4, 1, []],
    [3, 2, ['drift']],
    [2, 2, []],
    [8, 2, []],
    [7, 2, ['drift']],
  ])('%i approved and %i rejected within a week: %p', (approved, rejected, expected) => {
    const { life, now } = inBeta();
    life.decide(now - day, approved, 0);
    for (let each = 0; each < rejected; each += 1) life.reject(now);
    expect(rulesOf(life, now)).toEqual(expected);
  });

  it.each([
    [-second, ['drift']],
    [0, []],
    [second, []],
  ])('a rejection %i ms from a week before counts: %p', (offset, expected) => {
    const { life, now } = inBeta();
    life.reject(now - 7 * day - offset);
    life.decide(now - day, 3, 0);
    life.reject(now);
    expect(rulesOf(life, now)).toEqual(expected);
  });

  it('what was too much once stays too much, whoever was not there to see it', () => {
    const { life, now } = inBeta();
    life.decide(now, 3, 2);
    life.decide(now + hour, 100, 0);
    expect(life.view(now + 60 * day)).toMatchObject({ mode: 'alpha', recorded: 'beta' });
  });

  it.each([
    [day - second, ['in_a_row']],
    [day, []],
    [day + second, []],
  ])('three rejections in a row within %i ms: %p', (span, expected) => {
    const { life, now } = inBeta();
    life.reject(now);
    life.reject(now + hour);
    life.reject(now + span);
    expect(rulesOf(life, now + span)).toEqual(expected);
  });

  it('an approval between them is no row', () => {
    const { life, now } = inBeta();
    life.decide(now - day, 20, 2);
    life.decide(now, 1, 2);
    expect(rulesOf(life, now)).toEqual([]);
  });

  it('a rejection that nobody signed takes no mode away, and keeps the next one from being earned', () => {
    const { life, now } = inBeta();
    for (let each = 0; each < 20; each += 1) life.reject(now, { assurance: 'unsigned' });
    const action_id = life.propose(now);
    life.write('proposals', now, 'action_approved', { action_id, assurance: 'mode', approved_by: ['mode:beta'], action_type: 'x' });
    life.write('mission_log', now, 'action_flagged', { proposal_id: action_id, assurance: 'unsigned' });
    expect(rulesOf(life, now)).toEqual([]);
    expect(missed(life.view(now))).toEqual(expect.arrayContaining(['approval_rate', 'no_drift']));
    life.decide(now, 0, 3);
    expect(rulesOf(life, now)).toContain('in_a_row');
  });

  it.each([['constitutional_violation'], ['break_glass_lapsed'], ['break_glass_condemned']])('%s demotes at once', (type) => {
    const life = aLife();
    const omega = life.toOmega();
    expect(life.view(omega)).toMatchObject({ mode: 'omega', demotions: [], unearned: [] });
    life.write('mission_log', omega + second, type, { kind: 'x' });
    expect(life.view(omega + second)).toMatchObject({ mode: 'alpha', recorded: 'omega' });
  });

  it('a flag on what ran alone is a rejection; on anything else it is none', () => {
    const { life, now } = inBeta();
    const flag = (proposal_id: string) => life.write('mission_log', now, 'action_flagged', { proposal_id, assurance: 'signed' });
    const ids = [1, 2, 3].map(() => {
      const action_id = life.propose(now);
      life.write('proposals', now, 'action_approved', {
        action_id,
        assurance: 'mode',
        approved_by: ['mode:beta'],
        action_type: 'clean_up',
      });
      return action_id;
    });
    flag('janus-ffffffffffff');
    for (const id of [ids[0], ids[0], ids[1]]) flag(id as string);
    expect(life.view(now).figures).toMatchObject({ week: { rejected: 2 }, ranAlone: 3, flagged: 2 });
    expect(life.view(now).mode).toBe('beta');
    flag(ids[2] as string);
    expect(rulesOf(life, now)).toEqual(['in_a_row']);
  });

  it.each([
    ['alpha', -second, 'alpha'],
    ['alpha', 0, 'manual'],
    ['beta', -second, 'beta'],
    ['beta', second, 'manual'],
  ])('90 days without activity end all autonomy: %s after %i ms more is %s', (mode, offset, expected) => {
    const life = aLife();
    life.cycle(dayOne);
    const last = mode === 'beta' ? life.toBeta() : dayOne;
    expect(life.view(last + 90 * day + offset).mode).toBe(expected);
  });

  it('an expiry stays, also when cycles go on before anybody looked', () => {
    const life = aLife();
    life.cycle(dayOne);
    life.cycle(dayOne + 91 * day);
    expect(life.view(dayOne + 92 * day)).toMatchObject({ mode: 'manual', next: 'alpha' });
  });

  it.each([
    [-second, 'alpha'],
    [0, 'manual'],
  ])('a violation that is not remedied in 30 days, after %i ms more: %s', (offset, expected) => {
    const life = aLife();
    life.violate(dayOne, { pause: 'pause-1' });
    life.cycles(dayOne, 30);
    expect(life.view(dayOne + 30 * day + offset).mode).toBe(expected);
  });

  it('comes back from manual only after a full audit', () => {
    const life = aLife();
    const gone = dayOne + 91 * day;
    life.cycle(dayOne);
    life.change(gone, 'manual', { orders: [] });
    const audit = (type: string, ok: boolean, at: number) => life.write('mission_log', at, type, { ok });
    audit('audit_verify', true, gone + day);
    audit('audit_reconcile', false, gone + day);
    expect(
      life
        .view(gone + day)
        .conditions.filter(({ met }) => !met)
        .map(({ rule }) => rule),
    ).toEqual(['reconciled']);
    audit('audit_reconcile', true, gone + 2 * day);
    expect(life.view(gone + 2 * day).conditions.every(({ met }) => met)).toBe(true);
    life.change(gone + 2 * day, 'alpha');
    expect(life.view(gone + 3 * day)).toMatchObject({ mode: 'alpha', unearned: [], demotions: [] });
  });

  it('a stricter configuration demotes earlier', () => {
    const { life, now } = inBeta();
    life.decide(now, 8, 1);
    expect(life.view(now).mode).toBe('beta');
    expect(life.view(now, { ...charter, rejectionPercentMax: 10 }).mode).toBe('alpha');
  });
});
