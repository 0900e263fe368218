import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { describeProblem } from '../../../src/config/yaml/problem.js';
import { documentBytesMax } from '../../../src/config/yaml/unreadable.js';
import { parseWithPositions } from '../../../src/config/yaml/parse-with-positions.js';

const schema = z.strictObject({
  name: z.string(),
  port: z.number().optional(),
  list: z.array(z.strictObject({ path: z.string() })).optional(),
  named: z.record(z.string(), z.strictObject({ writable: z.boolean() })).optional(),
  nested: z.strictObject({ deep: z.strictObject({ value: z.number() }) }).optional(),
});

function problemsOf(text: string, file = 'a.yaml') {
  const parsed = parseWithPositions(text, file, schema);
  return parsed.ok ? [] : parsed.problems.map(describeProblem);
}

describe('a problem names file, line, key, what was found and what is allowed (spec F1)', () => {
  it.each([
    ['a wrong type', 'name: x\nport: "80"\n', ['a.yaml:2: port: found "80"; must be a number']],
    ['a missing key', '# only\n# words\nport: 1\n', ['a.yaml:3: name: found nothing; must be a text']],
    ['one in a list', 'name: x\nlist:\n  - path: a\n  - path: 7\n', ['a.yaml:4: list.1.path: found 7; must be a text']],
    ['one in a flow', 'name: x\nnested: {\n  deep: {\n  value: no } }\n', ['a.yaml:4: nested.deep.value: found "no"; must be a number']],
    ['a section that is none', 'name: x\nnested: 7\n', ['a.yaml:2: nested: found 7; must be keys with their values']],
    ['a missing one in a section', 'name: x\nnested:\n  deep: {}\n', ['a.yaml:3: nested.deep.value: found nothing; must be a number']],
    ['a long value', `name: x\nport: ${'y'.repeat(100)}\n`, [`a.yaml:2: port: found "${'y'.repeat(76)}...; must be a number`]],
    [
      'no document',
      '',
      ['a.yaml:1: found nothing: it is empty; it must hold keys with their values, such as name, port, list, named, nested'],
    ],
    ['a list for a map', '- a\n', ['a.yaml:1: found ["a"]; must be keys with their values']],
    ['a key with a typing error', 'name: x\nprot: 1\n', ['a.yaml:2: prot: found an unknown key; did you mean port?']],
    [
      'a key that resembles none',
      'name: x\nfrequency: 1\n',
      ['a.yaml:2: frequency: found an unknown key; allowed are name, port, list, named, nested'],
    ],
    [
      'one in a section',
      'name: x\nnested:\n  deep:\n    vlaue: 1\n    value: 1\n',
      ['a.yaml:4: nested.deep.vlaue: found an unknown key; did you mean value?'],
    ],
    ['one in a list', 'name: x\nlist:\n - path: a\n   pth: b\n', ['a.yaml:4: list.0.pth: found an unknown key; did you mean path?']],
    [
      'one under a free name',
      'name: x\nnamed:\n  any:\n    writeable: true\n    writable: true\n',
      ['a.yaml:4: named.any.writeable: found an unknown key; did you mean writable?'],
    ],
    [
      'a name of JavaScript',
      'name: x\n__proto__: 1\nconstructor: 2\n',
      ['a.yaml:2: __proto__: found an unknown key', 'a.yaml:3: constructor: found an unknown key'],
    ],
    ['several at once', 'port: x\nprot: 1\n', ['a.yaml:1: name:', 'a.yaml:1: port:', 'a.yaml:2: prot:']],
  ])('%s', (_, text, expected) => {
    expect(problemsOf(text)).toEqual(
      expected.map((start) => expect.stringMatching(new RegExp(`^${start.replace(/[.?*+^$[\]\\(){}|]/g, String.raw`\$&`)}`))),
    );
  });

  it.each([
    ['a key given twice', 'a.yaml', 'name: x\nport: 1\nname: y\n', 3, 'the same key twice'],
    ['an open quote', 'a.yaml', 'name: x\nlist: "a\n', 3, 'a quote, a comma or a colon that is missing'],
    ['wrong indentation', 'a.yaml', 'nested:\n    deep: 1\n  port: 2\n', 3, ''],
    ['a tab for indentation', 'a.yaml', 'nested:\n\tdeep: 1\n', 2, ''],
    ['a second document', 'a.yaml', 'name: x\n---\nname: y\n', 2, 'a second document'],
    ['an alias without anchor', 'a.yaml', 'name: x\nport: *nowhere\n', 2, 'an alias without its anchor'],
    ['an alias inside of its own anchor', 'a.yaml', 'name: x\nlist: &a\n  - *a\n', 3, 'inside of its own anchor'],
    ['a NUL', 'a.yaml', 'name: x\nport: \0\n', 2, 'a NUL character'],
    ['nesting without end', 'a.yaml', `name: x\nlist: ${'['.repeat(50_000)}`, 2, 'more than 64 levels'],
    ['nesting by dashes', 'a.yaml', `name: x\nlist:\n${'- '.repeat(50_000)}`, 3, 'more than 64 levels'],
    ['nesting in JSON', 'a.json', `{"name":\n${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 2, 'more than 64 levels'],
    ['a missing value in JSON', 'a.json', '{\n"name": "x",\n"port": }\n', 3, 'something that is no value'],
    ['a comma too many in JSON', 'a.json', '{\n"name": "x",\n}\n', 3, 'a key without its quotes, or a comma too many'],
    ['a comma too few in JSON', 'a.json', '{\n"name": "x"\n"port": 1\n}\n', 3, 'a comma or a bracket that is missing'],
    ['a comment in JSON', 'a.json', '{\n"name": "x", // why\n"port": 1\n}\n', 2, 'a key without its quotes, or a comma too many'],
    ['a line break in a JSON text', 'a.json', '{\n"name": "x\ny"\n}\n', 2, 'a line break or a tab inside of a text'],
    ['an escape in a JSON text', 'a.json', '{\n"name":\n"\u001b[2J"\n}\n', 3, 'a line break or a tab inside of a text'],
    ['a bare word in JSON', 'a.json', '{\n"name": "x",\n"port": nope\n}\n', 3, 'something that is no value'],
    ['a JSON text that ends too soon', 'a.json', '{\n"name": "x",\n', 3, 'a key without its quotes, or a comma too many'],
    ['no JSON at all', 'a.json', '', 1, 'nothing: it is empty'],
    ['something behind the JSON', 'a.json', '{"name": "x"}\n\nx\n', 3, 'something after the end'],
    ['an unquoted colon', 'a.yaml', 'name: the colon: here\n', 1, 'a second colon in the line'],
    ['a type of YAML', 'a.yaml', 'name: !secret x\n', 1, 'a type that is not known'],
  ])('%s, though it is no document', (_, file, text, line, found) => {
    expect(parseWithPositions(text, file, schema)).toEqual({
      ok: false,
      problems: [{ file, line, key: '', found: expect.stringContaining(found), allowed: expect.stringMatching(/./) }],
    });
  });

  it('is one for a file that is too large to be read, and for aliases that multiply', () => {
    expect(problemsOf(`name: ${'x'.repeat(documentBytesMax)}`)).toEqual([`a.yaml:1: found 1048582 bytes; at most 1048576 bytes are read`]);
    const lines = [
      'a: &a [x,x,x,x,x,x]',
      ...'bcdefg'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdefg'[index] ?? ''},`.repeat(8)}]`),
    ];
    expect(problemsOf(lines.join('\n'))).toEqual([expect.stringContaining('a.yaml:2: found more aliases than are followed')]);
  });
});

describe('a value is read as it is written, or not at all (spec F1)', () => {
  const bytes = (...parts: (string | number)[]) =>
    Buffer.concat(parts.map((part) => Buffer.from(typeof part === 'string' ? part : [part])));

  it.each([
    ['Latin-1', bytes('name: x\nport: 1 # caf', 0xe9, '\n'), 'a.yaml:2: found bytes that are no UTF-8; files are UTF-8'],
    ['UTF-16', Buffer.from('\ufeffname: x', 'utf16le'), 'a.yaml:1: found bytes that are no UTF-8'],
    ['half of a character', bytes('name: ', 0xc3), 'a.yaml:1: found bytes that are no UTF-8'],
  ])('%s is refused, with its line', (_, text, message) => {
    const parsed = parseWithPositions(text, 'a.yaml', schema);
    expect(parsed.ok ? [] : parsed.problems.map(describeProblem)).toEqual([expect.stringContaining(message)]);
  });

  it.each(['a.yaml', 'a.json'])('a byte order mark is taken off: %s', (file) => {
    expect(parseWithPositions(bytes(0xef, 0xbb, 0xbf, '{"name": "x"}'), file, schema)).toMatchObject({ ok: true, value: { name: 'x' } });
  });

  const free = z.strictObject({
    port: z.number().optional(),
    name: z.string().optional(),
    list: z.array(z.number()).optional(),
    any: z.unknown().optional(),
  });
  const refusal = (text: string, file = 'a.yaml') => {
    const parsed = parseWithPositions(text, file, free);
    return parsed.ok ? undefined : parsed.problems.map(describeProblem).join('\n');
  };
  it.each([
    ['any: 1187654321987654321', 'found 1187654321987654321; it would be read as'],
    ['port: 1187654321987654321', 'quote it, as "1187654321987654321"'],
    ['any: 1e400', 'it would be read as Infinity'],
    ['port: .inf', 'found .inf'],
    ['any: [1, {version: 1.10}]', 'found 1.10; it would be read as 1.1: quote it, as "1.10"'],
    ['name: 1.10', 'quote it, as "1.10"'],
    ['port: 0755', 'found 0755; it would be read as 755: quote it, as "0755", or write the number that is meant'],
    ['any: 0o17', 'it would be read as 15'],
    ['any: {1.10: x}', 'found 1.10'],
    ['%YAML 1.1\n---\nany: 1:30', 'found 1:30'],
    ['name: yes\nport: 1\nname: no', 'found the same key twice'],
    ['name: true', 'found true; must be a text; quote it: "true"'],
    ['name: 7', 'must be a text; quote it: "7"'],
    ['name: ~', 'quote it: "~"'],
  ])('%s', (text, message) => expect(refusal(text)).toContain(message));

  it.each([
    [
      '{"any": {"a": 1, "b": [{"a": 1187654321987654321}]}}',
      'any.b.0.a: found 1187654321987654321; no number is kept so exactly: quote it',
    ],
    ['{"port":\n1e400}', 'a.json:2: port: found 1e400'],
    ['{"any": {"a": 1,\n"\\u0061": 2}}', 'a.json:2: any.a: found the same key twice'],
  ])('%s in JSON', (text, message) => expect(refusal(text, 'a.json')).toContain(message));

  it.each(['port: 1.10', 'list: [1.0, 0x1f]', 'any: ["1.10", 1.5, -3, 1]', 'any: 0', 'name: "0755"', 'name: 2026-01-02', 'any: 1.1.0'])(
    'takes %s',
    (text) => expect(refusal(text)).toBeUndefined(),
  );
});

describe('a hostile file', () => {
  it.each([
    ['an unknown key', 'a.yaml', 'name: x\n"\\e[2J\\u202e": 1\n', '⟦U+001B⟧[2J⟦U+202E⟧: found an unknown key'],
    ['a value', 'a.yaml', 'name: x\nport: "\\x9b2J\\u200b"\n', '"⟦U+009B⟧2J⟦U+200B⟧"'],
    ['a syntax error', 'a.json', '{"name": \u001b[2J}', 'something that is no value'],
  ])('cannot move the cursor by %s', (_, file, text, shown) => {
    expect(problemsOf(text, file)).toEqual([expect.stringContaining(shown)]);
    expect(problemsOf(text, file).join('')).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u200b]/u);
  });
});

describe('what is sound', () => {
  it('comes out as JSON.parse would have it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space);
        const parsed = parseWithPositions(text, 'a.json', z.unknown());
        expect(parsed.ok && parsed.value).toEqual(JSON.parse(text));
      }),
    );
  });

  it('may have as many levels as are allowed, and not one more', () => {
    const nested = (levels: number) => parseWithPositions('['.repeat(levels) + ']'.repeat(levels), 'a.json', z.unknown()).ok;
    expect([nested(63), nested(64), nested(65)]).toEqual([true, true, false]);
  });

  it('says on which line each thing stands', () => {
    const parsed = parseWithPositions('name: x\n\nlist:\n  - path: a\n  - path: b\n', 'a.yaml', schema);
    if (!parsed.ok) throw new TypeError('it is sound');
    expect([parsed.lineOf('name'), parsed.lineOf('list', 1, 'path'), parsed.lineOf('list', 1, 'none'), parsed.lineOf('nowhere')]).toEqual([
      1, 5, 5, 1,
    ]);
  });
});
