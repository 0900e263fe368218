/** What is below these keys is not ours to rename: paths of files, names of groups, and the document, which is in the seed's words everywhere. */
type KeyOfOthers = 'document' | 'fileSha256' | 'groups';
const keysOfOthers: ReadonlySet<string> = new Set<KeyOfOthers | 'file_sha256'>(['document', 'fileSha256', 'groups', 'file_sha256']);

type SnakeKey<Key extends string> = Key extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeKey<Rest>}`
  : Key;

/** The same data with snake_case keys: as files, the wire and `--json` have it. */
export type SnakeKeys<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? readonly SnakeKeys<Item>[]
    : { readonly [Key in keyof T as Key extends string ? SnakeKey<Key> : never]: Key extends KeyOfOthers ? T[Key] : SnakeKeys<T[Key]> };

const toSnakeCase = (key: string) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const toCamelCase = (key: string) => key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function renamed(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => renamed(each, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [rename(key), keysOfOthers.has(key) ? inner : renamed(inner, rename)]),
  );
}

/** For whatever leaves the program: camelCase lives inside, the seed's snake_case outside. Plain data only. */
export function snakeKeys<T>(value: T): SnakeKeys<T> {
  return renamed(value, toSnakeCase) as SnakeKeys<T>;
}

/** For what comes in: undoes `snakeKeys`. Says nothing about what the data is. */
export function camelKeys<T>(value: SnakeKeys<T>): T {
  return renamed(value, toCamelCase) as T;
}
