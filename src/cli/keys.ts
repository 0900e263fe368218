/** One key from the terminal; Ctrl-C and Ctrl-D decide nothing and give `undefined`. Call only where `interactive` is true. */
export function readKey(signal: AbortSignal, input: NodeJS.ReadStream = process.stdin): Promise<string | undefined> {
  return new Promise((resolve) => {
    const finish = (key: string | undefined) => {
      input.off('data', onData);
      input.off('end', onEnd);
      signal.removeEventListener('abort', onEnd);
      input.setRawMode(false);
      input.pause();
      resolve(key);
    };
    const onData = (data: Buffer) => {
      const key = data.toString('utf8');
      finish(key === '\u0003' || key === '\u0004' ? undefined : key);
    };
    const onEnd = () => finish(undefined);
    input.setRawMode(true);
    input.resume();
    input.on('data', onData);
    input.once('end', onEnd);
    signal.addEventListener('abort', onEnd, { once: true });
  });
}
