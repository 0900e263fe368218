import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { charter, day, hour } from '../../../src/domain/modes/settings.js';
import { aLife, dayOne, trinity } from '../../support/modes/trails.js';

type Life = ReturnType<typeof aLife>;
type Step =
  | { readonly act: 'pass'; readonly days: number; readonly everyHours: number; readonly approved: number; readonly rejected: number }
  | { readonly act: 'clock'; readonly hours: number }
  | { readonly act: 'violate' | 'lapse' | 'promote' | 'vote' | 'veto' | 'silence' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant('pass' as const),
      days: fc.constantFrom(1, 5, 29, 30, 95),
      everyHours: fc.constantFrom(24, 36, 37),
      approved: fc.constantFrom(0, 5, 52),
      rejected: fc.constantFrom(0, 0, 0, 1, 4),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('clock' as const), hours: fc.integer({ min: -900, max: 900 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({ act: fc.constantFrom('violate', 'lapse', 'promote', 'promote', 'promote', 'vote', 'vote', 'veto', 'silence') }),
  },
);

/** What has really happened, counted by the test itself as plainly as it can be: no window, no projection, no record is looked at. */
interface Truth {
  mode: 'alpha' | 'beta' | 'omega';
  /** Hours of life since this mode began, or since the last violation. */
  lived: number;
  /** Hours that no trail could tell from life: a silence that a clock set back meanwhile has shortened, once each time. */
  shortened: number;
  votes: Set<string>;
  sinceVote: number;
}

function live(life: Life, steps: readonly Step[], onPromoted: (to: string, truth: Truth) => void): void {
  let now = dayOne;
  let isSetBack = false;
  const truth: Truth = { mode: 'alpha', lived: 0, shortened: 0, votes: new Set(), sinceVote: 0 };
  const began = (mode: Truth['mode']) => Object.assign(truth, { mode, lived: 0, shortened: 0, votes: new Set<string>(), sinceVote: 0 });
  life.cycle(now);
  for (const each of steps) {
    if (each.act === 'pass') {
      const count = Math.max(1, Math.floor((each.days * 24) / each.everyHours));
      for (let tick = 1; tick <= count; tick += 1) life.cycle(now + tick * each.everyHours * hour);
      now += count * each.everyHours * hour;
      if (each.everyHours <= 36) truth.lived += count * each.everyHours;
      if (isSetBack) truth.shortened += 36;
      isSetBack = false;
      truth.sinceVote += count * each.everyHours;
      life.decide(now, each.approved, each.rejected);
    } else if (each.act === 'clock') {
      now += each.hours * hour;
      isSetBack ||= each.hours < 0;
    } else if (each.act === 'silence') now += 30 * day;
    else if (each.act === 'vote') {
      const by = trinity.recommenders.find((name) => !truth.votes.has(name));
      if (by !== undefined) {
        life.vote(now, by);
        truth.votes.add(by);
        truth.sinceVote = 0;
      }
    } else if (each.act === 'veto') {
      life.vote(now, 'codex', { verdict: 'no' });
      truth.votes.clear();
    } else if (each.act === 'promote') {
      const { mode, next, conditions } = life.view(now);
      if (mode === truth.mode && next !== undefined && conditions.every(({ met }) => met)) {
        onPromoted(next, { ...truth, votes: new Set(truth.votes) });
        life.change(now, next);
        began(next);
      }
    } else {
      life.write('mission_log', now, each.act === 'violate' ? 'constitutional_violation' : 'break_glass_lapsed', { kind: 'x' });
      const { mode } = life.view(now);
      expect(['alpha', 'manual']).toContain(mode);
      if (truth.mode !== 'alpha') life.change(now, 'alpha', { orders: [] });
      began('alpha');
    }
  }
}

describe('10,000 random lives (spec T7)', () => {
  it('never come to beta or omega without every condition', () => {
    const reached = { beta: 0, omega: 0 };
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 10 }), (steps) => {
        const life = aLife();
        live(life, steps, (to, truth) => {
          reached[to as keyof typeof reached] += 1;
          expect(to).toBe(truth.mode === 'alpha' ? 'beta' : 'omega');
          expect(truth.lived + truth.shortened).toBeGreaterThanOrEqual((to === 'beta' ? charter.alphaDays : charter.betaDays) * 24);
          if (to === 'omega') expect(truth.votes.size).toBe(3);
        });
        expect(life.trail().vessel.changes.every(({ to }) => ['alpha', 'beta', 'omega'].includes(to))).toBe(true);
      }),
      { numRuns: 10_000 },
    );
    expect(reached.beta).toBeGreaterThan(0);
  });

  it('what somebody only wrote into the trail was not earned', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('beta', 'omega'),
        fc.integer({ min: 0, max: 29 }),
        fc.integer({ min: 0, max: 51 }),
        (to, days, approved) => {
          const life = aLife();
          life.cycles(dayOne, days);
          life.decide(dayOne + days * day, approved, 0);
          life.change(dayOne + days * day, to);
          const { mode, recorded, unearned } = life.view(dayOne + days * day);
          expect({ mode, recorded }).toEqual({ mode: 'alpha', recorded: to });
          expect(unearned).toHaveLength(1);
        },
      ),
    );
  });

  it('a change that nobody signed was not earned, nor one whose figures lie behind the record that it names', () => {
    const unsigned = aLife();
    unsigned.cycles(dayOne, 30);
    unsigned.decide(dayOne + 30 * day, 60, 0);
    unsigned.change(dayOne + 30 * day, 'beta', { orders: [] });
    expect(unsigned.view(dayOne + 30 * day)).toMatchObject({ mode: 'alpha', unearned: [{ why: 'nobody signed it' }] });
    const early = aLife();
    early.cycles(dayOne, 30);
    early.change(dayOne + 30 * day, 'beta');
    early.decide(dayOne + 30 * day, 60, 0);
    expect(early.view(dayOne + 30 * day).mode).toBe('alpha');
  });
});

