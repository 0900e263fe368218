import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { issueWords } from '../../domain/text/issue-words.schema.js';
import { decodeText, textAllowed } from '../../domain/text/strict-text.js';
import { didYouMean } from '../../domain/text/did-you-mean.js';
import { changedValues, quoteHint } from './kept-values.js';
import type { Problem } from './problem.js';
import type { SchemaPlace } from './schema-place.js';
import { keysAt, readSchema } from './schema-place.js';
import { syntaxWords } from './syntax-words.js';
import { unreadable } from './unreadable.js';

export type Parsed<T> =
  | { readonly ok: true; readonly value: T; readonly lineOf: (...path: PropertyKey[]) => number }
  | { readonly ok: false; readonly problems: readonly Problem[] };

type YamlDocument = ReturnType<typeof parseDocument>;

/** The node at `path`; the deepest one that exists where the path ends nowhere. With `ofKey`, where the key itself stands. */
function placeOf(
  document: YamlDocument,
  path: readonly PropertyKey[],
  ofKey?: string,
): { readonly node: unknown; readonly offset: number } {
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
  return { node, offset };
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

interface Issue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly expected?: string;
}

/** A document that is YAML, and does not fit its schema. */
interface Misfit {
  readonly file: string;
  readonly raw: unknown;
  readonly schema: z.ZodType;
  /** Of the node there; with `ofKey`, of that key of it. */
  readonly line: (path: readonly PropertyKey[], ofKey?: string) => number;
  readonly node: (path: readonly PropertyKey[]) => unknown;
}

function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const { root, step } = readSchema(schema);
  const place = path.reduce<SchemaPlace | undefined>((at, part) => at && step(at, part), root);
  return place === undefined ? [] : keysAt(place);
}

function emptyDocument(file: string, schema: z.ZodType): Problem {
  const keys = keysAt(readSchema(schema).root).slice(0, 5);
  const such = keys.length === 0 ? '' : `, such as ${keys.join(', ')}`;
  return { file, line: 1, key: '', found: 'nothing: it is empty', allowed: `it must hold keys with their values${such}` };
}

/** Numbers that would not be read as they are written; where the schema asks for a number, another spelling of it is none. */
function changedProblems(document: YamlDocument, lines: LineCounter, { file, schema }: Pick<Misfit, 'file' | 'schema'>): Problem[] {
  return changedValues(document, () => readSchema(schema)).map(({ offset, found, allowed }) => ({
    file,
    line: lines.linePos(offset).line,
    key: '',
    found,
    allowed,
  }));
}

function problemsOf(issue: Issue, { file, raw, schema, line, node }: Misfit): Problem[] {
  const key = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path);
    return (issue.keys ?? []).map((unknown) => {
      const nearest = didYouMean(unknown, known);
      const allowed = nearest === undefined ? `allowed are ${known.join(', ') || 'the documented keys'}` : `did you mean ${nearest}?`;
      return { file, line: line(issue.path, unknown), key: [key, unknown].filter(Boolean).join('.'), found: 'an unknown key', allowed };
    });
  }
  const found = valueAt(raw, issue.path);
  if (raw === null) return [emptyDocument(file, schema)];
  const hint = issue.expected === 'string' && found !== undefined ? quoteHint(node(issue.path)) : undefined;
  const allowed = issue.message;
  return [{ file, line: line(issue.path), key, found: show(found), allowed: hint === undefined ? allowed : `${allowed}; ${hint}` }];
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

/** Nothing of a document is read where YAML itself says no. A warning is a value that is not what was written. */
function syntaxProblem({ errors, warnings }: YamlDocument, lines: LineCounter, file: string): Problem | undefined {
  const [first = warnings[0]] = errors;
  return first === undefined ? undefined : { file, line: lines.linePos(first.pos[0]).line, key: '', ...syntaxWords(first.code) };
}

/**
 * Parses YAML (or JSON, which is YAML, where the name ends in .json) against a schema; every problem with file, line, key, found, allowed. What is
 * read is what was written: bytes that are no text, numbers that would be others, and keys given twice are problems.
 */
export function parseWithPositions<T extends z.ZodType>(bytes: Uint8Array | string, file: string, schema: T): Parsed<z.output<T>> {
  const text = typeof bytes === 'string' ? bytes : decodeText(bytes);
  if (typeof text !== 'string') return { ok: false, problems: [{ file, key: '', ...text, allowed: textAllowed }] };
  const bad = unreadable(text, file);
  if (bad !== undefined) return { ok: false, problems: [bad] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false, logLevel: 'error' });
  const syntax = syntaxProblem(document, lines, file);
  if (syntax !== undefined) return { ok: false, problems: [syntax] };
  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount: 20 });
    JSON.stringify(raw); // An anchor that holds its own alias makes a circle, which nothing after this could walk.
  } catch (error) {
    const tooMany = String(error).includes('Excessive') ? 'more aliases than are followed' : 'an alias without its anchor';
    const found = error instanceof TypeError ? 'an alias inside of its own anchor' : tooMany;
    const allowed = 'an alias names an anchor before it, and at most 20 are followed';
    return { ok: false, problems: [{ file, line: firstAlias(document, lines), key: '', found, allowed }] };
  }
  const changed = file.endsWith('.json') ? [] : changedProblems(document, lines, { file, schema });
  if (changed.length > 0) return { ok: false, problems: changed };
  const line: Misfit['line'] = (path, ofKey) => lines.linePos(placeOf(document, path, ofKey).offset).line;
  const node: Misfit['node'] = (path) => placeOf(document, path).node;
  const result = schema.safeParse(raw, { error: issueWords });
  if (result.success) return { ok: true, value: result.data, lineOf: (...path) => line(path) };
  return { ok: false, problems: (result.error.issues as Issue[]).flatMap((issue) => problemsOf(issue, { file, raw, schema, line, node })) };
}
