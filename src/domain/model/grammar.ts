import type { Shape } from './shape.js';
import { forms, partsMax } from './shape.js';

/** llama.cpp takes a larger maximum for none at all, and has crashed on the largest that it knows: half of that is enough for everything here. */
const repetitionsMax = 1_000;

const ascii = /^[\x20-\x7e]*$/;

/** As the grammar writes a text that stands for itself. Throws TypeError on what is no ASCII: a cut character would be invalid JSON. */
function literal(text: string): string {
  if (!ascii.test(text)) throw new TypeError(`a grammar holds ASCII only, found ${JSON.stringify(text)}`);
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

const json = (value: string) => literal(JSON.stringify(value));

function repeated(item: string, min: number, max: number): string {
  if (min > max || max > repetitionsMax) throw new TypeError(`${min} to ${max} repetitions, at most ${repetitionsMax}`);
  return `${item}{${min},${max}}`;
}

const digits = (low: string | number, high: string | number) => (low === high ? literal(String(low)) : `[${low}-${high}]`);
const anyDigits = (count: number) => (count === 0 ? '' : ` [0-9]{${count}}`);

/** Numbers of as many digits, from `low` to `high`. */
function sameLength(low: string, high: string): string[] {
  const rest = low.length - 1;
  const [first, last] = [Number(low[0]), Number(high[0])];
  if (low.length === 0) return [''];
  if (first === last) return sameLength(low.slice(1), high.slice(1)).map((tail) => `${digits(first, first)} ${tail}`.trim());
  const isFull = (number: string, digit: string) => number.slice(1) === digit.repeat(rest);
  const [from, to] = [isFull(low, '0') ? first : first + 1, isFull(high, '9') ? last : last - 1];
  return [
    ...(from === first ? [] : sameLength(low.slice(1), '9'.repeat(rest)).map((tail) => `${digits(first, first)} ${tail}`.trim())),
    ...(from > to ? [] : [`${digits(from, to)}${anyDigits(rest)}`]),
    ...(to === last ? [] : sameLength('0'.repeat(rest), high.slice(1)).map((tail) => `${digits(last, last)} ${tail}`.trim())),
  ];
}

/** Whole numbers from 0 on. */
function countsBetween(min: number, max: number): string[] {
  const found: string[] = [];
  for (let length = String(min).length; length <= String(max).length; length += 1) {
    const low = Math.max(min, length === 1 ? 0 : 10 ** (length - 1));
    const high = Math.min(max, 10 ** length - 1);
    if (low <= high) found.push(...sameLength(String(low), String(high)));
  }
  return found;
}

function integersBetween(min: number, max: number): string[] {
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min > max) throw new TypeError(`no whole numbers from ${min} to ${max}`);
  return [
    ...(min < 0 ? countsBetween(Math.max(1, -max), -min).map((number) => `"-" ${number}`) : []),
    ...(max < 0 ? [] : countsBetween(Math.max(0, min), max)),
  ];
}

/**
 * Compiles a shape to a grammar of llama.cpp (GBNF): JSON without white space, members in their order, ASCII, bounded. Each shape becomes one rule,
 * however often it occurs. Whatever the grammar lets pass, `misfit` lets pass.
 */
export function toGrammar(shape: Shape): string {
  const names = new Map<string, string>();
  const lines: string[] = [];

  const rule = (of: Shape): string => {
    const key = JSON.stringify(of);
    const known = names.get(key);
    if (known !== undefined) return known;
    const name = `r${names.size}`;
    names.set(key, name);
    lines.push(`${name} ::= ${body(of)}`);
    return name;
  };

  const body = (of: Shape): string => {
    switch (of.kind) {
      case 'object': {
        const members = of.members.map(
          ([member, value], index) => `${literal(`${index === 0 ? '' : ','}${JSON.stringify(member)}:`)} ${rule(value)}`,
        );
        return ['"{"', ...members, '"}"'].join(' ');
      }
      case 'list': {
        if (of.max === 0) return '"[]"';
        const item = rule(of.item);
        const items = `${item} ${repeated(`("," ${item})`, Math.max(0, of.min - 1), of.max - 1)}`;
        return of.min === 0 ? `"[" (${items})? "]"` : `"[" ${items} "]"`;
      }
      case 'union':
        return of.of.map(rule).join(' | ');
      case 'choice':
        return of.values.map(json).join(' | ');
      case 'integer':
        return integersBetween(of.min, of.max).join(' | ');
      case 'text': {
        const { first, next } = forms[of.form];
        return `"\\"" ${first} ${repeated(`(${next})`, 0, partsMax(of.form, of.lengthMax))} "\\""`;
      }
    }
  };

  const root = rule(shape);
  return [`root ::= ${root}`, ...lines].join('\n');
}
