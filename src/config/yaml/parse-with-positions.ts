import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { didYouMean } from './did-you-mean.js';
import type { Problem } from './problem.js';
import type { SchemaPlace } from './schema-place.js';
import { keysAt, readSchema } from './schema-place.js';
import { unreadable } from './unreadable.js';

export type Parsed<T> =
  | { readonly ok: true; readonly value: T; readonly lineOf: (...path: PropertyKey[]) => number }
  | { readonly ok: false; readonly problems: readonly Problem[] };

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

interface Issue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** A document that is YAML, and does not fit its schema. */
interface Misfit {
  readonly file: string;
  readonly raw: unknown;
  readonly schema: z.ZodType;
  /** Of the node there; with `ofKey`, of that key of it. */
  readonly line: (path: readonly PropertyKey[], ofKey?: string) => number;
}

function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const { root, step } = readSchema(schema);
  const place = path.reduce<SchemaPlace | undefined>((at, part) => at && step(at, part), root);
  return place === undefined ? [] : keysAt(place);
}

function problemsOf(issue: Issue, { file, raw, schema, line }: Misfit): Problem[] {
  const key = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path);
    return (issue.keys ?? []).map((unknown) => {
      const nearest = didYouMean(unknown, known);
      const allowed = nearest === undefined ? `allowed are ${known.join(', ') || 'the documented keys'}` : `did you mean ${nearest}?`;
      return { file, line: line(issue.path, unknown), key: [key, unknown].filter(Boolean).join('.'), found: 'an unknown key', allowed };
    });
  }
  const allowed = issue.message.replace(/^Invalid (input|option): /, '');
  return [{ file, line: line(issue.path), key, found: show(valueAt(raw, issue.path)), allowed }];
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
    JSON.stringify(raw); // An anchor that holds its own alias makes a circle, which nothing after this could walk.
  } catch (error) {
    const found = error instanceof TypeError ? 'an alias inside of its own anchor' : String(error).replace(/^ReferenceError: /, '');
    const allowed = 'an alias names an anchor before it, and at most 20 are followed';
    return { ok: false, problems: [{ file, line: firstAlias(document, lines), key: '', found, allowed }] };
  }
  const line: Misfit['line'] = (path, ofKey) => lineOf(document, lines, path, ofKey);
  const result = schema.safeParse(raw);
  if (result.success) return { ok: true, value: result.data, lineOf: (...path) => line(path) };
  return { ok: false, problems: (result.error.issues as Issue[]).flatMap((issue) => problemsOf(issue, { file, raw, schema, line })) };
}
