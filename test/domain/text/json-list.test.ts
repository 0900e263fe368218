import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { appendToList } from '../../../src/domain/text/json-list.js';

describe('appendToList', () => {
  it.each([
    ['one line', '{"missions":[{"id":"a"}]}', '{"missions":[{"id":"a"}, {"id":"b"}]}'],
    ['an empty list', '{"missions":[ ]}', '{"missions":[{"id":"b"} ]}'],
    [
      'lines of their own',
      '{\n  "missions": [\n    { "id": "a" }\n  ],\n  "x": 1\n}\n',
      '{\n  "missions": [\n    { "id": "a" },\n    {\n      "id": "b"\n    }\n  ],\n  "x": 1\n}\n',
    ],
    ['an empty list in a file of lines', '{\n  "missions": []\n}', '{\n  "missions": [\n    {\n      "id": "b"\n    }\n  ]\n}'],
    ['a list of that name elsewhere', '{"x":{"missions":[]}}', undefined],
    ['no list', '{"missions":{}}', undefined],
    ['a text of that name', '{"a":"missions","b":[1]}', undefined],
  ])('%s', (_, text, after) => {
    expect(appendToList(text, 'missions', { id: 'b' })).toBe(after);
  });

  it('changes nothing but that list, whatever else stands in the file', () => {
    const json = fc.jsonValue({ maxDepth: 3 });
    const file = fc.record({ before: json, list: fc.array(json, { maxLength: 3 }), after: json, indent: fc.constantFrom(0, 2, 4) });
    fc.assert(
      fc.property(file, json, ({ before, list, after, indent }, value) => {
        const text = JSON.stringify({ before, missions: list, after }, undefined, indent);
        const appended = appendToList(text, 'missions', value) ?? '';
        expect(JSON.parse(appended)).toEqual(JSON.parse(JSON.stringify({ before, missions: [...list, value], after })));
        expect(appended.startsWith(text.slice(0, text.indexOf('"missions"')))).toBe(true);
      }),
    );
  });
});
