import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createPause } from '../../../src/domain/trail/pause.js';
import { aRecord, come } from '../../support/trail/records.js';
import { sha256 } from '../../support/proposals/proposals.js';

const ended = (minutes: number, id: string, end = 'failed') => aRecord(minutes, `action_${end}`, { action_id: id, id: `${id}/end` });
const pauseOf = (records: readonly ReturnType<typeof aRecord>[]) => come(createPause(sha256), records);

describe('the pause after failures (spec G6)', () => {
  it('comes with the third failure within ten minutes, whatever kind of failure it is', () => {
    const records = [ended(0, 'a'), ended(1, 'b', 'rolled_back'), ended(9, 'c', 'rollback_failed')];
    expect(pauseOf(records.slice(0, 2))).toBeUndefined();
    expect(pauseOf(records)).toEqual({
      id: expect.stringMatching(/^pause-[0-9a-f]{12}$/),
      at: '2026-01-02T00:09:00.000Z',
      proposals: ['a', 'b', 'c'],
    });
  });

  it.each<{ name: string; records: readonly ReturnType<typeof aRecord>[] }>([
    { name: 'the third comes after ten minutes', records: [ended(0, 'a'), ended(1, 'b'), ended(10, 'c')] },
    {
      name: 'people or time decided',
      records: ['rejected', 'expired', 'cancelled', 'stale', 'completed', 'refused'].map((end, at) => ended(at, `p${at}`, end)),
    },
    {
      name: 'an emergency stop killed them',
      records: ['a', 'b', 'c'].flatMap((id, at) => [
        aRecord(at, 'action_interrupted', { action_id: id, reason: 'stopped' }),
        ended(at, id, 'rolled_back'),
      ]),
    },
    { name: 'the checks of a run failed, and it has not ended', records: [0, 1, 2].map((at) => aRecord(at, 'execution_failed')) },
  ])('does not come where $name', ({ records }) => expect(pauseOf(records)).toBeUndefined());

  it('counts each failure once: the next pause needs three more, and has another id', () => {
    const first = [ended(0, 'a'), ended(1, 'b'), ended(2, 'c')];
    const more = [ended(3, 'd'), ended(4, 'e')];
    expect(pauseOf([...first, ...more])).toEqual(pauseOf(first));
    const next = pauseOf([...first, ...more, ended(5, 'f')]);
    expect(next?.proposals).toEqual(['d', 'e', 'f']);
    expect(next?.id).not.toBe(pauseOf(first)?.id);
  });

  it('takes a clock that is set back for one that stood still', () => {
    expect(pauseOf([ended(60, 'a'), ended(30, 'b'), ended(31, 'c')])).toMatchObject({ proposals: ['a', 'b', 'c'] });
  });

  it('is the same for everybody who reads the same records', () => {
    const ends = fc.constantFrom('failed', 'rolled_back', 'completed', 'rejected');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), ends)), (story) => {
        let minutes = 0;
        const records = story.map(([wait, end], index) => ended((minutes += wait), `p${index}`, end));
        const restarted = createPause(sha256);
        come(restarted, records.slice(0, 7));
        restarted.forget();
        expect(come(restarted, records)).toEqual(pauseOf(records));
      }),
    );
  });
});
