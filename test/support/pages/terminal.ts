import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { closeAtTheEnd } from '../closing.js';

export interface Shown {
  readonly code: number;
  /** As it came, with its colours; rows end with a newline alone. */
  readonly text: string;
}

/** A question that `ubos` asks on a terminal, and the key that answers it. */
export interface Answer {
  readonly question: string;
  readonly key: string;
}

export interface Terminal {
  /** Types one command and waits for its end; answers its questions in their order. */
  type(command: string, answers?: readonly Answer[]): Promise<Shown>;
  /** Types a command that goes on; resolves when it has said the words, and gives back what ends it by Ctrl-C. */
  keep(command: string, words: string): Promise<() => Promise<Shown>>;
}

/** A command of a page that goes on for ever is a mistake of the page; the longest takes a minute on a busy machine. */
const patienceSeconds = 300;

const rows = (text: string) => text.replaceAll('\r\n', '\n');
const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** A terminal of 80 columns and 40 rows: `script` of util-linux has a pseudo-terminal, Node has none. */
export function openTerminal({ cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }): Terminal {
  const start = (command: string) => {
    const child = spawn('script', ['-qec', `stty cols 80 rows 40; bash -c ${quoted(command)}`, '/dev/null'], {
      cwd,
      env: { ...env, TERM: 'xterm', SHELL: '/bin/bash' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let text = '';
    const listeners = new Set<() => void>();
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (const listener of listeners) listener();
    });
    const closed = new Promise<Shown>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code: code ?? -1, text: rows(text) }));
    });
    closeAtTheEnd(() => void child.kill());
    const press = (key: string) => child.stdin.write(key);
    return { closed, press, listeners, text: () => stripVTControlCharacters(rows(text)), kill: () => void child.kill() };
  };

  return {
    type(command, answers = []) {
      const { closed, press, listeners, text, kill } = start(command);
      let answered = 0;
      let from = 0;
      listeners.add(() => {
        const { question, key } = answers[answered] ?? {};
        if (question === undefined || key === undefined || !text().slice(from).endsWith(question)) return;
        answered += 1;
        from = text().length;
        press(key);
      });
      const patience = setTimeout(kill, patienceSeconds * 1_000);
      return closed.finally(() => clearTimeout(patience));
    },
    async keep(command, words) {
      const { closed, press, listeners, text } = start(command);
      const said = new Promise<void>((resolve) => {
        listeners.add(() => text().includes(words) && resolve());
      });
      const ended = await Promise.race([said, closed]);
      if (ended !== undefined) throw new Error(`${command} ended with ${ended.code} before it said "${words}":\n${ended.text}`);
      return () => {
        press('\u0003');
        return closed;
      };
    },
  };
}

const styles: Readonly<Record<string, string>> = { '1': 'bold', '2': 'dim', '31': 'red', '32': 'green', '33': 'yellow' };

/** A row as it came, in pieces, each with its style; '' is plain. */
export function piecesOf(row: string): { readonly style: string; readonly text: string }[] {
  let style = '';
  const pieces: { style: string; text: string }[] = [];
  // eslint-disable-next-line no-control-regex -- that is what is looked for
  for (const [index, part] of row.split(/\u001b\[(\d+)m/).entries())
    if (index % 2 === 1) style = styles[part] ?? '';
    else if (part !== '') pieces.push({ style, text: part });
  return pieces;
}
