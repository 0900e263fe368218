import { hour } from './settings.js';

/**
 * When a vessel showed that it lived, in milliseconds, each later than the one before: a moment under a clock that was set back shows nothing that
 * an earlier one has not shown.
 */
export type Signs = readonly number[];

/** Takes in one more sign of life; what is not later than the last one changes nothing. */
export function addSign(signs: number[], at: number): void {
  if (Number.isFinite(at) && at > (signs.at(-1) ?? Number.NEGATIVE_INFINITY)) signs.push(at);
}

/** Milliseconds of life from the first sign up to each: a silence that is too long counts nothing (spec T7). */
export interface Life {
  readonly signs: Signs;
  readonly sums: readonly number[];
  readonly silenceMax: number;
}

export function lifeOf(signs: Signs, silenceHoursMax: number): Life {
  const silenceMax = silenceHoursMax * hour;
  const sums: number[] = [];
  for (const [index, at] of signs.entries()) {
    const gap = index === 0 ? 0 : at - (signs[index - 1] as number);
    sums.push((sums[index - 1] ?? 0) + (gap <= silenceMax ? gap : 0));
  }
  return { signs, sums, silenceMax };
}

/** How many signs there were until then. */
function countUntil(signs: Signs, at: number): number {
  let [low, high] = [0, signs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((signs[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Life until a moment, in milliseconds. After the last sign nothing has been shown yet. */
export function livedUntil({ signs, sums, silenceMax }: Life, at: number): number {
  const index = countUntil(signs, at) - 1;
  if (index < 0) return 0;
  const [last, next] = [signs[index] as number, signs[index + 1]];
  const part = next === undefined || next - last > silenceMax ? 0 : at - last;
  return (sums[index] as number) + part;
}

/** The moment since which it has lived for so long; the beginning of time where it has not. */
export function momentBefore(life: Life, milliseconds: number): number {
  const { signs, sums } = life;
  const wanted = (sums.at(-1) ?? 0) - milliseconds;
  if (wanted <= 0) return Number.NEGATIVE_INFINITY;
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] as number) >= wanted) high = middle;
    else low = middle + 1;
  }
  return (signs[low] as number) - ((sums[low] as number) - wanted);
}
