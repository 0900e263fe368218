interface Words {
  readonly found: string;
  readonly allowed: string;
}

/** By what the engine says, which differs from one version to the next; what is not known here is said in general. */
const table: readonly (readonly [said: RegExp, found: string, allowed: string])[] = [
  [/^Unexpected end|^Unterminated string/, 'a bracket or a quote that is not closed', 'close what is open'],
  [/^Expected ',' or/, 'a comma or a bracket that is missing', '{"key": value, "key": value} and [value, value]'],
  [/^Expected ':'/, 'a key without its colon', '"key": value'],
  [
    /^Expected (?:property name|double-quoted)/,
    'a key without its quotes, or a comma too many',
    '"key": value, and no comma after the last one',
  ],
  [/^Bad control character/, 'a line break or a tab inside of a text', 'write it as \\n or \\t'],
  [/^Bad (?:escaped character|Unicode escape)/, 'a \\ with a letter that means nothing', 'a backslash is written \\\\'],
  [/^(?:Unterminated fractional|Exponent|No number)/, 'a number that is not complete', 'a number such as -1.5, or a "text"'],
  [/^Unexpected (?:token|string|number)/, 'something that is no value', 'a value is a "text", a number, true, false, null, [ ] or { }'],
  [/^Unexpected non-whitespace/, 'something after the end', 'a file holds one value: leave out what follows it'],
];

/** What is wrong with a text that `JSON.parse` did not take, in our words and never in its own. */
export function jsonWords(error: unknown): Words {
  const said = error instanceof Error ? error.message : '';
  const [, found, allowed] = table.find(([pattern]) => pattern.test(said)) ?? [];
  return { found: found ?? 'what is no JSON', allowed: allowed ?? 'the file must be JSON: "key": value, texts in double quotes' };
}
