import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ProposalDocument } from '../../../src/domain/action/proposal.schema.js';
import { toNotification } from '../../../src/domain/trail/notification.js';
import { aDocument } from '../../support/proposals/proposals.js';
import { aRecord } from '../../support/trail/records.js';

const recordOf = (id: string, change = {}) =>
  aRecord(0, 'action_proposed', { id, action_id: id.split('/')[0], summary: `about ${id}`, ...change });

describe('toNotification (spec A6)', () => {
  it("has the fields of the seed's script, and shows what hides", () => {
    const record = recordOf('janus-0123456789ab/review', {
      action_type: 'disk_report',
      risk_level: 'low',
      status: 'proposed',
      digest: 'abc',
      deadline: '2026-01-03T03:04:05.678Z',
      summary: 'harmless\u202elufmrah\u001b[2J',
    });
    expect(toNotification(record)).toEqual({
      schema: 'janus.notification/v1',
      event: 'requested',
      event_id: 'janus-0123456789ab/review',
      proposal_id: 'janus-0123456789ab',
      vessel_id: 'balaur',
      timestamp: '2026-01-02T00:00:00.000Z',
      action_type: 'disk_report',
      risk_level: 'low',
      summary: 'harmless⟦U+202E⟧lufmrah⟦U+001B⟧[2J',
      status: 'proposed',
      digest: 'abc',
      expires_at: '2026-01-03T03:04:05.678Z',
      review_command: 'ubos review janus-0123456789ab',
      approve_command: 'ubos approve janus-0123456789ab',
      reject_command: "ubos reject janus-0123456789ab --reason '...'",
    });
  });

  it('says the digest in words as the review does, and shows what pretends to be one (spec A5)', () => {
    const digest = '7f000001'.repeat(8);
    const told = (change: Record<string, unknown>) => toNotification(recordOf('a/review', { proposal: aDocument(), ...change }));
    expect(told({ digest })).toMatchObject({ digest, digest_words: 'lusab-babad-lusab-babad-lusab-babad-lusab-babad' });
    expect(told({ digest })?.review).toContain('\nIn words: lusab-babad-lusab-babad-lusab-babad-lusab-babad\n');
    const forged = told({ digest: `${digest}\u202e`, vessel_id: 'a\u0007' });
    expect(forged).toMatchObject({ digest: `${digest}⟦U+202E⟧`, vessel_id: 'a⟦U+0007⟧' });
    expect(told({ deadline: '\u001b[2J' })).toMatchObject({ expires_at: '⟦U+001B⟧[2J' });
    expect(forged).not.toHaveProperty('digest_words');
    expect(forged?.review?.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
  });

  it('says first whose text it rests on, in its one line too, and shows what hides there (spec T5)', () => {
    const told = (outside_sources: unknown) => {
      const proposal = aDocument({ metadata: { outside_sources } as NonNullable<ProposalDocument['metadata']> });
      return toNotification(recordOf('a/review', { proposal }));
    };
    const marked = told(['agent log', 'oracle wolfram\u202e']);
    expect(marked?.summary).toBe('OUTSIDE TEXT (agent log, oracle wolfram⟦U+202E⟧): about a/review');
    expect(marked?.review).toContain('agent log, oracle wolfram');
    expect(told('agent log')?.summary).toBe('OUTSIDE TEXT (metadata.outside_sources): about a/review');
    expect(told([])?.summary).toBe('about a/review');
  });

  it('carries the review of what is asked for, and fits into one argument however hostile its text is (spec A5, A6)', () => {
    const hostile = '\u202e'.repeat(4_000);
    const texts = {
      rationale: hostile,
      rollback_plan: hostile,
      mission_context: hostile.slice(0, 2_000),
      expected_outcome: hostile.slice(0, 2_000),
    };
    const told = (proposal: unknown) => toNotification(recordOf('a/review', { proposal }));
    expect(told(aDocument())?.review).toContain('The operator wants to know');
    const json = JSON.stringify(told(aDocument(texts)));
    expect(told(aDocument(texts))?.review).toContain('⟦U+202E⟧');
    expect(Buffer.byteLength(json)).toBeLessThan(131_072);
    expect(told({ sha256: 'too long for its record' })).not.toHaveProperty('review');
  });

  it('says nothing of what concerns nobody, and takes any record', () => {
    for (const type of ['start_authorised', 'tool_use', 'torn_tail_sealed', 'toString', '__proto__']) {
      expect(toNotification(recordOf('a/x', { event_type: type }))).toBeUndefined();
    }
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('summary', 'action_id', 'digest', 'id', 'status', 'vessel_id'), fc.anything()),
        (change) => {
          expect(() => toNotification(recordOf('a/x', change))).not.toThrow();
        },
      ),
    );
  });
});
