import { parseArgs } from 'node:util';
import { globalOptions } from '../../../src/cli/command.js';
import { commands } from '../../../src/cli/commands.js';

/** How many words besides its options a usage has room for. */
function roomOf(usage: string, verb: readonly string[]): number {
  const rooms = usage.split(' · ').map((line) => {
    const words = line
      .replace(/^ubos /, '')
      .replaceAll(/\[?(?<!\w)-{1,2}[a-z-]+(?:[ =](?:[A-Z]+=)?[A-Z][A-Z-|=]*(?: \w+\|\w+(?:\|\w+)*)?)?\]?(?:\.\.\.)?/g, '')
      .split(/[ |]+/)
      .filter((word) => /\w/.test(word));
    return words.some((word) => word.includes('...')) ? Number.POSITIVE_INFINITY : words.length - verb.length;
  });
  return Math.max(...rooms);
}

const words = (line: string) => (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''));

/** Why `ubos` would not take this line, pasted into a shell; undefined: it would. */
export async function problemOf(line: string): Promise<string | undefined> {
  const [, ...typed] = words(line);
  if (typed[0] === 'help' || typed[0] === '--help') return undefined;
  const entry = commands.find(({ path }) => path.every((word, index) => typed[index] === word));
  if (entry === undefined) return 'no such verb';
  const command = await entry.load();
  try {
    const { positionals } = parseArgs({
      args: typed.slice(entry.path.length),
      options: { ...globalOptions, ...command.options },
      allowPositionals: true,
    });
    const room = roomOf(command.usage, entry.path);
    return positionals.length > room ? `takes ${room}: ${command.usage}` : undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
