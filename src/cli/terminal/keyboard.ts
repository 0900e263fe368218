import { JanusError } from '../../domain/errors.js';

/** The terminal as something to ask. Ctrl-C throws INTERRUPTED, a closed terminal USAGE: neither is ever an answer. */
export interface Keyboard {
  /** One key. What was typed before the question could be read answers nothing. */
  key(question: string): Promise<string>;
  /** One line, trimmed; empty where Escape or nothing was typed. */
  line(question: string): Promise<string>;
}

/** The part of `process.stdin` that is used; tests bring a stream of their own. */
export type KeyboardInput = NodeJS.ReadableStream & { setRawMode(on: boolean): unknown };

export interface KeyboardSettings {
  readonly input: KeyboardInput;
  readonly output: { write(text: string): unknown };
  readonly signal: AbortSignal;
  /** How long waiting keystrokes are thrown away before a question is shown. */
  readonly settleMilliseconds?: number;
}

export const interrupted = (words = 'the question on the screen decided nothing'): JanusError =>
  new JanusError('INTERRUPTED', `interrupted; ${words}`);
const closed = () => new JanusError('USAGE', 'the terminal was closed; the question on the screen decided nothing');

const ctrlC = '\u0003';
const ctrlD = '\u0004';

/** Reads one chunk in raw mode, which is left again whatever happens. Several keys in one chunk are a paste, and no key. */
function readKey({ input, output, signal, settleMilliseconds = 60 }: KeyboardSettings, question: string): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    let asked = false;
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      input.off('data', onData).off('end', onEnd);
      signal.removeEventListener('abort', onAbort);
      input.setRawMode(false);
      input.pause();
      settle();
    };
    const fail = (error: Error) => () => {
      if (asked) output.write('\n');
      reject(error);
    };
    const onData = (data: Buffer | string) => {
      const text = data.toString();
      if (text.includes(ctrlC)) finish(fail(interrupted()));
      else if (text.includes(ctrlD)) finish(fail(closed()));
      else if (asked) finish(() => resolve(text));
    };
    const onEnd = () => finish(fail(closed()));
    const onAbort = () => finish(fail(signal.reason as Error));
    // Typed ahead: a second `a` must not approve a proposal that nobody has seen.
    const timer = setTimeout(() => {
      asked = true;
      output.write(question);
    }, settleMilliseconds);
    input.setRawMode(true);
    input.on('data', onData).once('end', onEnd);
    input.resume();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

/** By node's own line editor, which echoes. Escape gives the line up; the terminal is left as it was, whatever happens. */
async function readLine({ input, output, signal }: KeyboardSettings, question: string): Promise<string> {
  const { createInterface } = await import('node:readline');
  const editor = createInterface({ input, output: output as NodeJS.WritableStream, terminal: true, historySize: 0, escapeCodeTimeout: 50 });
  const listening = new AbortController();
  let answered = false;
  try {
    return await new Promise<string>((resolve, reject) => {
      const onKey = (_: unknown, { name }: { readonly name?: string }) => {
        if (name === 'escape') resolve('');
      };
      input.on('keypress', onKey);
      listening.signal.addEventListener('abort', () => input.off('keypress', onKey));
      signal.addEventListener('abort', () => reject(signal.reason as Error), { signal: listening.signal });
      if (signal.aborted) reject(signal.reason as Error);
      editor.once('SIGINT', () => reject(interrupted())).once('close', () => reject(closed()));
      editor.question(`${question}: `, (line) => {
        answered = true;
        resolve(line.trim());
      });
    });
  } finally {
    listening.abort();
    editor.close();
    if (!answered) output.write('\n');
  }
}

export function createKeyboard(settings: KeyboardSettings): Keyboard {
  return {
    async key(question) {
      const key = await readKey(settings, question);
      settings.output.write(/^[\x20-\x7e]$/.test(key) ? `${key}\n` : '\n');
      return key;
    },
    line: (question) => readLine(settings, question),
  };
}
