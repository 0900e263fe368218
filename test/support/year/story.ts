/** What happens on a day, beside its cycle and what people decide about it. */
export interface DayOfStory {
  /** How many actions the model chooses. */
  readonly chosen: number;
  /** How many of those that wait are rejected; the others are approved. */
  readonly rejected: number;
  readonly votes?: readonly string[];
  /** Somebody objects to what ran alone last. */
  readonly flag?: true;
  /** Somebody starts alone what nobody approved, and nobody reviews it. */
  readonly glass?: true;
}

export const storyDays = 400;
export const trinity = ['claude', 'gemini', 'codex'] as const;

/** While people have to see enough of it for the next mode. */
const busy = (day: number) => day <= 31 || (day >= 60 && day <= 93) || (day >= 240 && day <= 274) || (day >= 330 && day <= 362);

/** Of the four hundred days: when the next mode is authorised, people decide by the figures. */
export function dayOf(day: number): DayOfStory {
  const chosen = busy(day) ? 2 : day % 3 === 0 ? 1 : 0;
  const bad = day >= 60 && day <= 62;
  return {
    chosen,
    // Elsewhere they say no now and then, as people do.
    rejected: bad || day === 12 || day === 75 || day === 250 ? 1 : 0,
    ...(day === 47 && { flag: true }),
    ...(day === 264 && { votes: trinity }),
    ...(day === 330 && { glass: true }),
  };
}

/** The disk fills up, and each fifth day the playbook finds it too full. */
export const diskPercent = (day: number): number => 40 + (day % 5) * 11;
