import type { ErrorCode } from 'yaml';

/** What is wrong, and what to write instead, in the words of docs/proposals.md and not of the library that found it. */
const words: Readonly<Partial<Record<ErrorCode, readonly [found: string, allowed: string]>>> = {
  ALIAS_PROPS: ['an alias with a name or a type of its own', 'an alias is *name and nothing else'],
  BAD_ALIAS: ['an alias without its anchor', 'an alias *name needs an anchor &name before it; a text that begins with * is quoted'],
  BAD_COLLECTION_TYPE: ['a type that is not known', 'leave the ! and its word out; a text that begins with ! is quoted'],
  BAD_DQ_ESCAPE: ['a \\ with a letter that means nothing', 'in "double quotes" a backslash is \\\\; in \'single quotes\' it is itself'],
  BAD_INDENT: ['a line that does not stand under the one that it belongs to', 'what belongs together begins in the same column'],
  BAD_SCALAR_START: ['a text that begins with a character of YAML itself', 'quote it'],
  BLOCK_AS_IMPLICIT_KEY: ['a second colon in the line', 'quote a text that holds ": ", as key: "a: b"'],
  BLOCK_IN_FLOW: ['lines with dashes or keys inside of brackets', 'inside of [ ] and { } items are separated by commas'],
  DUPLICATE_KEY: ['the same key twice', 'one of them would be lost: leave one'],
  MISSING_CHAR: ['a bracket, a quote, a comma or a colon that is missing', 'close what is open; key: value has a colon and a space'],
  MULTILINE_IMPLICIT_KEY: ['a key without its colon, or one of several lines', 'key: value; a text of several lines stands under key: |'],
  MULTIPLE_ANCHORS: ['two anchors for one value', 'a value has one anchor'],
  MULTIPLE_DOCS: ['a second document, after ---', 'a file holds one: put the other into a file of its own'],
  MULTIPLE_TAGS: ['two types for one value', 'leave the ! and its word out'],
  TAB_AS_INDENT: ['a tab at the beginning of a line', 'indent with spaces'],
  TAG_RESOLVE_FAILED: ['a type that is not known', 'leave the ! and its word out; a text that begins with ! is quoted'],
  UNEXPECTED_TOKEN: ['something that does not belong there', 'key: value, or - item; quote a text that holds characters of YAML'],
  RESOURCE_EXHAUSTION: ['more than is read', 'make it smaller'],
  BAD_DIRECTIVE: ['a line with % that is not known', 'leave it out'],
  KEY_OVER_1024_CHARS: ['a key of more than 1,024 characters', 'key: value, on a line of its own'],
};

export function syntaxWords(code: ErrorCode): { readonly found: string; readonly allowed: string } {
  const [found, allowed] = words[code] ?? ['what is no YAML', 'the file must be YAML or JSON'];
  return { found, allowed };
}
