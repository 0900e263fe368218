/** From the least that a vessel may do without a person to the most. In `manual` it does not even propose (charter: sunset). */
export const modeNames = ['manual', 'alpha', 'beta', 'omega'] as const;
export type Mode = (typeof modeNames)[number];

/** What the configuration allows at most: a ceiling, never a grant. */
export type Ceiling = Exclude<Mode, 'manual'>;

/** The mode of a name of unknown origin; undefined for what is none. */
export const modeIn = (name: unknown): Mode | undefined => modeNames.find((mode) => mode === name);

const rank = (mode: Mode): number => modeNames.indexOf(mode);

export const isHigher = (mode: Mode, than: Mode): boolean => rank(mode) > rank(than);

/** The lowest of them: nothing that holds a vessel down is outvoted. */
export const lowest = (first: Mode, ...others: readonly Mode[]): Mode =>
  others.reduce((low, each) => (isHigher(low, each) ? each : low), first);

/**
 * Whether the vessel may act without a person, as far as its hands know: by the last word that they have of it, below what their own configuration
 * allows. Where nobody has told them, that alone says it: what rests on this stops more than it has to, and never less.
 */
export const isAutonomous = (ceiling: Ceiling, told: Mode | undefined): boolean => isHigher(lowest(ceiling, told ?? ceiling), 'alpha');
