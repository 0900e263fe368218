import { parseArgs } from 'node:util';
import { JanusError } from '../domain/errors.js';
import { fileWords } from '../domain/text/errno-words.js';
import { didYouMean } from '../domain/text/did-you-mean.js';
import { visible } from '../domain/text/visible.js';
import type { Command, Invocation } from './command.js';
import { globalOptions } from './command.js';
import { findVerb } from './commands.js';
import type { OpenSources, Terminal } from './context.js';
import { createContext, timeoutOf } from './context.js';
import { EXIT, exitCodeOf } from './exit-codes.js';
import { runProgram } from './program.js';
import { jsonObjects } from './schemas/json-objects.js';
import { hintsFor, usageFor } from './terminal/hints.js';
import { interrupted } from './terminal/keyboard.js';

/** How long a command may still end by itself after Ctrl-C or --timeout: an answer that is on its way is not thrown away. */
const graceMilliseconds = 1_000;

/** Flags that may stand before the verb; the value of one that takes one is not mistaken for the verb. */
function splitLeading(argv: readonly string[]): { readonly leading: readonly string[]; readonly rest: readonly string[] } {
  let index = 0;
  while (index < argv.length) {
    const word = argv[index] ?? '';
    const name = word === '-o' ? 'output' : /^--([a-z-]+)$/.exec(word)?.[1];
    const option = name !== undefined && name in globalOptions ? globalOptions[name as keyof typeof globalOptions] : undefined;
    if (option === undefined || name === 'help') break;
    index += option.type === 'string' ? 2 : 1;
  }
  return { leading: argv.slice(0, index), rest: argv.slice(index) };
}

/** The flag that somebody mistyped, where one is near. */
function meantFlag({ options }: Command, why: string): string {
  const typed = /^Unknown option '--([^']+)'/.exec(why)?.[1];
  const meant = typed === undefined ? undefined : didYouMean(typed, Object.keys({ ...globalOptions, ...options }));
  return meant === undefined ? '' : `; did you mean --${meant}?`;
}

function parse(command: Command, args: readonly string[]): Invocation {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...globalOptions, ...command.options },
      allowPositionals: true,
    });
    return { values, positionals };
  } catch (error) {
    const why = (error as Error).message.split('. ')[0] ?? 'wrong use';
    throw new JanusError('USAGE', `${why}${meantFlag(command, why)}`, { next: command.usage });
  }
}

/** Asked before anything is parsed, because what cannot be parsed is an error too. */
function wantsJson(argv: readonly string[]): boolean {
  const own = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : argv.length);
  return own.some(
    (word, index) =>
      word === '--json' ||
      /^(-o|--output=)jsonl?$/.test(word) ||
      ((word === '-o' || word === '--output') && /^jsonl?$/.test(own[index + 1] ?? '')),
  );
}

/** What every command prints on stderr where it fails, with --json. */
export const errorJson = jsonObjects(({ z, text }) => ({
  error: z.strictObject({
    error: z.strictObject({
      code: text.describe('stable; keyed on by exit codes'),
      message: text,
      next: text.nullable().describe('what to type next'),
      details: z.record(z.string(), z.unknown()),
    }),
  }),
}));

/** Words on stderr, or one JSON object; never a stack unless --debug asks for it. */
export function reportError(
  error: unknown,
  terminal: Pick<Terminal, 'stderr' | 'argv' | 'env' | 'called'>,
  { json, debug }: { readonly json: boolean; readonly debug: boolean },
): number {
  const known = error instanceof JanusError;
  const message = known ? error.message : `unexpected: ${fileWords(error)}`;
  const said = known ? error.next : 'run it again with --debug and report what it says';
  const next = said === undefined || !json ? said : hintsFor(terminal)(said); // For people the terminal rewrites all that is written.
  const details = known ? error.details : {};
  const shown = (text: string) => visible(text, { keepNewlines: true });
  if (json)
    errorJson.write(terminal.stderr, 'error', { error: { code: known ? error.code : 'UNEXPECTED', message, next: next ?? null, details } });
  else terminal.stderr.write(`ubos: ${shown(message)}\n${next === undefined ? '' : `  → ${shown(next)}\n`}`);
  if (debug && error instanceof Error)
    terminal.stderr.write(`${shown(error.stack ?? '')}\n${error.cause instanceof Error ? shown(error.cause.stack ?? '') : ''}\n`);
  return known ? exitCodeOf(error.code) : EXIT.failure;
}

