import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rollbackSequence } from '../../../src/domain/action/plan.js';
import { anyPlan } from '../../support/proposals/plans.js';

describe('rollbackSequence (spec X8)', () => {
  const started = fc.nat(6);

  it('undoes nothing where nothing was started', () => {
    fc.assert(fc.property(anyPlan, (plan) => expect(rollbackSequence(plan, 0)).toEqual([])));
  });

  it('undoes every started step and the whole, each once, and no step that was not started', () => {
    fc.assert(
      fc.property(anyPlan, started, (plan, count) => {
        const indexes = rollbackSequence(plan, count).map(({ index }) => index);
        const due = plan.rollback.flatMap(({ undoes }, index) => (count > 0 && (undoes ?? 0) < count ? [index] : []));
        expect([...indexes].sort((a, b) => a - b)).toEqual(due);
      }),
    );
  });

  it('goes backwards through the steps, forwards within one, and comes to the whole at last', () => {
    fc.assert(
      fc.property(anyPlan, started, (plan, count) => {
        const sequence = rollbackSequence(plan, count);
        const rank = sequence.map(({ command }) => command.undoes ?? -1);
        expect(rank).toEqual([...rank].sort((a, b) => b - a));
        for (const [position, { index, command }] of sequence.entries()) {
          expect(command).toBe(plan.rollback[index]);
          const before = sequence[position - 1];
          if (before !== undefined && before.command.undoes === command.undoes) expect(before.index).toBeLessThan(index);
        }
      }),
    );
  });

  it('only ever grows with what was started, so that an index names the same command in every attempt', () => {
    fc.assert(
      fc.property(anyPlan, started, (plan, count) => {
        const indexes = (steps: number) => rollbackSequence(plan, steps).map(({ index }) => index);
        expect(indexes(count + 1)).toEqual(expect.arrayContaining(indexes(count)));
        expect(indexes(count)).toEqual(indexes(count));
      }),
    );
  });
});
