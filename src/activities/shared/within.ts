interface Bounds {
  readonly milliseconds: number;
  readonly signal: AbortSignal;
}

/**
 * Work with a signal that is aborted when the time is over, or when `signal` is. With a timer of its own: Node 20 collects an
 * `AbortSignal.timeout` that only `AbortSignal.any` holds, and it never fires.
 */
export async function within<T>({ milliseconds, signal }: Bounds, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), Math.max(0, milliseconds));
  timer.unref();
  try {
    return await work(AbortSignal.any([signal, over.signal]));
  } finally {
    clearTimeout(timer);
  }
}
