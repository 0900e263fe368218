import { describe, expect, it } from '@jest/globals';
import { createLineReader, lineBytesMax, parseControlLine } from '../../../src/adapters/egress/protocol.js';

describe('the control protocol', () => {
  const open = {
    op: 'open',
    action: 'janus-0123456789ab.output/step-1',
    domains: ['*.example.org'],
    connections: 50,
    bytes: 1,
    attempts: 1,
    uid: 61_999,
  };

  it('takes what hands say', () => {
    expect(parseControlLine(JSON.stringify(open))).toEqual(open);
    for (const op of ['ping', 'close', 'close-all', 'figures']) expect(parseControlLine(JSON.stringify({ op }))).toEqual({ op });
    const look = { op: 'look', domains: ['api.example.org', '*.example.com'] };
    expect(parseControlLine(JSON.stringify(look))).toEqual(look);
  });

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['null', 'null'],
    ['no question', '{}'],
    ['an unknown question', '{"op":"drop"}'],
    ['an unknown key', JSON.stringify({ ...open, path: '/x' })],
    ['a key beside ping', '{"op":"ping","x":1}'],
    ['a look for an address', '{"op":"look","domains":["10.0.0.1"]}'],
    ['a look with a key beside', '{"op":"look","domains":["a.example.org"],"port":22}'],
    ['no domain', JSON.stringify({ ...open, domains: [] })],
    ['everything', JSON.stringify({ ...open, domains: ['*'] })],
    ['an address', JSON.stringify({ ...open, domains: ['10.0.0.1'] })],
    ['too many domains', JSON.stringify({ ...open, domains: Array.from({ length: 65 }, (_, index) => `a${index}.example.org`) })],
    ['a path as an action', JSON.stringify({ ...open, action: '../x' })],
    ['a negative limit', JSON.stringify({ ...open, connections: -1 })],
    ['a limit in words', JSON.stringify({ ...open, bytes: 'many' })],
    ['no account', JSON.stringify({ ...open, uid: undefined })],
  ])('refuses %s', (_, line) => {
    expect(parseControlLine(line)).toEqual({ problem: expect.any(String) });
  });

  it('cuts lines wherever they come apart, and gives up on one without an end', () => {
    const lines: (string | undefined)[] = [];
    const read = createLineReader((line) => void lines.push(line));
    for (const part of ['{"a"', ':1}\n{"b":2}\n{', '}\n']) read(Buffer.from(part));
    expect(lines).toEqual(['{"a":1}', '{"b":2}', '{}']);
    read(Buffer.alloc(lineBytesMax + 1, 120));
    expect(lines.at(-1)).toBeUndefined();
  });
});
