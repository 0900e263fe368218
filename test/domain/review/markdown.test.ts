import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { planProposal } from '../../../src/domain/action/planning.js';
import { openTerms } from '../../../src/domain/approval/terms.js';
import { parseProposal } from '../../../src/domain/action/proposal.schema.js';
import { reviewMarkdown } from '../../../src/domain/review/markdown.js';
import { aContext, aDocument } from '../../support/proposals/proposals.js';
import { aSubject, hostileSubject, nasty } from '../../support/proposals/reviews.js';

describe('hostile text', () => {
  it('cannot close the Markdown fence', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const lines = reviewMarkdown(hostileSubject(text)).split('\n');
        const open = lines.findLastIndex((line) => /^`{3,}text$/.test(line));
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
    ['how to decide, while it waits', aSubject(), '{\n  "by": "<you>",\n  "digest": "9f2c41ab9f2c41ab9f2c41ab9f2c41ab"\n}\n'],
    ['until when', aSubject(), 'by 2026-01-03T03:04:04.000Z.'],
    ['how to refuse it', aSubject(), '{\n  "by": "<you>",\n  "reason": "<why>"\n}\n'],
    [
      'how to settle what is not known',
      aSubject({}, { status: 'indeterminate' }),
      '{\n  "by": "<you>",\n  "outcome": "completed",\n  "reason": "<how you know>"\n}\n',
    ],
    [
      'that it is a dry run',
      { ...aSubject(), plan: { ...planProposal(parseProposal(aDocument()), aContext(), openTerms('run_tests')), dryRun: true } },
      '**proposed** (dry run)',
    ],
  ])('says %s', (_, subject, words) => expect(reviewMarkdown(subject)).toContain(words));

  it('asks for nothing once it is decided', () => {
    expect(reviewMarkdown(aSubject({}, { status: 'completed' }))).not.toContain('signal');
  });
});

describe('what the web UI shows of a line (spec A5, O2)', () => {
  const reviewLines = (subject: Parameters<typeof reviewMarkdown>[0]) => reviewMarkdown(subject).split('\n');

  it('holds all of it: no line is cut off, and nothing is lost', () => {
    const word = `/opt/${'x'.repeat(300)}/漢字`;
    const lines = reviewLines({ ...aSubject(), document: aDocument({ tool_args: [`sh ${word} end`], rationale: `${'宽'.repeat(200)}!` }) });
    for (const line of lines.slice(
      lines.indexOf(
        '```text',
        lines.findIndex((each) => each.includes('to compare')),
      ),
    ))
      expect({ line, columns: stringWidth(line) <= 56 }).toEqual({ line, columns: true });
    expect(lines.join('\n').replaceAll(/↵\n */g, '')).toContain(`${word} end`);
  });

  it('shows the whole digest', () => {
    const digest = '9f2c41ab'.repeat(8);
    expect(reviewMarkdown(aSubject()).replaceAll(/↵\n */g, '')).toContain(`In full: ${digest}`.replace('In full: ', ''));
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
    expect(signed('required')).not.toContain('"by"');
    expect(signed('optional')).toContain('"by"');
  });

  it('shows who is missing, and the digest in words', () => {
    expect(signed('required')).toContain('\nApprovals: `g 0 of 1: [ana](http://x)`\n');
    expect(signed('required')).toContain('**nusos-hakor-nusos-hakor-nusos-hakor-nusos-hakor**');
  });
});
