/** Numbers of signal(7): the exit code of who is ended by one is 128 more, as in a shell. */
export const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** SIGPIPE, which Node never gets: it hears of it by the error of a write. */
const brokenPipe = 13;

/** Nobody reads any more: the other end of the pipe has ended, or the terminal is gone. */
const isUnheard = ({ code }) => code === 'EPIPE' || code === 'EIO';

/**
 * Listens for a wish to stop: a signal, or that nobody reads any more. `signal` is aborted by the first one, `code` is the exit code that it stands for,
 * and `orElse` gives up waiting for `work` then: it resolves with undefined, and what comes of the work is nobody's affair any more.
 */
export function createInterruption(source = process, outputs = [process.stdout, process.stderr]) {
  const stop = new AbortController();
  let code;
  for (const [name, number] of Object.entries(signals)) {
    source.on(name, () => {
      // Ctrl-C ends `| tee` as well, and its end may be noticed first.
      if (code === undefined || code === 128 + brokenPipe) code = 128 + number;
      stop.abort();
    });
  }
  // Without an ear each write would end the process, and leave behind what it has started.
  for (const output of outputs)
    output.on('error', (error) => {
      if (!isUnheard(error)) return;
      code ??= 128 + brokenPipe;
      stop.abort();
    });
  const aborted = new Promise((resolve) => stop.signal.addEventListener('abort', () => resolve(undefined), { once: true }));
  return {
    signal: stop.signal,
    get code() {
      return code;
    },
    /** Ctrl-C of a terminal that hands over its keys one by one. */
    interrupt() {
      code ??= 128 + signals.SIGINT;
      stop.abort();
    },
    orElse(work) {
      work.catch(() => undefined);
      return stop.signal.aborted ? Promise.resolve(undefined) : Promise.race([work, aborted]);
    },
  };
}
