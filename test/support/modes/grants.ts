import type { GrantSettings } from '../../../src/domain/modes/grant.js';

/** As configured by default, but for the ceiling. */
export const grantsOf = (change: Partial<GrantSettings> = {}): GrantSettings => ({
  ...{ ceiling: 'omega', exclude: [], vetoSeconds: 900, playbooksRun: true, shells: ['shell'] },
  ...change,
});
