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

/** The tree of verbs, for help and for suggestions; what was typed for a known verb never gets here. */
function createProgram(terminal: Terminal): Program {
  const output = { writeOut: (text: string) => terminal.stdout.write(text), writeErr: (text: string) => terminal.stderr.write(text) };
  const strict = (program: Program) => program.exitOverride().showSuggestionAfterError().configureOutput(output).helpCommand(false);
  const program = strict(new Program('ubos'))
    .description('Review, approve and watch what an autonomous agent proposes.')
    .version(version)
    .addHelpText(
      'after',
      '\nEvery command takes --json, --config FILE, --by NAME, --no-color, --no-input, --help.\nExit codes: ubos help exit-codes',
    );
  for (const { path, summary } of commands) {
    const [first = '', second] = path;
    const words = commands.flatMap((each) => (each.path[0] === first ? [each.path[1] ?? ''] : []));
    const known = program.commands.find((each) => each.name() === first);
    const verb = known ?? strict(program.command(first)).description(second === undefined ? summary : words.join(', '));
    if (second !== undefined) strict(verb.command(second)).description(summary);
  }
  return program;
}

/** Flags that may stand before the verb; the value of one that takes one is not mistaken for the verb. */
function splitLeading(argv: readonly string[]): { readonly leading: readonly string[]; readonly rest: readonly string[] } {
  let index = 0;
  while (index < argv.length) {
    const name = /^--([a-z-]+)$/.exec(argv[index] ?? '')?.[1];
    const option = name !== undefined && name in globalOptions ? globalOptions[name as keyof typeof globalOptions] : undefined;
    if (option === undefined || name === 'help') break;
    index += option.type === 'string' ? 2 : 1;
  }
  return { leading: argv.slice(0, index), rest: argv.slice(index) };
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
    verbs: commands.map(({ path }) => path),
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
  const { leading, rest } = splitLeading(terminal.argv);
  const entry = commands.find(({ path }) => path.every((word, index) => rest[index] === word));
  try {
    if (entry !== undefined) return await runCommand(terminal, wire, entry.load, [...leading, ...rest.slice(entry.path.length)]);
    await createProgram(terminal).parseAsync([...rest], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return reportError(error, terminal, { json: terminal.argv.includes('--json'), debug: terminal.argv.includes('--debug') });
  }
}
