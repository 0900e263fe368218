import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planProposal } from '../../../src/domain/action/planning.js';
import { openTerms } from '../../../src/domain/approval/terms.js';
import type { ProposalDocument } from '../../../src/domain/action/proposal.schema.js';
import { parseProposal } from '../../../src/domain/action/proposal.schema.js';
import type { ReviewSubject } from '../../../src/domain/review/sections.js';
import { reviewText } from '../../../src/domain/review/text.js';
import { aContext, aDocument } from '../../support/proposals/proposals.js';
import { aSubject, digest, hidden, hostile, hostileSubject, nasty } from '../../support/proposals/reviews.js';

const titles = (text: string) => [...text.matchAll(/^([A-Z][A-Z ]+|Timestamp|Vessel)(?= ?\(|:)/gm)].map(([, title]) => title);

describe('reviewText (spec A5)', () => {
  it("is the seed's format, with what will really run in it", () => {
    expect(reviewText(aSubject({ expected_outcome: 'A table\nof disks' }))).toBe(`PROPOSAL: janus-0123456789ab
Timestamp: 2026-01-02T03:04:05.678Z
Vessel: janus-test
Status: proposed   digest 9f2c-41ab   expires 2026-01-03T03:04:04.000Z (23h59m)
In words: nusos-hakor-nusos-hakor-nusos-hakor-nusos-hakor
In full: ${digest}

ACTION TYPE: disk_report
RISK LEVEL: LOW

MISSION CONTEXT:
  Keep the vessel healthy

RATIONALE:
  The operator wants to know how full the disk is before the weekend.

EXPECTED OUTCOME:
  A table
  of disks

RISK MITIGATION:
  Reads only

ROLLBACK PLAN:
  (none)

TOOL INVOCATION:
  Tool: shell
  Args: df -h /workspace

WILL RUN:
  /usr/bin/bash --noprofile --norc -c 'df -h /workspace'

SANDBOX:
  network none · system read-only · rw /workspace
  300 s CPU · 300 s wall · 4096 MB memory · 1024 MB writes · 64 processes

REACHES:
  nothing but its workspace

COMMANDS:
  Review:  ubos review janus-0123456789ab
  Approve: ubos approve janus-0123456789ab
  Reject:  ubos reject janus-0123456789ab --reason 'Your reason here'`);
  });

  const seed = 'PROPOSAL,Timestamp,Vessel,ACTION TYPE,RISK LEVEL,MISSION CONTEXT,RATIONALE,EXPECTED OUTCOME'.split(',');
  seed.push('RISK MITIGATION', 'ROLLBACK PLAN', 'TOOL INVOCATION');
  const call = { tool_name: 'shell', tool_args: ['true'] };

  it.each([
    ['nothing more', {}, {}, ['WILL RUN', 'SANDBOX', 'REACHES']],
    ['no plan', {}, { plan: undefined }, []],
    ['a rollback', { rollback: [call] }, {}, ['WILL RUN', 'SANDBOX', 'REACHES', 'ON FAILURE']],
    ['a probe', { probe: call }, {}, ['WILL RUN', 'SANDBOX', 'REACHES', 'PROBE ']],
    ['a warning', {}, { warnings: ['dry run'] }, ['WILL RUN', 'SANDBOX', 'REACHES', 'WARNINGS']],
    ['text of others (spec T5)', { metadata: { outside_sources: ['agent log'] } }, {}, ['WILL RUN', 'SANDBOX', 'REACHES', 'OUTSIDE TEXT']],
    ['a broken rule', {}, { violations: [{ rule: 'r', clause: 'c', message: 'm' }] }, ['WILL RUN', 'SANDBOX', 'REACHES', 'BROKEN RULES']],
  ])("has the seed's titles in the seed's order with %s", (_, change, more, added) => {
    expect(titles(reviewText(aSubject(change, more as Partial<ReviewSubject>)))).toEqual([...seed, ...added, 'COMMANDS']);
  });

  it('shows every step, its standard input, what is expected, grants, network and the dry run', () => {
    const { tool_name: _name, tool_args: _args, ...rest } = aDocument();
    const steps = [
      { ...call, tool_kwargs: { stdin: 'a\nb' } },
      { tool_name: 'curl', tool_args: ['x'.repeat(100)], expect: { exit_code: 7 } },
    ];
    const document = { ...rest, steps } as ProposalDocument;
    const grants = [{ name: 'cache', path: '/srv/cache', writable: true }];
    const plan = {
      ...planProposal(parseProposal(document), aContext(), openTerms('run_tests')),
      grants,
      network: ['github.com'],
      dryRun: true,
    };
    const text = reviewText({ ...aSubject(), document, plan });
    expect(text).toContain('  Tool: shell\n  Args: true\n  Tool: curl\n');
    expect(text).toContain('\n  stdin (3 characters):\n    | a\n    | b\n');
    expect(text).toContain(`  /usr/bin/curl\n      -s\n      ${'x'.repeat(100)}\n  expects exit_code: 7\n`);
    expect(text).toContain('network github.com · system read-only · rw /workspace · rw /srv/cache');
    expect(text).toContain('DRY RUN: nothing will be started');
  });
});

describe('a narrow layout', () => {
  it('keeps every line of a content behind its bar', () => {
    const stdin = 'one two three four five six seven eight\n\nAPPROVED: yes';
    const subject = aSubject({ tool_kwargs: { stdin } });
    const text = reviewText(subject, { columns: 24 });
    const content = text.slice(text.indexOf('characters):\n') + 13, text.indexOf('\n\nSANDBOX'));
    expect(content.split('\n').filter((line) => !line.startsWith('    |'))).toEqual([]);
    expect(content.replaceAll(/[\s|]+/g, ' ')).toContain('one two three four five six seven eight APPROVED: yes');
  });

  it('paints titles and what an eye should catch, and nothing else', () => {
    const paint = (style: string, text: string) => `<${style}>${text}</>`;
    const text = reviewText(aSubject({}, { warnings: ['dry run'] }), { columns: 200, paint });
    expect(text).toContain('<title>RISK LEVEL:</> <low>LOW</>');
    expect(text).toContain('<title>WARNINGS:</>\n  <alarm>dry run</>');
    expect(text).toContain('\n  The operator wants');
  });
});

describe('hostile text (spec A5)', () => {
  it('is shown in every place that an agent can fill', () => {
    const text = reviewText(hostileSubject(hostile));
    expect(text.replaceAll('\n', '')).not.toMatch(hidden);
    expect(text.split('⟦U+202E⟧').length - 1).toBeGreaterThanOrEqual(15);
  });

  it('brings no hidden character and no title of its own into the review', () => {
    // Whatever stands at the left margin is ours.
    const margin = (text: string) => text.split('\n').flatMap((line) => (/^\S/.test(line) ? [line.split(':')[0]] : []));
    const expected = margin(reviewText(hostileSubject('x')));
    fc.assert(
      fc.property(nasty, (text) => {
        const review = reviewText(hostileSubject(text));
        expect(review.replaceAll('\n', '')).not.toMatch(hidden);
        expect(margin(review).filter((title) => title !== 'LETTERS THAT LOOK LIKE OTHERS')).toEqual(expected);
      }),
    );
  });
});
