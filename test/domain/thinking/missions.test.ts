import { describe, expect, it } from '@jest/globals';
import { createReached, isSuccess, missionViews, openMissions, reachedNow } from '../../../src/domain/thinking/missions.js';
import { missionFileSchema } from '../../../src/domain/thinking/playbook.schema.js';
import { aRecord } from '../../support/trail/records.js';

const now = new Date('2026-01-02T00:00:00.000Z');
const aMission = (id: string, change = {}) => ({ id, title: `Mission ${id}`, success: { disk_usage_percent: '<80' }, ...change });
const aFile = (...missions: object[]) => missionFileSchema.parse({ missions });
const ids = (file: ReturnType<typeof openMissions>) => file?.missions.map(({ id }) => id);

describe('missions (spec T2)', () => {
  it.each([
    ['holds', { disk_usage_percent: 79 }, true],
    ['does not hold', { disk_usage_percent: 80 }, false],
    ['cannot be measured', { disk_usage_percent: null }, false],
    ['was not measured', {}, false],
  ])('a success that %s', (_, metrics, is) => {
    expect(isSuccess({ success: { disk_usage_percent: '<80' } }, metrics)).toBe(is);
    expect(reachedNow(aFile(aMission('disk')), metrics)).toEqual(is ? ['disk'] : []);
  });

  it('without a success is never reached', () => {
    expect(isSuccess({ success: undefined }, { disk_usage_percent: 1 })).toBe(false);
  });

  it.each([[{}], [{ disk: '>80' }], [{ disk_usage_percent: '80%' }], [[]], [null]])(
    'a success of %j is an error of the file',
    (success) => {
      expect(missionFileSchema.safeParse({ missions: [aMission('disk', { success })] }).success).toBe(false);
    },
  );

  it('are open until they are switched off, over, or reached once', () => {
    const file = aFile(
      aMission('a', { active: false }),
      aMission('b', { expires_at: '2026-01-01T00:00:00Z' }),
      aMission('c'),
      aMission('d'),
    );
    expect(ids(openMissions(file, new Set(['c']), now))).toEqual(['d']);
    expect(missionViews(openMissions(file, new Set(['c']), now))).toEqual([{ id: 'd', title: 'Mission d', objective: '', priority: 0 }]);
  });

  it('stay closed by the record of the cycle that saw them reached, whatever is measured later', () => {
    const reached = createReached();
    reached.apply(aRecord(1, 'thinking_cycle', { reached: ['a', 7] }));
    reached.apply(aRecord(2, 'mode_change', { reached: ['b'] }));
    expect([...reached.snapshot()]).toEqual(['a']);
    reached.forget();
    expect([...reached.snapshot()]).toEqual([]);
  });
});
