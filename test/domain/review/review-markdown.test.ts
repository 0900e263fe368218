import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planProposal } from '../../../src/domain/action/planning.js';
import { parseProposal } from '../../../src/domain/action/proposal.schema.js';
import { detailsLine, reviewMarkdown, summaryLine } from '../../../src/domain/review/review-markdown.js';
import { aContext, aDocument } from '../../support/proposals/proposals.js';
import { aSubject, hidden, hostileSubject, nasty } from '../../support/proposals/reviews.js';

describe('hostile text', () => {
  it('cannot close the Markdown fence', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const lines = reviewMarkdown(hostileSubject(text)).split('\n');
        const open = lines.findIndex((line) => line.startsWith('```'));
        const marks = /^`+/.exec(lines[open] ?? '')?.[0] ?? '';
        expect(lines[open]).toBe(`${marks}text`);
        const closing = lines
          .slice(open + 1)
          .flatMap((line, index) => (new RegExp(`^ {0,3}\`{${marks.length},} *$`).test(line) ? [index] : []));
        expect(closing).toEqual([lines.length - open - 2]);
      }),
    );
  });

  it('may be nothing but backticks, however many: a workflow must not fail for it', () => {
    const args = Array.from({ length: 64 }, () => '` '.repeat(4_096));
    expect(reviewMarkdown({ ...aSubject(), document: aDocument({ tool_args: args }) })).toContain('```text');
  });
});

describe('reviewMarkdown', () => {
  it.each([
    ['how to decide, while it waits', aSubject(), '`{"by": "<you>", "digest": "9f2c41ab"}`'],
    ['until when', aSubject(), 'by 2026-01-03T03:04:04.000Z.'],
    ['how to settle what is not known', aSubject({}, { status: 'indeterminate' }), 'signal `resolve`'],
    [
      'that it is a dry run',
      { ...aSubject(), plan: { ...planProposal(parseProposal(aDocument()), aContext()), dryRun: true } },
      '**proposed** (dry run)',
    ],
  ])('says %s', (_, subject, words) => expect(reviewMarkdown(subject)).toContain(words));

  it('asks for nothing once it is decided', () => {
    expect(reviewMarkdown(aSubject({}, { status: 'completed' }))).not.toContain('signal');
  });
});

describe('where only signed decisions count', () => {
  const approval = { actionType: 'x', requirement: { group: 'g', approve: 1 }, groups: { g: ['ana'] }, excluded: [] };
  const signed = (signature: 'required' | 'optional') => {
    const subject = aSubject({}, { needs: 'g 0 of 1: [ana](http://x)' });
    return reviewMarkdown({ ...subject, plan: { ...subject.plan!, approval: { ...approval, signature } } });
  };

  it('says how to sign for the web UI, and asks for no message that would not count', () => {
    expect(signed('required')).toContain('`ubos approve janus-0123456789ab --print-signal`');
    expect(signed('required')).not.toContain('{"by"');
    expect(signed('optional')).toContain('{"by"');
  });

  it('shows who is missing, and the digest in words', () => {
    expect(signed('required')).toContain('\nApprovals: `g 0 of 1: [ana](http://x)`\n');
    expect(signed('required')).toContain('**nusos-hakor-nusos-hakor**');
  });
});

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
