/** `now` ends what runs; `drain` lets it end by itself. Neither lets anything start. */
export type StopMode = 'now' | 'drain';

/** What stands on the disk from the moment that somebody noticed a stop until a resume named it: once for each stop (spec K1). */
export interface StopMark {
  /** `stop-` and 12 hex digits: whoever lifts a stop names it, and lifts no other. */
  readonly id: string;
  /** When it was noticed. */
  readonly at: string;
  readonly reason: string;
  /** Who pulled it, or noticed that somebody had: a person, `guard`, `hands`, `breach`. */
  readonly by: string;
  readonly mode: StopMode;
}

/** A stop that stands. */
export interface StandingStop extends Partial<Omit<StopMark, 'mode'>> {
  readonly mode: StopMode;
  /** As the mark says it: the file ends what runs on top of a stop that only drains. */
  readonly markedMode?: StopMode;
  /** False: it was taken away, and the mark still stops. */
  readonly isFileThere: boolean;
  /** What was found: "FILE exists". */
  readonly found: string;
  /** What can be typed about it. */
  readonly next: string;
}

export const isStopId = (value: unknown): value is string => typeof value === 'string' && /^stop-[0-9a-f]{12}$/.test(value);

/** Of its record in the mission log. */
export const stopRecordId = (id: string): string => `stop/${id}`;

const isText = (value: unknown): value is string => typeof value === 'string';

/** Undefined where it is no mark that we wrote. */
export function parseMark(text: string): StopMark | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { id, at, reason, by, mode } = (value ?? {}) as Partial<Record<keyof StopMark, unknown>>;
  if (!isStopId(id) || !isText(at) || Number.isNaN(Date.parse(at))) return undefined;
  if (!isText(reason) || !isText(by) || (mode !== 'now' && mode !== 'drain')) return undefined;
  return { id, at, reason, by, mode };
}

/** A stop as the reason for not starting something. */
export const stopWords = ({ found, reason }: StandingStop): string =>
  `emergency stop: ${found}${reason === undefined || reason === '' ? '' : ` (${reason})`}`;
