import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;

const types: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys with their values',
  record: 'keys with their values',
};

/** Of what it counts there is one word for one, and one for more. */
const units: Readonly<Record<string, readonly [one: string, more: string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
};

const grouped = (count: number | bigint) => String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');

function amount(origin: string, count: number | bigint): string {
  const [one, more] = units[origin] ?? [];
  if (one === undefined || more === undefined) return String(count);
  return `${grouped(count)} ${Number(count) === 1 ? one : more}`;
}

const shownAs = (value: unknown) => (typeof value === 'string' ? JSON.stringify(value) : String(value));

function oneOf(values: readonly unknown[]): string {
  const shown = values.map(shownAs);
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}

function tooSmall({ origin, minimum, inclusive }: Issue & { readonly code: 'too_small' }): string {
  if (units[origin] !== undefined && Number(minimum) === 1) return 'must not be empty';
  return `must be ${inclusive === false ? 'more than' : 'at least'} ${amount(origin, minimum)}`;
}

/**
 * What is allowed where a value does not fit its schema, in the words of the documentation and not of the library that found it: to be given to
 * every parse whose problems people read. What a schema says of itself is said instead.
 */
export function issueWords(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${types[issue.expected] ?? 'something else'}`;
    case 'invalid_value':
      return `must be ${oneOf(issue.values)}`;
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${amount(issue.origin, issue.maximum)}`;
    case 'invalid_format':
      return issue.format === 'datetime' ? 'must be a time such as 2026-01-31T12:00:00Z' : 'must be written in another way';
    case 'unrecognized_keys':
      return `holds what is no key here: ${issue.keys.map(shownAs).join(', ')}`;
    case 'invalid_key':
      return `has a key that ${issue.issues[0]?.message ?? 'is not allowed'}`;
    case 'custom':
    case 'invalid_element':
    case 'invalid_union':
    case 'not_multiple_of':
      return 'must be something else';
  }
}
