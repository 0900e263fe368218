import { isMap, isNode, isPair, isScalar, isSeq, Lexer, LineCounter, parseDocument, Parser, visit } from 'yaml';
import type { z } from 'zod';
import { visible } from '../../domain/text/visible.js';

/** One thing that is wrong in a file, as people need to read it (spec F1). */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly key: string;
  readonly found: string;
  readonly allowed: string;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T; readonly lineOf: (...path: PropertyKey[]) => number }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Larger files are no configuration and no proposal. */
export const documentBytesMax = 1_048_576;
/** What parses and checks a document recurses: a file of brackets would overflow the stack, or take the process down. */
const documentDepthMax = 64;

export function describeProblem({ file, line, key, found, allowed }: Problem): string {
  // Keys and values come from the file: one line for each problem, and nothing in it that a terminal would obey.
  return visible(`${file}:${line}: ${key === '' ? '' : `${key}: `}found ${found}; ${allowed}`);
}

type YamlDocument = ReturnType<typeof parseDocument>;

/** The line of the node at `path`; of the deepest one that exists where the path ends nowhere. With `ofKey`, of the key itself. */
function lineOf(document: YamlDocument, lines: LineCounter, path: readonly PropertyKey[], ofKey: string | undefined): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const part of [...path, ...(ofKey === undefined ? [] : [ofKey])]) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part));
      if (pair === undefined) break;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      if (isNode(node)) offset = node.range?.[0] ?? offset;
    } else break;
  }
  return lines.linePos(offset).line;
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (current, part) => (typeof current === 'object' && current !== null ? (current as Record<PropertyKey, unknown>)[part] : undefined),
    value,
  );
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next[j] = Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The nearest of the known words, if one is near enough to be meant. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const [best] = known.map((candidate) => ({ candidate, far: distance(word, candidate) })).sort((a, b) => a.far - b.far);
  return best !== undefined && best.far <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : undefined;
}

/** The keys that the schema knows at a path, for the suggestion beside an unknown one. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let current: unknown = schema;
  const unwrap = (type: unknown): unknown => {
    const inner = (type as { def?: { innerType?: unknown; in?: unknown; getter?: () => unknown } } | undefined)?.def;
    if (inner?.getter !== undefined) return unwrap(inner.getter());
    return inner?.innerType !== undefined ? unwrap(inner.innerType) : inner?.in !== undefined ? unwrap(inner.in) : type;
  };
  for (const part of path) {
    const { def } = unwrap(current) as { def?: { shape?: Record<string, unknown>; element?: unknown; valueType?: unknown } };
    current = typeof part === 'number' ? def?.element : (def?.shape?.[String(part)] ?? def?.valueType);
  }
  return Object.keys((unwrap(current) as { def?: { shape?: object } } | undefined)?.def?.shape ?? {});
}

interface Issue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

function problemsOf(issue: Issue, file: string, raw: unknown, document: YamlDocument, lines: LineCounter, schema: z.ZodType): Problem[] {
  const key = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path);
    return (issue.keys ?? []).map((unknown) => {
      const nearest = didYouMean(unknown, known);
      const allowed = nearest === undefined ? `allowed are ${known.join(', ') || 'the documented keys'}` : `did you mean ${nearest}?`;
      return {
        file,
        line: lineOf(document, lines, issue.path, unknown),
        key: [key, unknown].filter(Boolean).join('.'),
        found: 'an unknown key',
        allowed,
      };
    });
  }
  return [
    {
      file,
      line: lineOf(document, lines, issue.path, undefined),
      key,
      found: show(valueAt(raw, issue.path)),
      allowed: issue.message.replace(/^Invalid (input|option): /, ''),
    },
  ];
}

/** JSON's own control characters and surrogates in escapes are judged by the schema; here only what is no text at all. */
function unreadable(text: string, file: string): Problem | undefined {
  if (Buffer.byteLength(text) > documentBytesMax)
    return {
      file,
      line: 1,
      key: '',
      found: `${Buffer.byteLength(text)} bytes`,
      allowed: `at most ${documentBytesMax} bytes are read`,
    };
  const nul = text.indexOf('\0');
  if (nul >= 0) return { file, line: lineAt(text, nul), key: '', found: 'a NUL character', allowed: 'files are text' };
  return tooDeep(text, file);
}

const lineAt = (text: string, offset: number) => text.slice(0, offset).split('\n').length;

/** Found by the parser's own stack, token by token, before anything recurses. */
function tooDeep(text: string, file: string): Problem | undefined {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > documentDepthMax + 1)
      return {
        file,
        line: lineAt(text, parser.offset),
        key: '',
        found: `more than ${documentDepthMax} levels of nesting`,
        allowed: `at most ${documentDepthMax} levels are read`,
      };
  }
  return undefined;
}

const jsonProblem = (text: string): string | undefined => {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return String(error).replace(/^SyntaxError: /, '');
  }
};

/** True where the text is wrong already, and not merely cut off. */
function isBrokenJson(text: string): boolean {
  const problem = jsonProblem(text);
  if (problem === undefined || problem.startsWith('Unexpected end')) return false;
  return Number(/at position (\d+)/.exec(problem)?.[1] ?? -1) < text.length;
}

/** V8 names the position of some errors only, so the line is the last of the shortest run of lines that is wrong already. */
function brokenLine(text: string): number {
  const lines = text.split('\n');
  let [low, high] = [1, lines.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isBrokenJson(`${lines.slice(0, middle).join('\n')}\n`)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function firstAlias(document: YamlDocument, lines: LineCounter): number {
  let offset = 0;
  visit(document, {
    Alias: (_, alias) => {
      offset = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return lines.linePos(offset).line;
}

/** Parses YAML (or JSON, which is YAML, where the name ends in .json) against a schema; every problem with file, line, key, found, allowed. */
export function parseWithPositions<T extends z.ZodType>(text: string, file: string, schema: T): Parsed<z.output<T>> {
  const bad = unreadable(text, file);
  if (bad !== undefined) return { ok: false, problems: [bad] };
  const problem = file.endsWith('.json') ? jsonProblem(text) : undefined;
  if (problem !== undefined)
    return { ok: false, problems: [{ file, line: brokenLine(text), key: '', found: problem, allowed: 'the file must be JSON' }] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false, logLevel: 'error' });
  const [first] = document.errors;
  if (first !== undefined) {
    return {
      ok: false,
      problems: [
        {
          file,
          line: lines.linePos(first.pos[0]).line,
          key: '',
          found: first.message.split('\n')[0] ?? 'a syntax error',
          allowed: 'the file must be YAML or JSON',
        },
      ],
    };
  }
  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount: 20 });
    JSON.stringify(raw); // An anchor that holds its own alias makes a circle, which nothing behind this could walk.
  } catch (error) {
    const found = error instanceof TypeError ? 'an alias inside of its own anchor' : String(error).replace(/^ReferenceError: /, '');
    const allowed = 'an alias names an anchor before it, and at most 20 are followed';
    return { ok: false, problems: [{ file, line: firstAlias(document, lines), key: '', found, allowed }] };
  }
  const result = schema.safeParse(raw);
  if (result.success) return { ok: true, value: result.data, lineOf: (...path) => lineOf(document, lines, path, undefined) };
  return {
    ok: false,
    problems: (result.error.issues as Issue[]).flatMap((issue) => problemsOf(issue, file, raw, document, lines, schema)),
  };
}