/** Ends `work` at Ctrl-C and at --timeout, with the reason as the error; a result that still comes in time counts. */
async function limited(
  terminal: Terminal,
  { values }: Invocation,
  { interrupted: words }: Command,
  work: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const seconds = timeoutOf(values);
  const ending = new AbortController();
  const onInterrupt = () => ending.abort(interrupted(words));
  terminal.signal.addEventListener('abort', onInterrupt, { once: true });
  if (terminal.signal.aborted) onInterrupt();
  const timers: NodeJS.Timeout[] = [];
  const onTimeout = () => ending.abort(new JanusError('TIMEOUT', `no end within --timeout ${seconds}s`, { next: 'ubos proposals list' }));
  if (seconds !== undefined) timers.push(setTimeout(onTimeout, seconds * 1_000));
  const overdue = new Promise<never>((_, reject) => {
    ending.signal.addEventListener('abort', () => timers.push(setTimeout(() => reject(ending.signal.reason as Error), graceMilliseconds)), {
      once: true,
    });
  });
  try {
    return await Promise.race([work(ending.signal), overdue]);
  } finally {
    for (const timer of timers) clearTimeout(timer);
    terminal.signal.removeEventListener('abort', onInterrupt);
  }
}

async function runCommand(
  terminal: Terminal,
  openSources: OpenSources,
  load: () => Promise<Command>,
  args: readonly string[],
): Promise<number> {
  const command = await load();
  // --help before everything else, so that it never needs a configuration.
  const separator = args.indexOf('--');
  if (args.slice(0, separator < 0 ? args.length : separator).some((argument) => argument === '--help' || argument === '-h')) {
    const details = command.details === undefined ? '' : `\n${command.details}\n`;
    const also = '\nAlso: --json, --time, --timeout and more: ubos help   Exit codes: ubos help exit-codes\n';
    terminal.stdout.write(usageFor(terminal)(`${command.usage}\n${details}${also}`));
    return EXIT.ok;
  }
  const invocation = parse(command, args);
  return limited(terminal, invocation, command, async (signal) => {
    const base = createContext(terminal, invocation, signal);
    if (base.format === 'id' && command.printsIds !== true)
      throw new JanusError('USAGE', '-o id is for commands that list or make proposals', { next: command.usage });
    const { close, ...sources } = openSources(base, invocation);
    try {
      return await command.run(invocation, { ...base, ...sources });
    } finally {
      if (!signal.aborted) await close();
    }
  });
}

/** What is written there for people are hints and errors, and bytes of others; for programs it is JSON, whose hints are rewritten before they become JSON. */
function withHints(terminal: Terminal): Terminal {
  const here = hintsFor(terminal);
  const { stderr } = terminal;
  const write = (text: string | Uint8Array) => stderr.write(typeof text === 'string' ? here(text) : text);
  return { ...terminal, stderr: { ...(stderr.isTTY !== undefined && { isTTY: stderr.isTTY }), write } };
}

/** Runs one command line and returns its exit code. */
export async function run(outer: Terminal, openSources: OpenSources): Promise<number> {
  const { leading, rest } = splitLeading(outer.argv);
  const json = wantsJson(outer.argv);
  const terminal = json ? outer : withHints(outer);
  try {
    const typed = findVerb(rest);
    if (typed !== undefined) return await runCommand(terminal, openSources, typed.entry.load, [...leading, ...typed.args]);
    const helped = rest[0] === 'help' ? findVerb([...rest.slice(1), '--help']) : undefined;
    if (helped !== undefined) return await runCommand(terminal, openSources, helped.entry.load, ['--help']);
    return await runProgram(terminal, rest, json);
  } catch (error) {
    return reportError(error, terminal, { json, debug: terminal.argv.includes('--debug') });
  }
}
