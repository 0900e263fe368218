import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Decision } from '../../../src/domain/approval/decision.js';
import { digestWords } from '../../../src/domain/text/digest-words.js';
import { decisionKinds, judgeDecision, parseDecision, parseDuration } from '../../../src/domain/approval/decision.js';

const digest = 'abcdef0123456789'.repeat(4);
const named = digest.slice(0, 32);
const context = { proposalId: 'janus-0123456789ab', digest, extendedSeconds: 0 };

describe('parseDecision (spec A1)', () => {
  it.each([
    ['approve', { by: 'ana', digest: named }],
    ['approve', { by: 'ana', digest: `${named.slice(0, 4)}-${named.slice(4)}`, reason: 'fine', proposal_id: 'janus-0123456789ab' }],
    ['reject', { by: 'ana', reason: 'no' }],
    ['extend', { by: 'ana', extend: '12h' }],
    ['cancel', { by: 'ana' }],
    ['withdraw', { by: 'ana' }],
    ['preview', { by: 'ana' }],
    ['break_glass', { by: 'ana', digest: named, reason: 'the disk is full' }],
    ['approve', { by: 'ana', digest: named, considered_seconds: 12.5 }],
    ['approve', { by: 'ana', digest: named, statement: '{}', signature: 'x' }],
    ['resolve', { by: 'ana', outcome: 'failed', reason: 'the file is not there' }],
  ] as const)('%s %j is well-formed', (kind, payload) => {
    expect(parseDecision(kind, payload)).toMatchObject({ kind, by: 'ana' });
  });

  it.each([
    ['approve', undefined, 'one JSON object, found undefined'],
    ['approve', null, 'found null'],
    ['approve', 'yes', 'found string'],
    ['approve', [{ by: 'ana' }], 'found a list'],
    ['approve', {}, 'by is missing'],
    ['approve', { by: 'ana' }, 'digest is missing'],
    ['approve', { by: ' ', digest: named }, 'by is empty'],
    ['approve', { by: 7, digest: named }, 'by is not a text'],
    ['cancel', { by: 'temporal workflow cancel' }, 'which no person is called'],
    ['approve', { by: 'ana', digest: named.slice(0, 31) }, 'digest is neither 32 to 64 hex digits'],
    ['approve', { by: 'ana', digest: named, approved: true }, 'unknown key "approved"'],
    ['reject', { by: 'ana' }, 'reason is missing'],
    ['break_glass', { by: 'ana', digest: named }, 'reason is missing'],
    ['break_glass', { by: 'ana', reason: 'now' }, 'digest is missing'],
    ['approve', { by: 'ana', digest: named, signature: 'x' }, 'statement and signature go together'],
    ['approve', { by: 'ana', digest: named, considered_seconds: -1 }, 'considered_seconds'],
    ['approve', { by: 'ana', digest: named, considered_seconds: '3' }, 'considered_seconds'],
    ['extend', { by: 'ana', extend: 'soon' }, 'extend is not a duration'],
    ['extend', { by: 'ana', extend: '8d' }, 'extend is not a duration'],
    ['resolve', { by: 'ana', outcome: 'fine', reason: 'looks good' }, 'outcome is neither'],
    ['reject', { by: 'x'.repeat(2_001), reason: 'no' }, 'by is too long'],
  ] as const)('%s %j is malformed', (kind, payload, why) => {
    expect(parseDecision(kind, payload)).toEqual({ kind, malformed: expect.stringContaining(why) });
  });

  it('takes words for the digits that they stand for', () => {
    expect(parseDecision('approve', { by: 'ana', digest: digestWords(digest) })).toEqual({ kind: 'approve', by: 'ana', digest: named });
    expect(parseDecision('approve', { by: 'ana', digest: digestWords(digest, 7) })).toHaveProperty('malformed');
    for (const typed of [digest.toUpperCase(), ` ${digest} `, digest.replaceAll(/.{4}(?=.)/g, '$& ')])
      expect(parseDecision('approve', { by: 'ana', digest: typed })).toEqual({ kind: 'approve', by: 'ana', digest });
    expect(parseDecision('approve', { by: 'ana', digest: digestWords(digest).toUpperCase().replaceAll('-', ' ') })).toHaveProperty(
      'digest',
      named,
    );
  });

  it('never throws, and never makes a decision of what is not one', () => {
    fc.assert(
      fc.property(fc.constantFrom(...decisionKinds), fc.anything({ withNullPrototype: true, withBigInt: true }), (kind, payload) => {
        const parsed = parseDecision(kind, payload);
        if (!('malformed' in parsed)) expect(parsed.by.trim()).not.toBe('');
      }),
    );
  });
});

describe('judgeDecision (spec A1)', () => {
  const approve: Decision = { kind: 'approve', by: 'ana', digest: digest.slice(0, 32) };
  it.each([
    { name: 'the digest that would run', decision: approve, code: 'ACCEPTED' },
    { name: 'another digest', decision: { ...approve, digest: '0'.repeat(32) }, code: 'DIGEST_MISMATCH' },
    { name: 'another proposal', decision: { ...approve, proposalId: 'janus-ffffffffffff' }, code: 'WRONG_PROPOSAL' },
    { name: 'an extension', decision: { kind: 'extend', by: 'ana', extendSeconds: 3_600 } as Decision, code: 'ACCEPTED' },
    { name: 'malformed', decision: { kind: 'approve', malformed: 'by is missing' } as const, code: 'MALFORMED' },
  ])('$name: $code', ({ decision, code }) => {
    expect(judgeDecision(decision, context).code).toBe(code);
  });

  it('extends by seven days in all (spec A2)', () => {
    const decision: Decision = { kind: 'extend', by: 'ana', extendSeconds: 86_400 };
    expect(judgeDecision(decision, { ...context, extendedSeconds: 6 * 86_400 }).code).toBe('ACCEPTED');
    expect(judgeDecision(decision, { ...context, extendedSeconds: 6 * 86_400 + 1 }).code).toBe('EXTENSION_LIMIT');
  });
});

describe('parseDuration', () => {
  it.each([
    ['90s', 90],
    ['30m', 1_800],
    ['12h', 43_200],
    ['2d', 172_800],
    ['0h', undefined],
    ['-1h', undefined],
    ['1w', undefined],
    ['12', undefined],
    ['', undefined],
  ])('%s', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });
});
