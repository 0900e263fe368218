import { basename, delimiter, dirname, relative } from 'node:path';
import { quoted } from '../../domain/text/quoted.js';
import { commands } from '../commands.js';

type Env = Readonly<Record<string, string | undefined>>;

/** A command line, and what it was called as. */
export interface Calling {
  readonly argv: readonly string[];
  readonly env: Env;
  readonly called?: string;
}

/** The name under which this program can be called again from the same place: `ubos` where PATH finds it, else the path as it was typed. */
export function calledAs(script: string | undefined, env: Env, cwd: string): string {
  const { JANUS_CALLED_AS: typed = '', PATH: path = '' } = env; // The launcher `ubos` of a clone says what was typed.
  const file = typed === '' ? script : typed;
  if (file === undefined) return 'ubos';
  if (path.split(delimiter).includes(dirname(file))) return basename(file);
  if (typed !== '') return quoted(typed);
  const near = relative(cwd, file);
  return `node ${quoted(near.startsWith('..') ? file : near)}`;
}

/** What says which Janus and which server are meant; without it the next terminal asks others. */
const homes = ['JANUS_HOME', 'JANUS_CONFIG'] as const;
const which = /^--(?:config|vessel|address|namespace|profile)$/;

function whichFlags(argv: readonly string[]): string[] {
  const own = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : argv.length);
  return own.flatMap((word, index) => {
    const [name = '', ...rest] = word.split('=');
    if (!which.test(name)) return [];
    const value = rest.length > 0 ? rest.join('=') : own[index + 1];
    return value === undefined ? [] : [name, quoted(value)];
  });
}

const firstWords = [...new Set(commands.map(({ path: [word] }) => word)), '--help', 'help'].join('|');
/** A command in a sentence of ours, also where its line was broken behind the name. */
const mention = new RegExp(String.raw`(?<![\w./-])ubos(?=\s+(?:${firstWords}|\.\.\.)(?![\w-]))`, 'g');

/** Rewrites hints, which say `ubos VERB` everywhere in the source, into what can be typed here (spec U2). */
type Hints = (text: string) => string;

export function hintsFor({ argv, env, called = 'ubos' }: Calling): Hints {
  const given = homes.flatMap((name) => ((env[name] ?? '') === '' ? [] : [`${name}=${quoted(env[name] ?? '')}`]));
  const command = [...given, called, ...whichFlags(argv)].join(' ');
  return (text) => text.replaceAll(mention, () => command);
}

/** Usage lines name the program and nothing else. */
export const usageFor =
  ({ called = 'ubos' }: Calling): Hints =>
  (text) =>
    text.replaceAll(mention, () => called);
