/** Numbers of signal(7): the exit code of who is ended by one is 128 more, as in a shell. */
const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/**
 * Listens for a wish to stop. `signal` is aborted by the first one, `code` is the exit code that it stands for, and `orElse` gives up waiting
 * for `work` then: it resolves with undefined, and what comes of the work is nobody's affair any more.
 */
export function createInterruption(source = process) {
  const stop = new AbortController();
  let code;
  for (const [name, number] of Object.entries(signals)) {
    source.on(name, () => {
      code ??= 128 + number;
      stop.abort();
    });
  }
  const aborted = new Promise((resolve) => stop.signal.addEventListener('abort', () => resolve(undefined), { once: true }));
  return {
    signal: stop.signal,
    get code() {
      return code;
    },
    orElse(work) {
      work.catch(() => undefined);
      return stop.signal.aborted ? Promise.resolve(undefined) : Promise.race([work, aborted]);
    },
  };
}
