import { readFileSync, readdirSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { tierNames } from '../../../src/domain/action/tier.js';
import { top } from './blocks.js';

/** What a page has shown that is another one each time (ids, digests and their words), with what stood in its place here. */
export type Names = Map<string, string>;

const syllables = '[bdfghjklmnprstvz][aiou][bdfghjklmnprstvz][aiou][bdfghjklmnprstvz]';
const hex = (digits: string) => `(?<![0-9a-f])(?:${digits})(?![0-9a-f-])`;

/** The first that fits counts. */
const named: readonly (readonly [kind: string, pattern: string])[] = [
  ['proposal', 'janus-[0-9a-f]{12}'],
  ['vessel', 'janus-[0-9a-f]{6}'],
  ['stop', 'stop-[0-9a-f]{12}'],
  ['digest', hex('[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{16}|[0-9a-f]{4}-[0-9a-f]{4}')],
  ['words', `${syllables}(?:-${syllables})+`],
];
const anyName = new RegExp(named.map(([kind, pattern]) => `(?<${kind}>${pattern})`).join('|'), 'g');

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** What each tier says of itself, and each way to name the actions' account: which one, depends on the machine. */
function machineWords(): RegExp {
  const folder = `${top}src/adapters/sandbox/tiers/`;
  const said = readdirSync(folder)
    .flatMap((file) => [...readFileSync(folder + file, 'utf8').matchAll(/enforces:\s*(['"])(.*)\1,\n/g)])
    .map(([, , words = '']) => escaped(words));
  const account = String.raw`[\w-]+ \(uid \d+\)|uid \d+ \(no account is called [\w-]+\)|uid \d+, the user that runs Janus`;
  return new RegExp(`actions as (?:${account}), (?:${tierNames.join('|')}): (?:${said.join('|')})`, 'g');
}

/** Figures of the machine and of the moment. Counts may differ, but none is not some; an exit code and the line of a file are themselves. */
const figures: readonly (readonly [pattern: RegExp, as: string])[] = [
  [/(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3} +\d+ [\d:]{8}(?: [AP]M)? \S+ \d{4}/g, '<time>'],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>'],
  [/\d{4}-\d\d(?:-\d\d)?/g, '<date>'],
  [/(?<=Mounted on )\S+/g, '<device>'],
  [/SHA256:[\w+/]{43}/g, '<fingerprint>'],
  [/AAAA[\w+/=]{40,}/g, '<key>'],
  [/\S+(?=\/temporal\/[\d.]+\/temporal)/g, '<cache>'],
  [/\([^()]*, (?:not )?verified\)/g, '(<source>)'],
  [/(?<![\w.])\d+(?:h\d+m|(?:\.\d+)?[BKMGT](?!\w))/g, '<n>'],
  [/(?<![\w.])\d+(?:[.,/]\d+)+/g, '<n>'],
  [/(?<![\w.])\d+(?=(?:ms|min|MB|GB|[smh%])(?!\w)| (?:ms|min|MB|GB|[smh%]|bytes|seconds|minutes)(?!\w))/g, '<n>'],
  [/(?<=load1 is )[\d.]+/g, '<n>'],
  [/(?<![\w.<#]|exit |exits |code |with |\.(?:yaml|json):)[1-9]\d*(?!\w)/g, '<some>'],
];

interface Token {
  readonly text: string;
  /** What was another one each time, as it stood there. */
  readonly names: readonly string[];
}

const known = machineWords();

/** A text as the words that count, however its lines were broken. `home` is where it was written; a page says /home/ana/janus. */
function tokensOf(text: string, home: string): Token[] {
  const plain = stripVTControlCharacters(text)
    .replaceAll(home, '/home/ana/janus')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(known, '<sandbox>');
  const names: string[] = [];
  const kept = plain.replaceAll(anyName, (name, ...more) => {
    names.push(name);
    const kind = Object.entries(more.at(-1) as Record<string, string | undefined>).find(([, found]) => found !== undefined)?.[0];
    return `<${kind}#${names.length - 1}>`;
  });
  const counted = figures.reduce((sum, [pattern, as]) => sum.replaceAll(pattern, as), kept);
  return counted.split(' ').map((word) => ({
    text: word.replaceAll(/<(\w+)#\d+>/g, '<$1>'),
    names: [...word.matchAll(/<\w+#(\d+)>/g)].map(([, index]) => names[Number(index)] ?? ''),
  }));
}

const same = (one: readonly Token[], other: readonly Token[], from: number) =>
  one.every(({ text }, index) => text === other[from + index]?.text);

/** Which word stands for which; undefined where they are not the same. `...` stands for any words, or none. */
function paired(shown: readonly Token[], came: readonly Token[]): [Token, Token][] | undefined {
  const parts: Token[][] = [[]];
  for (const token of shown) {
    if (token.text === '...') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  const pairs: [Token, Token][] = [];
  let from = 0;
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    if (last && came.length - part.length < from) return undefined;
    if (last && (index > 0 || came.length === part.length)) from = came.length - part.length;
    else if (last) return undefined;
    else if (index > 0) while (from < came.length && !same(part, came, from)) from += 1;
    if (!same(part, came, from)) return undefined;
    pairs.push(...part.map((token, offset): [Token, Token] => [token, came[from + offset] as Token]));
    from += part.length;
  }
  return pairs;
}

const words = (tokens: readonly Token[]) => tokens.map(({ text }) => text).join(' ');

/** Why what a page shows is not what came; undefined where it is. Learns what the page's names stand for. */
export function difference(
  shown: string,
  came: string,
  { home, names }: { readonly home: string; readonly names: Names },
): string | undefined {
  const [wanted, found] = [tokensOf(shown, home), tokensOf(came, home)];
  const pairs = paired(wanted, found);
  if (pairs === undefined) return `the page shows\n${shown}\n\nand this came\n${came}\n\nas words:\n- ${words(wanted)}\n+ ${words(found)}`;
  for (const [one, other] of pairs)
    for (const [index, name] of one.names.entries()) {
      const stands = names.get(name) ?? other.names[index];
      if (stands !== other.names[index]) return `${name} of the page is ${stands} first, then ${other.names[index]}`;
      names.set(name, stands ?? '');
    }
  return undefined;
}

/** A command of a page with what its names stand for here; also where it says only how one begins. Throws where the page has not shown it before. */
export function asTyped(command: string, { home, names }: { readonly home: string; readonly names: Names }): string {
  const of = (name: string, prefix = '') => {
    const whole = [...names.keys()].find((each) => each.startsWith(prefix + name));
    if (whole === undefined) throw new Error(`it types ${name}, which the page has not shown before: ${command}`);
    return (names.get(whole) ?? '').slice(prefix.length, prefix.length + name.length);
  };
  return command
    .replaceAll('/home/ana/janus', home)
    .replaceAll(anyName, (name) => of(name))
    .replaceAll(/(?<=[^\w-])(?=[0-9a-f]*[a-f])[0-9a-f]{6,11}(?!\w)/g, (digits) => of(digits, 'janus-'));
}
