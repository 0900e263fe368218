/** Lateness of the last ticks, in milliseconds; bounded. */
export interface JitterWindow {
  readonly samples: readonly number[];
}

const windowSize = 1_200;

export function addSample(window: JitterWindow, milliseconds: number): JitterWindow {
  return { samples: [...window.samples.slice(-(windowSize - 1)), milliseconds] };
}

/** The q-quantile (0 to 1) by nearest rank, rounded to 0.1 ms; 0 for an empty window. */
export function quantile({ samples }: JitterWindow, q: number): number {
  if (samples.length === 0) return 0;
  const sorted = [...samples].sort((a, b) => a - b);
  const rank = Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1));
  return Math.round((sorted[rank] ?? 0) * 10) / 10;
}
