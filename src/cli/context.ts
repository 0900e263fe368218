import { userInfo } from 'node:os';
import { parseDuration } from '../domain/approval/decision.js';
import { JanusError } from '../domain/errors.js';
import type { TemporalClient } from '../client/connect.js';
import type { Context, Format, Input, Invocation, Output, Values } from './command.js';
import { connectionEnv, textOf, vesselOf } from './command.js';
import { commands } from './commands.js';
import { hintsFor } from './terminal/hints.js';
import type { KeyboardInput } from './terminal/keyboard.js';
import { createKeyboard } from './terminal/keyboard.js';

/** What main.ts takes from the process; tests bring their own. */
export interface Terminal {
  readonly argv: readonly string[];
  readonly stdin: Input;
  readonly stdout: Output & { readonly columns?: number; readonly rows?: number };
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** What this program was called as; `ubos` where nobody says. */
  readonly called?: string;
  readonly signal: AbortSignal;
  /** Aborted when nobody reads stdout any more. */
  readonly gone?: AbortSignal;
  /** Tests stop it. */
  readonly now?: () => Date;
}

/** What a command may ask for besides its terminal: configuration and server. */
export type Sources = Pick<Context, 'config' | 'proposals' | 'vessel' | 'health' | 'histories'>;

/** Everything of a context that needs neither configuration nor server. */
export type BaseContext = Omit<Context, keyof Sources>;

/** Gives a command its sources; `close` lets go of what was opened. */
export type OpenSources = (base: BaseContext, invocation: Invocation) => Sources & { readonly close: () => Promise<void> };

const formats: readonly Format[] = ['text', 'json', 'jsonl', 'id'];

function formatOf(values: Values): Format {
  const asked = textOf(values, 'output') ?? (values['json'] === true ? 'json' : 'text');
  const format = formats.find((each) => each === asked);
  if (format === undefined)
    throw new JanusError('USAGE', `${JSON.stringify(asked)} is no output format`, { next: `-o ${formats.join('|')}` });
  return format;
}

function timeOf(values: Values): Context['time'] {
  const asked = textOf(values, 'time');
  if (asked === undefined || asked === 'relative' || asked === 'iso') return asked;
  throw new JanusError('USAGE', `${JSON.stringify(asked)} is no way to show times`, { next: '--time relative|iso' });
}

/** `--timeout 30s`; a bare number is seconds. */
export function timeoutOf(values: Values): number | undefined {
  const asked = textOf(values, 'timeout');
  if (asked === undefined) return undefined;
  const seconds = parseDuration(/^\d+$/.test(asked) ? `${asked}s` : asked);
  if (seconds === undefined) throw new JanusError('USAGE', `${JSON.stringify(asked)} is no duration`, { next: '--timeout 30s' });
  return seconds;
}

/** The terminal's own word, then COLUMNS, as for a pipe; 100 where nobody says. */
function widthOf({ stdout, env }: Terminal): number {
  const said = [stdout.columns, Number(env['COLUMNS'])].find((each) => each !== undefined && Number.isInteger(each) && each > 0);
  return Math.max(20, said ?? 100);
}

/** An account that was only numbered (a container, `setpriv`) has no name, and asks for one where one is needed. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    throw new JanusError('USAGE', `this account has no name (uid ${process.getuid?.()}), and one is needed here`, {
      cause: error,
      next: '--by NAME, or JANUS_USER=NAME for good',
    });
  }
}

export function createContext(terminal: Terminal, { values }: Invocation, signal: AbortSignal): BaseContext {
  const tty = terminal.stdout.isTTY === true;
  const format = formatOf(values);
  const plain = values['no-color'] === true || (terminal.env['NO_COLOR'] ?? '') !== '' || terminal.env['TERM'] === 'dumb';
  return {
    stdin: terminal.stdin,
    stdout: terminal.stdout,
    stderr: terminal.stderr,
    env: terminal.env,
    cwd: terminal.cwd,
    columns: widthOf(terminal),
    rows: terminal.stdout.rows ?? 24,
    color: tty && !plain,
    format,
    json: format === 'json' || format === 'jsonl',
    time: timeOf(values),
    interactive: tty && terminal.stdin.isTTY === true && values['no-input'] !== true,
    keyboard: createKeyboard({ input: terminal.stdin as KeyboardInput, output: terminal.stdout, signal }),
    here: hintsFor(terminal),
    user: () => textOf(values, 'by') ?? terminal.env['JANUS_USER'] ?? accountName(),
    now: terminal.now ?? (() => new Date()),
    gone: terminal.gone ?? new AbortController().signal,
    signal,
    verbs: commands.map(({ path }) => path),
  };
}

/** Loads each part when it is first asked for: a command that needs no server never loads its client. */
export const openSources: OpenSources = ({ env, cwd }, { values }) => {
  let connection: Promise<TemporalClient> | undefined;
  let loaded: ReturnType<Context['config']> | undefined;
  const load: Context['config'] = async (how) => {
    const { loadConfig } = await import('../config/load.js');
    return loadConfig({ agentFile: textOf(values, 'config'), env, cwd, ...how });
  };
  const config: Context['config'] = (how) => (how === undefined ? (loaded ??= load()) : load(how));
  const temporal = async () => {
    const [{ connect }, { loadTemporalConnection }, { paths }] = await Promise.all([
      import('../client/connect.js'),
      import('../client/temporal-connection.js'),
      config(),
    ]);
    return (connection ??= connect(loadTemporalConnection(connectionEnv(env, values), paths.state)));
  };
  return {
    config,
    proposals: async () => {
      const [{ createProposalClient }, settings] = await Promise.all([import('../client/proposals.js'), config()]);
      return createProposalClient({
        temporal: await temporal(),
        vessel: vesselOf(values, settings),
        approvalSeconds: settings.approval.timeoutSeconds,
      });
    },
    vessel: async () => {
      const [{ createVesselClient }, settings] = await Promise.all([import('../client/vessel.js'), config()]);
      return createVesselClient(await temporal(), vesselOf(values, settings));
    },
    health: async () => {
      const [{ readHealth }, settings] = await Promise.all([import('../client/health.js'), config()]);
      return readHealth(await temporal(), vesselOf(values, settings), settings.host);
    },
    histories: async () => {
      const [{ createHistories }, settings] = await Promise.all([import('../client/histories.js'), config()]);
      return createHistories(await temporal(), vesselOf(values, settings));
    },
    close: async () => {
      await (await connection?.catch((): undefined => undefined))?.close();
    },
  };
};
