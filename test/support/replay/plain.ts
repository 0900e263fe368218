/** Commands and history events as plain JSON, so that what replay schedules and what the server wrote down can be compared and kept. */
export type Plain = null | boolean | number | string | readonly Plain[] | PlainObject;
export interface PlainObject {
  readonly [name: string]: Plain;
}

interface LongLike {
  readonly low: number;
  readonly high: number;
}

const isLong = (value: object): value is LongLike => 'low' in value && 'high' in value && 'unsigned' in value;
const text = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  new TextDecoder().decode(new Uint8Array(buffer, byteOffset, byteLength));

/** A payload by its encoding; only JSON is taken apart. */
function plainPayload(metadata: object, data: ArrayBufferView | undefined): PlainObject {
  const encoding = (metadata as { encoding?: ArrayBufferView }).encoding;
  const name = encoding === undefined ? 'unknown' : text(encoding);
  const content = data === undefined ? '' : text(data);
  return { [name]: name === 'json/plain' ? (JSON.parse(content) as Plain) : content };
}

/** Undefined stands for what proto3 does not tell from "not set": absent, zero, empty. Nothing else is left out or rounded. */
export function plain(value: unknown): Plain | undefined {
  if (value === null || value === undefined || value === '' || value === 0 || value === false) return undefined;
  if (typeof value !== 'object') return value as Plain;
  if (ArrayBuffer.isView(value)) return text(value) === '' ? undefined : text(value);
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item) => plain(item) ?? null);
  if (isLong(value)) return plain(value.high * 2 ** 32 + (value.low >>> 0));
  const { metadata, data } = value as { metadata?: object; data?: ArrayBufferView };
  if (
    metadata !== undefined &&
    metadata !== null &&
    (ArrayBuffer.isView(data) || data === null || data === undefined) &&
    'encoding' in metadata
  )
    return plainPayload(metadata, data ?? undefined);
  const entries = Object.entries(value).flatMap(([name, item]) => {
    const kept = plain(item);
    return kept === undefined ? [] : [[name, kept] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

const isObject = (value: Plain | undefined): value is PlainObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where two of them differ, each place in one line: `path: found, expected`. Empty where they are the same; the order of keys means nothing. */
export function differingPlaces(found: Plain | undefined, expected: Plain | undefined, place = ''): string[] {
  const inside = (name: string) => (place === '' ? name : `${place}.${name}`);
  if (Array.isArray(found) && Array.isArray(expected)) {
    const indices = [...Array(Math.max(found.length, expected.length)).keys()];
    return indices.flatMap((index) => differingPlaces(found[index] as Plain, expected[index] as Plain, inside(String(index))));
  }
  if (isObject(found) && isObject(expected)) {
    const names = [...new Set([...Object.keys(found), ...Object.keys(expected)])];
    return names.flatMap((name) => differingPlaces(found[name], expected[name], inside(name)));
  }
  if (found === expected) return [];
  const short = (value: Plain | undefined) => (JSON.stringify(value) ?? 'nothing').slice(0, 200);
  return [`${place}: ${short(found)}, expected ${short(expected)}`];
}
