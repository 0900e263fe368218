import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { detailsLine, summaryLine } from '../../../src/domain/review/summary.js';
import { aDocument } from '../../support/proposals/proposals.js';
import { hidden, nasty } from '../../support/proposals/reviews.js';

const markdown: readonly (readonly [string, string])[] = [
  ['a link', '[docs](https://evil.example) are clear'],
  ['an image', '![x](https://evil.example/x.png) is nice'],
  ['html', '<a href="https://evil.example">ok</a> <img src=x>'],
  ['a bare address', 'see https://evil.example/x now'],
  ['an address without a scheme', 'see www.evil.example now'],
  ['a mail address', 'write to a@evil.example now'],
  ['emphasis', 'this is **approved** already'],
  ['underscores', '_approved_ already'],
  ['a code span that is closed', '`` ` x'],
  ['a table', 'a | b'],
  ['an entity', '&lt;b&gt;'],
  ['a placeholder of the web UI', '{namespace}'],
  ['a backslash', 'a\\*b'],
];

describe('Markdown of an agent', () => {
  it.each(markdown)('%s is text in summary and details', (_, text) => {
    for (const line of [summaryLine(aDocument({ rationale: text })), detailsLine(aDocument({ mission_context: text }))]) {
      const marks = /^`+/.exec(line)?.[0] ?? '';
      expect(marks).not.toBe('');
      // One code span from the first character to the last: nothing inside is Markdown.
      expect(line.endsWith(marks)).toBe(true);
      expect(line.slice(marks.length, -marks.length).match(/`+/g) ?? []).not.toContain(marks);
      expect(line).toContain(text);
    }
  });

  it.each(['# title', '- item', '> quote', '1. item', '=== x', '    code'])('%j is no block of its own', (text) => {
    expect(detailsLine(aDocument({ mission_context: text }))).toMatch(text.startsWith(' ') ? /^(`)? {4}code/ : /^`/);
  });

  it('leaves plain words plain, with snake_case', () => {
    expect(summaryLine(aDocument({ risk_level: 'medium', action_type: 'log_rotate', rationale: 'rotate logs, 86 % full' }))).toBe(
      'MEDIUM log_rotate: rotate logs, 86 % full',
    );
  });

  it('is one span whatever it is cut to', () => {
    fc.assert(
      fc.property(nasty, fc.nat(300), (text, length) => {
        const line = summaryLine(aDocument({ rationale: `[${text.repeat(20).slice(0, length)}` }), 'review of ');
        const marks = /^`+/.exec(line)?.[0] ?? 'none';
        expect(line.endsWith(marks)).toBe(true);
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(200);
      }),
    );
  });
});

describe('summaryLine', () => {
  it('says risk, kind and why', () => {
    expect(summaryLine(aDocument({ risk_level: 'medium', action_type: 'Log Rotate', rationale: 'rotate logs\n(86 % full)' }))).toBe(
      'MEDIUM log_rotate: rotate logs (86 % full)',
    );
  });

  it('has at most 200 bytes and 120 characters, in one line, without anything hidden, cut between characters', () => {
    const rationale = fc.oneof(
      nasty,
      fc.constantFrom('é', '磁', '😀').map((one) => one.repeat(200)),
      fc.string({ unit: 'grapheme-composite', minLength: 100, maxLength: 300 }),
    );
    fc.assert(
      fc.property(rationale, nasty, (text, type) => {
        const line = summaryLine(aDocument({ rationale: text, action_type: type }));
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(200);
        expect([...line].length).toBeLessThanOrEqual(120);
        expect(line).not.toMatch(hidden);
      }),
    );
  });
});
