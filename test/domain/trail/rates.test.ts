import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RateLimit } from '../../../src/domain/trail/rates.js';
import { createRates, findLimit } from '../../../src/domain/trail/rates.js';
import { aRecord } from '../../support/trail/records.js';

const minute = 60_000;
const hour = 60 * minute;
const midnight = Date.UTC(2026, 0, 2);

/** A vessel with these limits, asked second by second; what it answers is recorded, as the brain does. */
function aVessel(limits: Record<string, RateLimit>) {
  const rates = createRates(limits);
  const known = new Set<unknown>();
  // As the trail: the record that has an id already stays the only one.
  const record = (at: number, event: string, { id = `${event} at ${at}`, ...change }: Record<string, unknown>) => {
    if (known.has(id)) return;
    known.add(id);
    rates.apply(aRecord(0, event, { timestamp: new Date(midnight + at).toISOString(), action_type: 'report', id, ...change }));
  };
  const ask = (at: number, proposalId: string, { actionType = 'report', attempt = 1 } = {}): number | 'started' => {
    const startId = `${proposalId}/start/${attempt}`;
    const found = findLimit(rates.snapshot(), { actionType, proposalId, startId, now: new Date(midnight + at) });
    const about = { action_id: proposalId, action_type: actionType };
    if (found === undefined) record(at, 'start_authorised', { ...about, id: startId });
    else if (found.isNew)
      record(at, 'rate_limited', {
        ...about,
        id: `${proposalId}/limited/${at}`,
        until: found.until.toISOString(),
        limit_of: found.limitOf,
      });
    return found === undefined ? 'started' : found.until.getTime() - midnight;
  };
  return { rates, record, ask };
}

