/** Lateness of the last ticks, in milliseconds; bounded. */
export interface JitterWindow {
  add(milliseconds: number): void;
  /** The q-quantile (0 to 1) by nearest rank, rounded to 0.1 ms; 0 for an empty window. */
  quantile(q: number): number;
}

/** Where a value is, or belongs, in an ascending list. */
function placeOf(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Kept in order as samples come and go: every tick asks for two quantiles, and to sort ten minutes of them each time was most of what it cost. */
export function createJitterWindow(samplesMax = 1_200): JitterWindow {
  const ascending: number[] = [];
  const inTurn: number[] = [];
  let oldest = 0;
  return {
    add: (milliseconds) => {
      const dropped = inTurn[oldest];
      if (dropped !== undefined) ascending.splice(placeOf(ascending, dropped), 1);
      inTurn[oldest] = milliseconds;
      oldest = (oldest + 1) % samplesMax;
      ascending.splice(placeOf(ascending, milliseconds), 0, milliseconds);
    },
    quantile: (q) => {
      const rank = Math.min(ascending.length - 1, Math.max(0, Math.ceil(q * ascending.length) - 1));
      return Math.round((ascending[rank] ?? 0) * 10) / 10;
    },
  };
}
