import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shorten, toSnakeCase, visible, visibleJson } from '../../../src/domain/text/visible.js';
import { anyText } from '../../support/texts.js';

/** What must never reach a terminal or a page as it is: Unicode's own classes, independent of the list in the code. */
const hidden = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u;

describe('visible (spec A5)', () => {
  it.each([
    ['an ANSI colour', '\u001b[31mred', '⟦U+001B⟧[31mred'],
    ['an OSC link', '\u001b]8;;https://evil\u0007x', '⟦U+001B⟧]8;;https://evil⟦U+0007⟧x'],
    ['a DCS string with its end', '\u001bPq\u001b\\', '⟦U+001B⟧Pq⟦U+001B⟧\\'],
    ['the C1 form of an escape', '\u009b2J\u0090\u009d', '⟦U+009B⟧2J⟦U+0090⟧⟦U+009D⟧'],
    ['a carriage return that overwrites its line', 'rm -rf /\rls      ', 'rm -rf /⟦U+000D⟧ls      '],
    ['a backspace', 'no\b\byes', 'no⟦U+0008⟧⟦U+0008⟧yes'],
    ['a NUL and a DEL', '\u0000\u007f', '⟦U+0000⟧⟦U+007F⟧'],
    ['a right-to-left override', 'exe.\u202etxt', 'exe.⟦U+202E⟧txt'],
    ['bidi isolates', '\u2066a\u2069', '⟦U+2066⟧a⟦U+2069⟧'],
    ['the marks of direction', '\u200e\u200f\u061c', '⟦U+200E⟧⟦U+200F⟧⟦U+061C⟧'],
    ['zero-width space and joiners', 'su\u200bdo\u200c\u200d\u2060\ufeff', 'su⟦U+200B⟧do⟦U+200C⟧⟦U+200D⟧⟦U+2060⟧⟦U+FEFF⟧'],
    ['a soft hyphen', 'a\u00adb', 'a⟦U+00AD⟧b'],
    ['tag characters', '\u{e0001}\u{e0041}', '⟦U+E0001⟧⟦U+E0041⟧'],
    ['variation selectors', 'a\ufe0f\u{e0100}', 'a⟦U+FE0F⟧⟦U+E0100⟧'],
    ['fillers that look like nothing', '\u3164\u115f\uffa0', '⟦U+3164⟧⟦U+115F⟧⟦U+FFA0⟧'],
    ['separators of lines and paragraphs', 'a\u2028b\u2029c\u0085', 'a⟦U+2028⟧b⟦U+2029⟧c⟦U+0085⟧'],
    ['shorthand controls', '\u{1bca0}\ufff0', '⟦U+1BCA0⟧⟦U+FFF0⟧'],
    ['half of a pair', 'a\ud800b', 'a⟦U+D800⟧b'],
    ['a newline', 'a\nb', 'a⟦U+000A⟧b'],
    ['spaces that are none', 'a\u00a0b\u3000c\u2800d\u2009e', 'a⟦U+00A0⟧b⟦U+3000⟧c⟦U+2800⟧d⟦U+2009⟧e'],
    ['private and unassigned characters', '\ue000\u{f0000}\u0378', '⟦U+E000⟧⟦U+F0000⟧⟦U+0378⟧'],
    ['marks that would cover other lines', `a${'\u0301'.repeat(5)}b`, `a${'\u0301'.repeat(3)}⟦U+0301⟧⟦U+0301⟧b`],
    ['the place of an object', '\ufffc', '⟦U+FFFC⟧'],
  ])('shows %s', (_, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('leaves what people really write as it is', () => {
    const text = 'Überprüfe 86 % — 磁盘, диск, القرص, naïve e\u0301, 😀 ⟦x⟧';
    expect(visible(text)).toBe(text);
  });

  it('keeps newlines where the text is laid out in lines, and nothing else', () => {
    expect(visible('a\nb\r\nc\td', { keepNewlines: true })).toBe('a\nb⟦U+000D⟧\nc⟦U+0009⟧d');
  });

  it('lets no control, bidi, zero-width or ignorable character through', () => {
    fc.assert(fc.property(anyText, (text) => expect(visible(text)).not.toMatch(hidden)));
    fc.assert(fc.property(anyText, (text) => expect(visible(text, { keepNewlines: true }).replaceAll('\n', '')).not.toMatch(hidden)));
  });

  it('is complete over every code point there is', () => {
    const missed: string[] = [];
    for (let point = 0; point <= 0x10ffff; point += 1) {
      const character = String.fromCodePoint(point);
      if (hidden.test(character) && visible(character) === character) missed.push(point.toString(16));
    }
    expect(missed).toEqual([]);
  });

  it('in JSON: the same value, nothing hidden on the way', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(JSON.parse(visibleJson({ [text]: text }))).toEqual({ [text]: text });
        expect(visibleJson(text)).not.toMatch(hidden);
      }),
    );
    expect(visibleJson({ a: '\u202e\u{e0041}\u009b' })).toBe(String.raw`{"a":"\u202e\udb40\udc41\u009b"}`);
  });

  it('changes nothing in what is visible already', () => {
    fc.assert(fc.property(anyText, (text) => expect(visible(visible(text))).toBe(visible(text))));
  });
});

describe('shorten', () => {
  it('cuts at code points, says so, and leaves what fits alone', () => {
    expect(shorten('abcdef', 4)).toBe('abc…');
    expect(shorten('abcd', 4)).toBe('abcd');
    expect(shorten('😀😀😀', 2)).toBe('😀…');
    expect(shorten('abc', 0)).toBe('…');
  });

  it('is never longer than asked, and never splits a pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, max) => {
        const short = shorten(text, max);
        expect([...short].length).toBeLessThanOrEqual(max);
        expect(short.isWellFormed()).toBe(true);
        if (short !== text) expect(text.startsWith(short.slice(0, -1))).toBe(true);
      }),
    );
  });
});

describe('toSnakeCase (spec P3)', () => {
  it.each([
    ['Web Research', 'web_research'],
    ['webResearch', 'web_research'],
    ['web-research', 'web_research'],
    ['  WEB__research!! ', 'web_research'],
    ['system_config', 'system_config'],
    ['HTTP2Server', 'http2_server'],
    ['--', ''],
    ['Журнал', ''],
  ])('%j is %j', (text, expected) => {
    expect(toSnakeCase(text)).toBe(expected);
  });

  it('gives letters, digits and single underscores only, and is a fixed point', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const snake = toSnakeCase(text);
        expect(snake).toMatch(/^([a-z0-9]+(_[a-z0-9]+)*)?$/);
        expect(toSnakeCase(snake)).toBe(snake);
      }),
    );
  });
});