describe('the rate of a type of action (spec G5)', () => {
  it('lets so many start in a minute, and tells each of the others when its turn is', () => {
    const { ask } = aVessel({ report: { perMinute: 2 } });
    expect([ask(0, 'a'), ask(1_000, 'b'), ask(2_000, 'c'), ask(3_000, 'd'), ask(4_000, 'e')]).toEqual([
      ...['started', 'started', minute, minute + 1_000, 2 * minute],
    ]);
    expect(ask(5_000, 'c')).toBe(minute);
    expect(ask(minute, 'c')).toBe('started');
  });

  it.each<{ name: string; limit: RateLimit; starts: number[] }>([
    { name: 'an hour as well', limit: { perMinute: 2, perHour: 3 }, starts: [0, 0, minute, hour] },
    { name: 'a burst, then the pace of the minute', limit: { perMinute: 6, burst: 2 }, starts: [0, 0, 10_000, 20_000] },
    { name: 'a burst, then the pace of the hour', limit: { perHour: 60, burst: 1 }, starts: [0, minute, 2 * minute] },
    { name: 'a burst that is larger than the minute allows', limit: { perMinute: 1, burst: 5 }, starts: [0, minute] },
    { name: 'a burst alone limits nothing', limit: { burst: 1 }, starts: [0, 0, 0] },
  ])('$name', ({ limit, starts }) => {
    const { ask } = aVessel({ report: limit });
    expect(starts.map((_, index) => ask(0, `p${index}`))).toEqual(starts.map((at) => (at === 0 ? 'started' : at)));
  });

  it('counts each type for itself, and all of them together under *', () => {
    const { ask } = aVessel({ report: { perMinute: 1 }, '*': { perHour: 2 } });
    expect(ask(0, 'a')).toBe('started');
    expect(ask(0, 'b', { actionType: 'other' })).toBe('started');
    expect(ask(0, 'c', { actionType: 'other' })).toBe(hour);
    expect(ask(0, 'd')).toBe(hour);
  });

  it('keeps nobody waiting under * behind those who wait for the turn of their own type', () => {
    const { ask } = aVessel({ report: { perHour: 1 }, '*': { perMinute: 2 } });
    expect([ask(0, 'a'), ask(0, 'b'), ask(0, 'c')]).toEqual(['started', hour, 2 * hour]);
    expect([ask(1, 'd', { actionType: 'other' }), ask(2, 'e', { actionType: 'other' })]).toEqual(['started', minute]);
    expect(ask(minute, 'e', { actionType: 'other' })).toBe('started');
    expect([ask(hour, 'f', { actionType: 'other' }), ask(hour, 'g', { actionType: 'other' })]).toEqual(['started', 'started']);
    // Its turn has come, and all types together have had theirs: it keeps its turn, and waits for a place among all.
    expect(ask(hour, 'b')).toBe(hour + minute);
    expect(ask(hour + minute, 'h', { actionType: 'other' })).toBe('started');
    expect(ask(hour + minute, 'b')).toBe('started');
  });

  it('gives the same start again to whoever asks twice, and spends nothing', () => {
    const { ask } = aVessel({ report: { perMinute: 1 } });
    expect([ask(0, 'a'), ask(1_000, 'a'), ask(2_000, 'b')]).toEqual(['started', 'started', minute]);
  });

  it('counts a permit that was revoked or never used: nobody could tell when the next one was asked for', () => {
    const { ask, record } = aVessel({ report: { perMinute: 1 } });
    ask(0, 'a');
    record(1_000, 'start_revoked', { action_id: 'a' });
    record(2_000, 'action_expired', { action_id: 'a' });
    expect(ask(3_000, 'b')).toBe(minute);
  });

  it('lets nobody pass those who wait, but for one that has ended or does not come', () => {
    const { ask, record } = aVessel({ report: { perHour: 1 } });
    expect([ask(0, 'a'), ask(1, 'b'), ask(2, 'c')]).toEqual(['started', hour, 2 * hour]);
    record(3, 'action_rejected', { action_id: 'c' });
    expect([ask(4, 'd'), ask(5, 'e')]).toEqual([2 * hour, 3 * hour]);
    // b does not come: its workflow was terminated, or its worker away for long.
    expect(ask(2 * hour, 'd')).toBe('started');
    expect(ask(2 * hour + minute, 'b')).toBe(4 * hour);
  });

  it('takes a clock that is set back for one that stood still, and is not stuck where it was a year ahead', () => {
    const { ask, record } = aVessel({ report: { perMinute: 1 } });
    const year = 365 * 24 * hour;
    expect(ask(year, 'a')).toBe('started');
    expect(ask(0, 'b')).toBe(minute);
    record(30_000, 'action_proposed', { action_id: 'z' });
    expect([ask(30_000, 'c'), ask(minute, 'b')]).toEqual([2 * minute, 'started']);
  });

  const limits = fc.record(
    { perMinute: fc.integer({ min: 1, max: 4 }), perHour: fc.integer({ min: 2, max: 12 }), burst: fc.integer({ min: 1, max: 3 }) },
    { requiredKeys: ['perMinute'] },
  );
  const story = fc.array(fc.record({ wait: fc.integer({ min: 0, max: 90 }), who: fc.nat(9), back: fc.boolean() }), {
    minLength: 5,
    maxLength: 200,
  });

  it('never lets more start in any minute, in any hour or at once, whoever asks when, and however the clock jumps', () => {
    fc.assert(
      fc.property(limits, story, (limit, asked) => {
        const { ask } = aVessel({ report: limit });
        const starts: number[] = [];
        let [real, wrong] = [hour, 0];
        asked.forEach(({ wait, who, back }, attempt) => {
          real += wait * 1_000;
          if (back) wrong = Math.min(wrong + wait * 1_000, hour);
          if (ask(real - wrong, `p${who}`, { attempt }) === 'started') starts.push(real);
        });
        const most = (span: number) => Math.max(0, ...starts.map((from) => starts.filter((at) => at >= from && at < from + span).length));
        expect(most(minute)).toBeLessThanOrEqual(limit.perMinute);
        expect(most(hour)).toBeLessThanOrEqual(limit.perHour ?? Infinity);
        expect(most(minute / limit.perMinute)).toBeLessThanOrEqual(limit.burst ?? Infinity);
      }),
    );
  });

  it('lets everybody start in the end, in turn, who comes when it was told to', () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 2, max: 30 }), (limit, count) => {
        const { ask } = aVessel({ report: limit });
        const waiting = Array.from({ length: count }, (_, index) => ({ id: `p${index}`, at: index }));
        const started: string[] = [];
        let answers = 0;
        while (waiting.length > 0) {
          waiting.sort((a, b) => a.at - b.at);
          const next = waiting.shift()!;
          const answer = ask(next.at, next.id);
          answers += 1;
          if (answer === 'started') started.push(next.id);
          else waiting.push({ id: next.id, at: answer });
        }
        expect(started).toHaveLength(count);
        // Once to be told, once to go: nobody is woken for nothing.
        expect(answers).toBeLessThanOrEqual(2 * count);
      }),
    );
  });

  it('lets everybody start in the end also where types wait for all together, within the bounds of both', () => {
    fc.assert(
      fc.property(limits, limits, fc.array(fc.constantFrom('report', 'other'), { minLength: 2, maxLength: 30 }), (own, all, types) => {
        const { ask } = aVessel({ report: own, '*': all });
        const waiting = types.map((actionType, index) => ({ id: `p${index}`, at: index, actionType }));
        let answers = 0;
        const starts: { at: number; actionType: string }[] = [];
        for (let next = waiting.shift(); next !== undefined; next = waiting.sort((a, b) => a.at - b.at).shift()) {
          const { id, at, actionType } = next;
          const answer = ask(at, id, { actionType });
          if (answer === 'started') starts.push({ at, actionType });
          else waiting.push({ id, at: answer, actionType });
          if (answer !== 'started') expect(answer).toBeGreaterThan(at);
          // Each start sends the others back once: nobody is woken for nothing, again and again.
          expect((answers += 1)).toBeLessThanOrEqual(types.length ** 2);
        }
        const most = (among: typeof starts) =>
          Math.max(0, ...among.map(({ at }) => among.filter((each) => each.at >= at && each.at < at + minute).length));
        expect(starts).toHaveLength(types.length);
        expect(most(starts)).toBeLessThanOrEqual(all.perMinute);
        expect(most(starts.filter(({ actionType }) => actionType === 'report'))).toBeLessThanOrEqual(own.perMinute);
      }),
    );
  });

  it('lets no two wait for each other, one with a turn of its own type and one with a turn of all: the earlier turn counts in both lines', () => {
    const limit = { perMinute: 1, perHour: 2 };
    const { ask } = aVessel({ report: limit, '*': limit });
    const waiting = ['report', 'report', 'report', 'other', 'report', 'report', 'report'].map((actionType, at) => ({
      id: `p${at}`,
      at,
      actionType,
    }));
    const starts: number[] = [];
    for (let next = waiting.shift(); next !== undefined; next = waiting.sort((a, b) => a.at - b.at).shift()) {
      const { id, at, actionType } = next;
      // Without that rule nobody ever started again after the third.
      expect(at).toBeLessThan(4 * hour);
      const answer = ask(at, id, { actionType });
      if (answer === 'started') starts.push(at);
      else waiting.push({ id, at: answer, actionType });
    }
    expect(starts).toHaveLength(7);
  });

  it('keeps no more than it looks back to, and answers as fast after ten thousand starts', () => {
    const { ask, rates } = aVessel({ report: { perMinute: 2 } });
    for (let index = 0; index < 10_000; index += 1) expect(ask(index * 30_000, `p${index}`)).toBe('started');
    expect(rates.snapshot().lines.get('report')?.starts.length).toBeLessThanOrEqual(4);
    expect(rates.snapshot().lines.get('report')?.places.size).toBe(0);
  });
});
