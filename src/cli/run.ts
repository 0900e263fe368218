import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { Command as Program, CommanderError } from 'commander';
import { JanusError } from '../domain/errors.js';
import type { Command, Context, Invocation } from './command.js';
import { globalOptions, textOf } from './command.js';
import { commands } from './commands.js';
import { EXIT, exitCodeOf } from './exit-codes.js';
import { version } from './version.js';

/** What main.ts takes from the process; tests bring their own. */
export interface Terminal {
  readonly argv: readonly string[];
  readonly stdin: { readonly isTTY?: boolean };
  readonly stdout: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly signal: AbortSignal;
}

export type Wire = (
  base: Omit<Context, 'config' | 'proposals' | 'health'>,
  invocation: Invocation,
) => Pick<Context, 'config' | 'proposals' | 'health'> & { close(): Promise<void> };

const exitSettled = (code: number) => (code === 0 ? EXIT.ok : EXIT.usage);

/** The tree of verbs, for help and for suggestions; the verbs themselves are parsed by their own files. */
function createProgram(terminal: Terminal, onCommand: (load: () => Promise<Command>, args: string[]) => Promise<void>): Program {
  const program = new Program('ubos')
    .description('Review, approve and watch what an autonomous agent proposes.')
    .version(version)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ writeOut: (text) => terminal.stdout.write(text), writeErr: (text) => terminal.stderr.write(text) })
    .addHelpText(
      'after',
      '\nEvery command takes --json, --config FILE, --by NAME, --no-color, --no-input, --help.\nExit codes: ubos help exit-codes',
    );
  program.helpCommand(false);
  for (const { path, summary, load } of commands) {
    const [first = '', second] = path;
    let parent: Program = program;
    if (second !== undefined) {
      parent =
        program.commands.find((each) => each.name() === first) ??
        program.command(first).description(`${first} ${second}, ...`).exitOverride().helpCommand(false);
      parent.description(
        `${first}: ${commands
          .filter((each) => each.path[0] === first)
          .map((each) => each.path[1])
          .join(', ')}`,
      );
    }
    parent
      .command(second ?? first)
      .description(summary)
      .argument('[arguments...]')
      .allowUnknownOption()
      .helpOption(false)
      .passThroughOptions()
      .action(async (args: string[]) => onCommand(load, args));
  }
  return program.enablePositionalOptions();
}

function parse(command: Command, args: readonly string[]): Invocation {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...globalOptions, ...command.options },
      allowPositionals: true,
    });
    return { values: values as Invocation['values'], positionals };
  } catch (error) {
    throw new JanusError('USAGE', (error as Error).message.split('. ')[0] ?? 'wrong use', { next: command.usage });
  }
}

function baseContext(terminal: Terminal, { values }: Invocation): Omit<Context, 'config' | 'proposals' | 'health'> {
  const tty = terminal.stdout.isTTY === true;
  return {
    stdout: terminal.stdout,
    stderr: terminal.stderr,
    env: terminal.env,
    cwd: terminal.cwd,
    columns: Math.max(20, terminal.stdout.columns ?? Number(terminal.env['COLUMNS'] ?? 100)),
    color: tty && values['no-color'] !== true && (terminal.env['NO_COLOR'] ?? '') === '',
    json: values['json'] === true,
    interactive: tty && terminal.stdin.isTTY === true && values['no-input'] !== true,
    user: textOf(values, 'by') ?? terminal.env['JANUS_USER'] ?? userInfo().username,
    now: () => new Date(),
    signal: terminal.signal,
  };
}

/** Words on stderr, or one JSON object; never a stack unless --debug asks for it. */
export function reportError(
  error: unknown,
  terminal: Pick<Terminal, 'stderr'>,
  { json, debug }: { readonly json: boolean; readonly debug: boolean },
): number {
  const known = error instanceof JanusError;
  const message = known ? error.message : `unexpected: ${error instanceof Error ? error.message : String(error)}`;
  const next = known ? error.next : 'run it again with --debug and report what it says';
  if (json)
    terminal.stderr.write(
      `${JSON.stringify({ error: { code: known ? error.code : 'UNEXPECTED', message, next: next ?? null, details: known ? error.details : {} } })}\n`,
    );
  else terminal.stderr.write(`ubos: ${message}\n${next === undefined ? '' : `  → ${next}\n`}`);
  if (debug && error instanceof Error)
    terminal.stderr.write(`${error.stack ?? ''}\n${error.cause instanceof Error ? (error.cause.stack ?? '') : ''}\n`);
  return known ? exitCodeOf(error.code) : EXIT.failure;
}

async function runCommand(terminal: Terminal, wire: Wire, load: () => Promise<Command>, args: readonly string[]): Promise<number> {
  const command = await load();
  // --help before everything else, so that it never needs a configuration.
  const separator = args.indexOf('--');
  if (args.slice(0, separator < 0 ? args.length : separator).some((argument) => argument === '--help' || argument === '-h')) {
    terminal.stdout.write(
      `${command.usage}\n${command.details === undefined ? '' : `\n${command.details}\n`}\nExit codes: ubos help exit-codes\n`,
    );
    return EXIT.ok;
  }
  const invocation = parse(command, args);
  const base = baseContext(terminal, invocation);
  const wired = wire(base, invocation);
  try {
    return await command.run(invocation, { ...base, config: wired.config, proposals: wired.proposals, health: wired.health });
  } finally {
    await wired.close();
  }
}

/** Runs one command line and returns its exit code. */
export async function run(terminal: Terminal, wire: Wire): Promise<number> {
  let code: number = EXIT.ok;
  const program = createProgram(terminal, async (load, args) => {
    code = await runCommand(terminal, wire, load, args);
  });
  try {
    await program.parseAsync([...terminal.argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return exitSettled(error.exitCode === 1 && error.code === 'commander.help' ? 1 : error.exitCode);
    return reportError(error, terminal, { json: terminal.argv.includes('--json'), debug: terminal.argv.includes('--debug') });
  }
}
