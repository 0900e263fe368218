import { toSnakeCase } from '../../domain/text/visible.js';

/** What is below these keys is keyed by paths of files or names of groups, not by names of the code. */
const keyedByOthers = new Set(['fileSha256', 'groups']);

/** camelCase lives inside, the seed's snake_case in what programs read (design.md section 6). Plain data only. */
export function snakeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [toSnakeCase(key), keyedByOthers.has(key) ? inner : snakeKeys(inner)]),
  );
}
