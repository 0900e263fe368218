import type { Condition, Voices } from './conditions.js';
import { conditionsFor, nextMode } from './conditions.js';
import type { Demotion } from './demotions.js';
import { demotionsOf, modeAfter } from './demotions.js';
import type { ModeChange, ModeTrail } from './evidence.js';
import type { Figures } from './figures.js';
import { figuresAt } from './figures.js';
import type { Ceiling, Mode } from './mode.js';
import { isHigher, lowest } from './mode.js';
import type { ModeSettings } from './settings.js';

/** Where the vessel was lowered by nobody's fault (its workflow was lost, or a backup restored), a signature alone brings it back. */
export const unknownToWorkflow = 'workflow_lost';

/** A step up that the trail does not bear out. */
export interface Unearned {
  readonly change: string;
  readonly why: string;
}

/** What the mode is by the trail, and why. */
export interface ModeView {
  /** What counts: below what is recorded as soon as something demotes, whether or not that is recorded yet. */
  readonly mode: Mode;
  readonly recorded: Mode;
  readonly demotions: readonly Demotion[];
  readonly unearned: readonly Unearned[];
  readonly figures: Figures;
  readonly next: 'alpha' | 'beta' | 'omega' | undefined;
  readonly conditions: readonly Condition[];
}

/** The trail as it was when a change was decided. */
function trailBefore({ vessel, proposals }: ModeTrail, index: number): ModeTrail {
  const { changes } = vessel;
  const { at, seq, proposals: rested, before } = changes[index] as ModeChange;
  const until = rested?.seq ?? -1;
  return {
    vessel: {
      ...vessel,
      ...before,
      changes: changes.slice(0, index),
      signs: vessel.signs.filter((each) => each <= at),
      cycles: vessel.cycles.filter((each) => each <= at),
      violations: vessel.violations.filter((each) => each.at <= at),
      flags: vessel.flags.filter((each) => each.seq < seq),
      newestAt: at,
    },
    proposals: {
      ...proposals,
      decided: proposals.decided.filter((each) => each.seq <= until),
      alone: new Map([...proposals.alone].filter(([, each]) => each.seq <= until)),
      completions: proposals.completions.filter((each) => each.seq <= until),
    },
  };
}

/** Whether it only brings back what was lost by nobody's fault, and no more than that. */
function isRestored(trail: ModeTrail, index: number): boolean {
  const { changes, violations } = trail.vessel;
  const [lost, change] = [changes[index - 1], changes[index] as ModeChange];
  if (lost?.why !== unknownToWorkflow || isHigher(change.to, lost.from)) return false;
  return !violations.some(({ at }) => at >= lost.at && at <= change.at);
}

/** Why one step up was not earned; undefined where the trail bears it out, or where it went down. */
function whyUnearned(trail: ModeTrail, index: number): string | undefined {
  const change = trail.vessel.changes[index] as ModeChange;
  const from = trail.vessel.changes[index - 1]?.to ?? 'alpha';
  const { to, orders, settings, recommenders, at } = change;
  if (!isHigher(to, from)) return undefined;
  if (orders.length === 0) return 'nobody signed it';
  if (isRestored(trail, index)) return undefined;
  if (to !== nextMode[from]) return `${to} does not follow ${from}`;
  const figures = figuresAt(trailBefore(trail, index), settings, at);
  const missed = conditionsFor(to, { figures, settings, voices: { recommenders }, now: at }).filter(({ met }) => !met);
  return missed.length === 0 ? undefined : missed.map(({ rule, found }) => `${rule}: ${found}`).join('; ');
}

/** Every step up that the figures of its own moment do not bear out: whoever wrote it, it counts for nothing. */
export const unearnedIn = (trail: ModeTrail): readonly Unearned[] =>
  trail.vessel.changes.flatMap(({ id }, index) => {
    const why = whyUnearned(trail, index);
    return why === undefined ? [] : [{ change: id, why }];
  });

/** What was there before each unearned step up that nothing has taken back since. */
function stillUnearned({ vessel: { changes } }: ModeTrail, unearned: readonly Unearned[]): readonly Mode[] {
  const before = (index: number): Mode => changes[index - 1]?.to ?? 'alpha';
  const lastDown = changes.findLastIndex(({ to }, index) => !isHigher(to, before(index)));
  return unearned
    .map(({ change }) => changes.findIndex(({ id }) => id === change))
    .flatMap((index) => (index > lastDown ? [before(index)] : []));
}

/** The mode by the trail alone, recomputed from its first record (spec T7). Pure: on any machine, from the files, the same. */
export function viewMode(trail: ModeTrail, { settings, voices, now }: ViewSubject): ModeView {
  const figures = figuresAt(trail, settings, now);
  const demotions = demotionsOf(figures, settings);
  const unearned = unearnedIn(trail);
  const mode = lowest(modeAfter(figures.mode, demotions), ...stillUnearned(trail, unearned));
  const next = nextMode[mode];
  const conditions = next === undefined ? [] : conditionsFor(next, { figures, settings, voices, now });
  return { mode, recorded: figures.mode, demotions, unearned, figures, next, conditions };
}

export interface ViewSubject {
  readonly settings: ModeSettings;
  readonly voices: Voices;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What counts at this moment: never more than the configuration allows, nor than alpha while something holds the vessel. */
export const effectiveMode = (earned: Mode, ceiling: Ceiling, isHeld: boolean): Mode =>
  isHeld ? lowest(earned, ceiling, 'alpha') : lowest(earned, ceiling);
