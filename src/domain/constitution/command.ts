import type { ToolCall } from '../action/proposal.js';
import type { Tool } from '../action/tool.js';

/** Longest single argument, and all of them together, in UTF-16 code units. Far below the kernel's limits, far above honest use. */
const argumentLengthMax = 4_096;
const argumentsLengthMax = 65_536;
const privilegedPrograms = new Set(['sudo', 'su', 'doas', 'pkexec', 'sudoedit', 'run0']);
const shellPrograms = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'mksh', 'fish', 'csh', 'tcsh']);
/** The seed's blocked characters; a newline is refused as a control character anyway. */
const shellMetacharacters = /[;|&`$()<>]/;
const controlCharacter = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** A block `|` of YAML ends with a line break, which nobody sees who wrote one line. */
function remedyFor(text: string): string {
  const isOneLine = text.endsWith('\n') && !controlCharacter.test(text.slice(0, -1));
  return isOneLine ? ' at its end; in YAML write |- for |, or the text in quotes' : '; several lines of text belong into tool_kwargs.stdin';
}

const basename = (path: string) => path.slice(path.lastIndexOf('/') + 1);
const isPrivileged = (program: string) => privilegedPrograms.has(basename(program).toLowerCase());

/** As it stands, and as a shell joins what quotes and backslashes part: s"u"do is sudo, and so is su\do. */
const readings = (text: string) => [text, text.replace(/['"\\]/g, '')];

/** Words as any program or shell might read them: split at white space, quotes, separators, and around `=`. */
function words(text: string): string[] {
  return readings(text)
    .flatMap((reading) => reading.split(/[\s'"\\;|&`$(){}<>=,:]+/))
    .filter((word) => word !== '');
}

/** True for a path that climbs: the seed's rule ("..", with a slash), a bare "..", and one glued to its option ("-C.."). */
export function climbs(text: string): boolean {
  return (
    readings(text).some((reading) => reading.includes('..') && reading.includes('/')) ||
    words(text).some((word) => /^(-\w)?\.\.$/.test(word))
  );
}

interface CommandFinding {
  readonly rule: 'privileged' | 'path-traversal' | 'control-character' | 'argument-length' | 'shell-script' | 'shell-metacharacter';
  readonly message: string;
}

interface CommandCheck {
  (call: ToolCall, tool: Tool, raisedRisk: boolean): readonly CommandFinding[];
}

/** Not the program alone: `env bash -c` is a shell as well. */
const isShell = ({ shell, command }: Tool) => shell || command.some((word) => shellPrograms.has(basename(word)));

interface Line {
  readonly number: number;
  readonly text: string;
}

/** As they stand, and as a shell joins what a backslash at the end of a line parts. */
function scriptLines(script: string): Line[] {
  const lines = script.split('\n').map((text, index) => ({ number: index + 1, text }));
  const joined: Line[] = [];
  for (const line of lines) {
    const before = joined.at(-1);
    if (before?.text.endsWith('\\') === true) joined[joined.length - 1] = { ...before, text: before.text.slice(0, -1) + line.text };
    else joined.push(line);
  }
  return joined.length === lines.length ? lines : [...lines, ...joined];
}

/** What a shell could read as its script: its arguments, and line by line what is fed to it (`source /dev/stdin`), of which one objection is enough. */
const perText =
  (rule: CommandFinding['rule'], object: (text: string, isFed: boolean) => string | undefined): CommandCheck =>
  (call, tool) => {
    const ofArguments = call.toolArgs.flatMap((argument, index) => {
      const found = object(argument, false);
      return found === undefined ? [] : [{ rule, message: `argument ${index + 1} of ${call.toolName} ${found}` }];
    });
    const { stdin } = call.toolKwargs;
    if (stdin === undefined || !isShell(tool)) return ofArguments;
    for (const { number, text } of scriptLines(stdin)) {
      // Several lines, and columns, are what standard input is for.
      const found = object(text.replaceAll('\t', ' '), true);
      if (found !== undefined) return [...ofArguments, { rule, message: `line ${number} of the stdin of ${call.toolName} ${found}` }];
    }
    return ofArguments;
  };

/** Command review (spec C4, charter "Arguments"): no shell is involved unless the tool is one, and nothing in argv may pretend otherwise. */
const checks: readonly CommandCheck[] = [
  perText('privileged', (text) => {
    const word = words(text).find(isPrivileged);
    return word === undefined ? undefined : `names the privileged program ${JSON.stringify(word)}`;
  }),
  perText('path-traversal', (text) => (climbs(text) ? 'climbs out with ".."' : undefined)),
  perText('control-character', (text, isFed) => {
    const found = controlCharacter.exec(text)?.[0].codePointAt(0);
    if (found === undefined) return undefined;
    const remedy = isFed ? '' : remedyFor(text);
    return `holds the control character U+${found.toString(16).toUpperCase().padStart(4, '0')}${remedy}`;
  }),
  ({ toolName, toolArgs }) =>
    toolArgs.flatMap(({ length }, index) => {
      const message = `argument ${index + 1} of ${toolName} has ${length} characters, at most ${argumentLengthMax} are allowed`;
      return length > argumentLengthMax ? [{ rule: 'argument-length', message }] : [];
    }),
  (call) => {
    const total = call.toolArgs.reduce((sum, argument) => sum + argument.length, 0);
    const message = `all arguments of ${call.toolName} have ${total} characters, at most ${argumentsLengthMax} are allowed`;
    return total > argumentsLengthMax ? [{ rule: 'argument-length', message }] : [];
  },
  (call, tool) => {
    const message = `${call.toolName} is a shell and takes exactly one argument, its script; found ${call.toolArgs.length}`;
    return tool.shell && call.toolArgs.length !== 1 ? [{ rule: 'shell-script', message }] : [];
  },
  (call, tool, raisedRisk) => {
    if (!isShell(tool) || (tool.shell && raisedRisk)) return [];
    const remedy = tool.shell ? 'raise risk_level to medium' : 'declare the tool with shell: true';
    return perText('shell-metacharacter', (text) => {
      const found = shellMetacharacters.exec(text)?.[0];
      return found === undefined ? undefined : `holds the shell metacharacter ${JSON.stringify(found)}; ${remedy} or do without it`;
    })(call, tool, raisedRisk);
  },
];

/** Every objection to one call of a registered tool. Pure; asked at review and again before the start. */
export function checkCommand(call: ToolCall, tool: Tool, raisedRisk: boolean): CommandFinding[] {
  const program = tool.command.find((part) => isPrivileged(part));
  const ofProgram =
    program === undefined ? [] : [{ rule: 'privileged' as const, message: `${call.toolName} is itself the privileged program ${program}` }];
  return [...ofProgram, ...checks.flatMap((check) => check(call, tool, raisedRisk))];
}