describe('a clock, and a trail, that somebody changed: never upward (spec T7)', () => {
  const almost = () => {
    const life = aLife();
    life.cycles(dayOne, 20);
    life.decide(dayOne + 20 * day, 60, 0);
    return life;
  };
  const isReady = (life: Life, now: number) => life.view(now).conditions.every(({ met }) => met);

  it('a month forward, and back', () => {
    const life = almost();
    life.cycles(dayOne + 50 * day, 2);
    expect(isReady(life, dayOne + 52 * day)).toBe(false);
    life.cycles(dayOne + 20 * day, 9);
    expect(isReady(life, dayOne + 29 * day)).toBe(false);
    expect(life.view(dayOne + 29 * day).conditions).toContainEqual(expect.objectContaining({ rule: 'clock', met: false }));
  });

  it('back and forward again, as often as one likes', () => {
    const life = almost();
    for (let round = 0; round < 20; round += 1) life.cycles(dayOne + 10 * day, 10);
    expect(life.view(dayOne + 20 * day).figures.livedSeconds).toBe(20 * 86_400);
  });

  it('a gap of weeks', () => {
    const life = almost();
    life.cycles(dayOne + 41 * day, 9);
    expect(isReady(life, dayOne + 50 * day)).toBe(false);
    expect(life.view(dayOne + 50 * day).figures.livedSeconds).toBe(29 * 86_400);
  });

  it('rejections do not fall out of the window because the clock was set', () => {
    const forward = aLife();
    forward.cycles(dayOne, 28);
    forward.decide(dayOne + 20 * day, 10, 10);
    forward.cycles(dayOne + 50 * day, 5);
    forward.decide(dayOne + 54 * day, 60, 0);
    expect(forward.view(dayOne + 55 * day).figures.month).toMatchObject({ approved: 70, rejected: 10 });
    const back = aLife();
    back.cycles(dayOne, 60);
    back.decide(dayOne + day, 0, 10);
    back.decide(dayOne + 60 * day, 60, 0);
    back.decide(dayOne + day, 0, 10);
    expect(back.view(dayOne + 60 * day).figures.month).toMatchObject({ approved: 60, rejected: 10 });
  });

  it('a trail that was cut by a week', () => {
    const write = (days: number) => {
      const life = aLife();
      life.cycles(dayOne, days);
      life.decide(dayOne + 20 * day, 60, 0);
      return life;
    };
    const now = dayOne + 31 * day;
    expect(isReady(write(31), now)).toBe(true);
    expect(isReady(write(24), now)).toBe(false);
  });
});
