import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Order } from '../../../src/domain/approval/order.js';
import { weighOrder } from '../../../src/domain/controls/weigh-order.js';
import type { AuditRecord } from '../../../src/domain/trail/records.js';
import { asConfigured, createStanding, recordedStop, subjectOf } from '../../../src/domain/trail/standing.js';
import { aRecord, come } from '../../support/trail/records.js';

const one = 'stop-000000000001';
const two = 'stop-000000000002';
const stopped = (stop: unknown, minute = 1) => aRecord(minute, 'emergency_stop', { stop, reason: 'smoke', by: 'ana', mode: 'now' });
const resumed = (of: unknown, minute = 2) => aRecord(minute, 'vessel_resumed', { of, by: 'bo' });
const ordered = (id: string, change: object) =>
  aRecord(3, 'control_order', { order_id: id, limit: null, hold: false, by: 'ana', ...change });
const after = (...records: AuditRecord[]) => come(createStanding(), records);
const standing = (...records: AuditRecord[]) => [...after(...records).stops.keys()];

describe('what the mission log says that stands (spec K1)', () => {
  it('is a stop until exactly this one was ended', () => {
    expect(standing(stopped(one))).toEqual([one]);
    expect(standing(stopped(one), resumed(one))).toEqual([]);
    expect(standing(stopped(one), resumed(two))).toEqual([one]);
    expect(standing(stopped(one), stopped(two), resumed(one))).toEqual([two]);
  });

  it('does not stand again because a guard tells of it late, or twice', () => {
    expect(standing(stopped(one), resumed(one), stopped(one, 5))).toEqual([]);
    expect(after(stopped(one), stopped(one, 5)).stops.get(one)?.at).toBe(stopped(one).timestamp);
  });

  it('counts what the guard ended under it, wave by wave', () => {
    const ended = (sandboxes: unknown) => aRecord(1, 'emergency_stop_done', { stop: one, sandboxes, milliseconds: 5 });
    expect(after(stopped(one)).stops.get(one)?.ended).toBeUndefined();
    expect(after(stopped(one), stopped(two), ended(3), ended(1), ended('x')).stops.get(one)?.ended).toBe(4);
    expect(after(ended(3)).stops.size).toBe(0);
  });

  it('no record that says something else ends one', () => {
    const others = [resumed(undefined), resumed(null), resumed([one]), resumed(''), aRecord(2, 'action_completed', { of: one })];
    expect(standing(stopped(one), ...others)).toEqual([one]);
    expect(standing(stopped(undefined), stopped(7))).toEqual([]);
  });

  it('is said with what ends it', () => {
    expect(recordedStop(after())).toBeUndefined();
    expect(recordedStop(after(stopped(one), stopped(two)))).toBe(
      `emergency stop: ${one} and 1 more is on record, and nobody has lifted it (ubos resume): smoke`,
    );
  });

  it('is what was ordered last; a release is counted', () => {
    expect(after().setting).toBe(asConfigured);
    expect(after(ordered('order-1', { order: 'limit', limit: 2 })).setting).toMatchObject({ id: 'order-1', limit: 2, hold: false });
    const released = after(ordered('order-1', { order: 'hold', hold: true }), ordered('order-2', { order: 'release' }));
    expect(released).toMatchObject({ setting: { id: 'order-2', hold: false }, released: 1 });
    expect(released.setting).not.toHaveProperty('limit');
  });

  it('forgets who ordered the same as soon as something else stands', () => {
    const given = (order: string, of: string) => aRecord(2, 'control_order_given', { order, of, by: 'ana', limit: null, reason: 'x' });
    const release = subjectOf({ kind: 'release', of: 'configuration' });
    const resume = subjectOf({ kind: 'resume', of: one });
    const both = [given('release', 'configuration'), given('resume', one)];
    expect([...after(...both).voices.keys()]).toEqual([release, resume]);
    expect([...after(...both, ordered('order-1', { order: 'hold', hold: true })).voices.keys()]).toEqual([resume]);
    expect([...after(...both, resumed(one)).voices.keys()]).toEqual([release]);
    expect([...after(given('start', one)).voices.keys()]).toEqual([]);
  });

  it('begins anew when the log is read again', () => {
    const projection = createStanding();
    come(projection, [stopped(one), ordered('order-1', { order: 'release' }), aRecord(4, 'control_order_refused')]);
    projection.forget();
    expect(projection.snapshot()).toEqual(createStanding().snapshot());
  });
});

