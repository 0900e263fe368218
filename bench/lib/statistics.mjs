/** Pure arithmetic of the measurements. */

/** Nearest rank: a value that was really measured, never one in between. NaN where nothing was measured. */
export function quantile(values, share) {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
}

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values) {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Median of the ratios of what was measured in the same round: a busy neighbour disturbs both, and cancels out. */
export function pairedRatio(values, references) {
  const count = Math.min(values.length, references.length);
  return median(Array.from({ length: count }, (_, index) => values[index] / references[index]));
}

/** To so many significant digits: more would be noise. */
export function rounded(value, digits = 3) {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : null;
}

export const summary = (values) => ({ p50: rounded(quantile(values, 0.5)), p99: rounded(quantile(values, 0.99)), samples: values.length });
