import type { Document, Node, Pair } from 'yaml';
import { isPair, isScalar, isSeq, Scalar, visit } from 'yaml';
import { keepsNumber } from '../../domain/text/kept-number.js';
import type { readSchema, SchemaPlace } from './schema-place.js';

/** A value that YAML reads as another one than whoever wrote it sees. */
export interface ChangedValue {
  readonly offset: number;
  readonly found: string;
  readonly allowed: string;
}

const numberTypes = new Set(['number', 'integer']);

/** `0755`, which is no octal number here, `.inf`, `1e400`, and more digits than a number has; `0x1f` is a number as others are. */
function isSameNumber(source: string, value: number | bigint): boolean {
  if (/^0[xo]/i.test(source)) return Number.isSafeInteger(Number(value));
  return !/^[-+]?0\d/.test(source) && keepsNumber(source);
}

/** The place in the schema of a node with these ancestors; undefined where the schema takes anything. */
function placeIn(
  { root, step }: ReturnType<typeof readSchema>,
  path: readonly (Document | Node | Pair)[],
  key: unknown,
): SchemaPlace | undefined {
  let place: SchemaPlace | undefined = root;
  for (const [at, ancestor] of path.entries()) {
    const next = path[at + 1];
    if (isPair(ancestor)) place = place && isScalar(ancestor.key) ? step(place, String(ancestor.key.value)) : undefined;
    else if (isSeq(ancestor)) place = place && step(place, next === undefined ? Number(key) : ancestor.items.indexOf(next));
  }
  return place;
}

/**
 * Numbers that would not be read as they are written. `1.10` is 1.1, the same number and another text, so it is one only where a number is asked
 * for; a key is always text.
 */
export function changedValues(document: Document, schema: () => ReturnType<typeof readSchema>): ChangedValue[] {
  const changed: ChangedValue[] = [];
  visit(document, {
    Scalar: (key, { value, source = '', range }, path) => {
      if (typeof value !== 'number' && typeof value !== 'bigint') return;
      if (source === String(value) && isSameNumber(source, value)) return;
      const asked = key === 'key' ? undefined : placeIn(schema(), path, key)?.type;
      if (isSameNumber(source, value) && numberTypes.has(asked ?? '')) return;
      const shown = source.slice(0, 40);
      changed.push({
        offset: range?.[0] ?? 0,
        found: shown,
        allowed: `it would be read as ${value}: quote it, as "${shown}", or write the number that is meant`,
      });
    },
  });
  return changed;
}

/** How to write a text that looks like something else; undefined where the node is none. */
export function quoteHint(node: unknown): string | undefined {
  if (!isScalar(node) || typeof node.value === 'string' || node.source === undefined || node.source === '') return undefined;
  return node.type === Scalar.PLAIN ? `quote it: "${node.source.slice(0, 40)}"` : undefined;
}
