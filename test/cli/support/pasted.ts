import { parseArgs } from 'node:util';
import { globalOptions } from '../../../src/cli/command.js';
import { findVerb } from '../../../src/cli/commands.js';

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

const words = (line: string) => (line.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll(/['"]/g, ''));

/** Why `ubos` would not take this line, pasted into a shell; undefined: it would. */
export async function problemOf(line: string): Promise<string | undefined> {
  const [, ...typed] = words(line);
  if (typed[0] === 'help' || typed[0] === '--help') return undefined;
  const found = findVerb(typed);
  if (found === undefined) return 'no such verb';
  const { entry, args } = found;
  const command = await entry.load();
  try {
    const { positionals } = parseArgs({
      args: [...args],
      options: { ...globalOptions, ...command.options },
      allowPositionals: true,
    });
    const room = roomOf(command.usage, entry.path);
    return positionals.length > room ? `takes ${room}: ${command.usage}` : undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
