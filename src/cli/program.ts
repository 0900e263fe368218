import { Command as Program, CommanderError } from 'commander';
import { JanusError } from '../domain/errors.js';
import { commands } from './commands.js';
import type { Terminal } from './context.js';
import { EXIT } from './exit-codes.js';
import { usageFor } from './terminal/hints.js';
import { version } from './commands/system/version-number.js';

const footer = `
Every command takes
  --json, -o json|jsonl|id     objects with a schema for programs
  --time relative|iso          how times are shown
  --timeout 30s                give up after that, with exit code 124
  --config FILE, --vessel ID   which Janus
  --address, --namespace, --profile   which Temporal; TEMPORAL_* works too
  --by NAME                    who decides
  --no-color, --no-input, --debug, --help
ID is a whole one, 6 or more of its digits, or @latest: the newest that has
not ended, or where all have, the one that ended last.
Exit codes: ubos help exit-codes   One command: ubos help COMMAND`;

/** The tree of verbs, for help and for suggestions; what was typed for a known verb never gets here. */
function createProgram(terminal: Terminal, json: boolean): Program {
  const { stdout, stderr } = terminal;
  const usage = usageFor(terminal);
  const output = {
    writeOut: (text: string) => stdout.write(usage(text)),
    // Of a group without its second word: the help of the group.
    writeErr: (text: string) => json || stderr.write(text),
    outputError: () => undefined,
    getOutHelpWidth: () => 80,
    getErrHelpWidth: () => 80,
  };
  const strict = (program: Program) => program.exitOverride().showSuggestionAfterError().configureOutput(output).helpCommand(false);
  const program = strict(new Program(terminal.called ?? 'ubos'))
    .description('Review, approve and watch what an autonomous agent proposes.')
    .version(version)
    .addHelpText('after', footer);
  for (const { path, summary } of commands) {
    const [first = '', second] = path;
    const words = commands.flatMap((each) => (each.path[0] === first ? [each.path[1] ?? ''] : []));
    const known = program.commands.find((each) => each.name() === first);
    const verb = known ?? strict(program.command(first)).description(second === undefined ? summary : words.join(', '));
    if (second !== undefined) strict(verb.command(second)).description(summary);
  }
  return program;
}

const isVerb = (words: readonly string[]) => commands.some(({ path }) => words.every((word, index) => path[index] === word));

/** What commander takes for the word that was meant, as it can be typed: it names the second word of a group without the first. */
function meant(hint: string | undefined, [first = '']: readonly string[]): string {
  const words = /Did you mean (?:one of )?(.*)\?/.exec(hint ?? '')?.[1]?.split(', ') ?? [];
  const group = isVerb([first]) ? `${first} ` : '';
  return words.length === 0 ? `ubos ${group}--help` : `did you mean: ${words.map((word) => `ubos ${group}${word}`).join(' or ')}`;
}

/** What is no known verb: help, the version, or a word that nobody knows, with the nearest one that somebody does. */
export async function runProgram(terminal: Terminal, words: readonly string[], json: boolean): Promise<number> {
  const program = createProgram(terminal, json);
  if (words.length === 1 && words[0] === 'help') {
    program.outputHelp();
    return EXIT.ok;
  }
  // `ubos help audit` is `ubos audit --help`, for a group as for a verb.
  const typed = words[0] === 'help' ? [...words.slice(1), '--help'] : words;
  const named = typed.filter((word) => !word.startsWith('-'));
  // Help about a word that nobody knows is an error, too.
  const flags = isVerb(named) ? typed.filter((word) => ['-h', '--help', '-V', '--version'].includes(word)) : [];
  try {
    await program.parseAsync([...named, ...flags], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.ok;
    // The group's help is on stderr already.
    if (error.code === 'commander.help' && !json) return EXIT.usage;
    const [problem = '', hint] = error.message.replace(/^error: /, '').split('\n');
    const message = error.code === 'commander.help' ? 'which command?' : problem;
    throw new JanusError('USAGE', message, { next: meant(hint, named) });
  }
}
