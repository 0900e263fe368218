/**
 * The numbers of the charter (spec T7, charter-facts.md), and those that its words leave open. A configuration may be stricter than these, never
 * looser; all are whole numbers.
 */
export interface ModeSettings {
  /** Days of alpha before beta, and of beta before omega, in which the vessel lived. */
  readonly alphaDays: number;
  readonly betaDays: number;
  /** Of what people decided in the last 30 days that it lived, in percent. */
  readonly approvalPercentMin: number;
  /** Of what waited for people, how much they decided at all, in percent. */
  readonly coveragePercentMin: number;
  /** Fewer decisions than this say nothing: the Wilson bound of 52 without a rejection is the first that reaches 95 %. */
  readonly decidedMin: number;
  /** More than this rejected within 7 days demotes, once there were so many decisions. */
  readonly rejectionPercentMax: number;
  readonly demotionDecidedMin: number;
  /** So many rejections in a row within 24 hours demote at once. */
  readonly rejectionsInARow: number;
  /** Between the last recommendation and the authorisation of omega. */
  readonly reviewDays: number;
  /** Without a cycle and without an action: then the protocol expires. */
  readonly sunsetDays: number;
  /** In which a violation has to be remedied. */
  readonly remedyDays: number;
  /** A longer silence of the trail is no life: it earns nothing. */
  readonly silenceHoursMax: number;
}

/** The charter itself: what holds where a trail says nothing else. */
export const charter: ModeSettings = {
  alphaDays: 30,
  betaDays: 180,
  approvalPercentMin: 95,
  coveragePercentMin: 80,
  decidedMin: 52,
  rejectionPercentMax: 20,
  demotionDecidedMin: 5,
  rejectionsInARow: 3,
  reviewDays: 7,
  sunsetDays: 90,
  remedyDays: 30,
  silenceHoursMax: 36,
};

/** Which way a number may be moved from the charter's. */
export const bounds: Readonly<Record<keyof ModeSettings, 'at_least' | 'at_most'>> = {
  alphaDays: 'at_least',
  betaDays: 'at_least',
  approvalPercentMin: 'at_least',
  coveragePercentMin: 'at_least',
  decidedMin: 'at_least',
  rejectionPercentMax: 'at_most',
  demotionDecidedMin: 'at_most',
  rejectionsInARow: 'at_most',
  reviewDays: 'at_least',
  sunsetDays: 'at_most',
  remedyDays: 'at_most',
  silenceHoursMax: 'at_most',
};

const stricter = { at_least: Math.max, at_most: Math.min };

/** Settings of unknown origin, such as a record's: what is no whole number, or looser than the charter, is the charter's. */
export function settingsIn(value: unknown): ModeSettings {
  const said = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const names = Object.keys(charter) as (keyof ModeSettings)[];
  const numberIn = (name: keyof ModeSettings): number => {
    const own = Object.hasOwn(said, name) ? said[name] : undefined;
    return typeof own === 'number' && Number.isSafeInteger(own) && own >= 0 ? stricter[bounds[name]](own, charter[name]) : charter[name];
  };
  return Object.fromEntries(names.map((name) => [name, numberIn(name)])) as unknown as ModeSettings;
}

export const day = 86_400_000;
export const hour = 3_600_000;

/** Rates of approval look back over so much life; of rejection, over so much time. Milliseconds. */
export const monthMilliseconds = 30 * day;
export const weekMilliseconds = 7 * day;