describe('an order held against what stands (spec G2, K1)', () => {
  const by = { by: 'ana', reason: 'why' };
  const weigh = (order: object, ...records: AuditRecord[]) => {
    const weighed = weighOrder({ ...by, ...order } as Order, after(...records), { limitMax: 4 });
    return 'code' in weighed ? weighed.code : weighed.effect;
  };
  const limitTwo = ordered('order-1', { order: 'limit', limit: 2 });
  const held = ordered('order-2', { order: 'hold', hold: true });

  it.each<[string, object, readonly AuditRecord[]]>([
    ['loosens', { kind: 'resume', of: one }, [stopped(one)]],
    ['UNKNOWN_ID', { kind: 'resume', of: two }, [stopped(one)]],
    ['NOTHING_STANDS', { kind: 'resume', of: one }, []],
    ['ALREADY_RESUMED', { kind: 'resume', of: one }, [stopped(one), resumed(one)]],
    ['ALREADY_RESUMED', { kind: 'resume', of: one }, [stopped(one), resumed(one), stopped(two)]],
    ['tightens', { kind: 'hold' }, []],
    ['NOTHING_CHANGES', { kind: 'hold' }, [held]],
    ['tightens', { kind: 'limit', limit: 3 }, []],
    ['NOTHING_CHANGES', { kind: 'limit', limit: 4 }, []],
    ['ABOVE_CONFIGURATION', { kind: 'limit', limit: 5 }, []],
    ['ABOVE_CONFIGURATION', { kind: 'limit', limit: 5, of: 'order-1' }, [limitTwo]],
    ['tightens', { kind: 'limit', limit: 1 }, [limitTwo]],
    ['tightens', { kind: 'limit', limit: 1, of: 'of something else' }, [limitTwo]],
    ['NOT_CURRENT', { kind: 'limit', limit: 3 }, [limitTwo]],
    ['NOT_CURRENT', { kind: 'limit', limit: 3, of: 'configuration' }, [limitTwo]],
    ['loosens', { kind: 'limit', limit: 3, of: 'order-1' }, [limitTwo]],
    ['loosens', { kind: 'release', of: 'order-2' }, [limitTwo, held]],
    ['NOT_CURRENT', { kind: 'release', of: 'order-1' }, [limitTwo, held]],
    ['loosens', { kind: 'release', of: 'configuration' }, []],
  ])('%s: %j', (expected, order, records) => {
    expect(weigh(order, ...records)).toBe(expected);
  });

  it('nothing that was accepted goes beyond the configuration, and nothing loosens that does not name what stands', () => {
    const id = fc.constantFrom('order-1', 'order-2', 'configuration', one, two);
    const orders = fc.record({
      kind: fc.constantFrom('resume', 'limit', 'hold', 'release'),
      of: id,
      limit: fc.integer({ min: 1, max: 9 }),
    });
    const past = fc.subarray([stopped(one), stopped(two), resumed(two), limitTwo, held]);
    fc.assert(
      fc.property(orders, past, (order, records) => {
        const effect = weigh(order, ...records);
        const { setting, stops } = after(...records);
        if (order.kind === 'limit' && order.limit > 4) expect(effect).toBe('ABOVE_CONFIGURATION');
        if (effect === 'loosens') expect(order.kind === 'resume' ? stops.has(order.of) : order.of === setting.id).toBe(true);
      }),
    );
  });
});
