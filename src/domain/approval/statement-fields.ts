import { canonicalJson } from '../text/canonical.js';
import { parseDuration } from './decision.js';

/** Not one of the statements that are understood; kept with its reason, and never obeyed. */
export interface MalformedStatement {
  readonly malformed: string;
}

/** As long as a message may carry one (`parseDecision`). */
const statementLengthMax = 8_000;
/** Says what is wrong with a value; undefined where nothing is. */
export type Check = (value: unknown) => string | undefined;

export const text =
  (max: number, { empty = false } = {}): Check =>
  (value) => {
    if (typeof value !== 'string') return 'is not a text';
    if (value.length > max) return `is longer than ${max} characters`;
    return !empty && value.trim() === '' ? 'is empty' : undefined;
  };
export const hex =
  (digits: number): Check =>
  (value) =>
    typeof value === 'string' && value.length === digits && /^[0-9a-f]*$/.test(value) ? undefined : `is not ${digits} hex digits`;
export const oneOf =
  (...allowed: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && allowed.includes(value) ? undefined : `is not one of ${allowed.join(', ')}`;
export const time: Check = (value) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(value) && !Number.isNaN(Date.parse(value))
    ? undefined
    : 'is not a UTC time such as 2026-01-31T12:00:00Z';
export const duration: Check = (value) =>
  typeof value === 'string' && value.length <= 16 && parseDuration(value) !== undefined ? undefined : 'is not a duration such as 12h';

export type Fields = Readonly<Record<string, unknown>>;

function isCanonical(source: string, fields: Fields): boolean {
  try {
    return canonicalJson(fields) === source;
  } catch {
    return false;
  }
}

/** Reads one JSON object with exactly these keys, in canonical form. `checksOf` sees the fields first: some keys depend on others. */
export function parseFields(source: unknown, checksOf: (fields: Fields) => Readonly<Record<string, Check>>): Fields | MalformedStatement {
  if (typeof source !== 'string') return { malformed: 'a statement is a text' };
  if (source.length > statementLengthMax) return { malformed: `a statement has at most ${statementLengthMax} characters` };
  let fields: unknown;
  try {
    fields = JSON.parse(source);
  } catch {
    return { malformed: 'the statement is not JSON' };
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return { malformed: 'the statement is not one JSON object' };
  const checks = checksOf(fields as Fields);
  const unknown = Object.keys(fields).find((key) => !Object.hasOwn(checks, key));
  if (unknown !== undefined) return { malformed: `${JSON.stringify(unknown.slice(0, 40))} does not belong into it` };
  for (const [key, check] of Object.entries(checks)) {
    if (!Object.hasOwn(fields, key)) return { malformed: `${key} is missing` };
    const problem = check((fields as Fields)[key]);
    if (problem !== undefined) return { malformed: `${key} ${problem}` };
  }
  // One meaning, one text: a second spelling of the same statement would be a second thing to sign, to count and to compare.
  return isCanonical(source, fields as Fields) ? (fields as Fields) : { malformed: 'the statement is not in canonical form (RFC 8785)' };
}
