import { lowest } from './mode.js';
import type { Mode } from './mode.js';
import type { Figures } from './figures.js';
import type { ModeSettings } from './settings.js';
import { day } from './settings.js';

/** What takes autonomy away by itself, at once and without asking anybody (spec T7). */
export interface Demotion {
  readonly rule: string;
  readonly clause: string;
  readonly to: Mode;
  readonly why: string;
}

interface Rule {
  readonly rule: string;
  readonly clause: string;
  readonly from: readonly Mode[];
  readonly to: Mode;
  /** Why it holds; undefined where it does not. */
  readonly check: (figures: Figures, settings: ModeSettings) => string | undefined;
}

const climbed = ['beta', 'omega'] as const;
const alive = ['alpha', 'beta', 'omega'] as const;
const at = (moment: number) => new Date(moment).toISOString();
const dayCount = (seconds: number) => Math.floor((seconds * 1_000) / day);

export const demotionRules: readonly Rule[] = [
  {
    rule: 'violation',
    clause: 'charter: any violation, back to alpha at once',
    from: climbed,
    to: 'alpha',
    check: ({ violations, lastViolation }) =>
      violations === 0 ? undefined : `${violations} constitutional violation(s), the last is ${lastViolation}`,
  },
  {
    rule: 'drift',
    clause: 'charter: a rejection rate above 20 % over 7 days',
    from: climbed,
    to: 'alpha',
    check: ({ driftAt }, { rejectionPercentMax }) =>
      driftAt === null ? undefined : `more than ${rejectionPercentMax} % of a week's decisions were rejections at ${at(driftAt)}`,
  },
  {
    rule: 'in_a_row',
    clause: 'the fast window: rejections in a row within 24 hours',
    from: climbed,
    to: 'alpha',
    check: ({ rowAt }, { rejectionsInARow }) =>
      rowAt === null ? undefined : `${rejectionsInARow} rejections in a row within 24 hours, the last at ${at(rowAt)}`,
  },
  {
    rule: 'sunset',
    clause: 'charter: the protocol expires after 90 days without activity',
    from: alive,
    to: 'manual',
    check: ({ idleSeconds }, { sunsetDays }) =>
      idleSeconds * 1_000 < sunsetDays * day ? undefined : `${dayCount(idleSeconds)} days without a cycle and without an action`,
  },
  {
    rule: 'not_remedied',
    clause: 'charter: a violation that is not remedied in 30 days',
    from: alive,
    to: 'manual',
    check: ({ openSeconds, openViolations }, { remedyDays }) =>
      openViolations === 0 || openSeconds * 1_000 < remedyDays * day
        ? undefined
        : `a violation has not been remedied for ${dayCount(openSeconds)} days`,
  },
];

/** Every rule that holds, by what the trail says. */
export const demotionsOf = (figures: Figures, settings: ModeSettings): readonly Demotion[] =>
  demotionRules
    .filter(({ from }) => from.includes(figures.mode))
    .flatMap(({ rule, clause, to, check }) => {
      const why = check(figures, settings);
      return why === undefined ? [] : [{ rule, clause, to, why }];
    });

/** Where all of them lead together. */
export const modeAfter = (mode: Mode, demotions: readonly Demotion[]): Mode => lowest(mode, ...demotions.map(({ to }) => to));
