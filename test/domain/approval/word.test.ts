import { describe, expect, it } from '@jest/globals';
import { saidAt, wordOf } from '../../../src/domain/approval/word.js';
import { signedBy } from '../../support/proposals/approvals.js';

const time = (text: string) => Date.parse(`2026-01-02T${text}:00.000Z`);
const iso = (text: string) => new Date(time(text)).toISOString();
const asked = { askedAt: time('03:00'), now: time('09:00') };

describe('when a word was said (spec A1, A3)', () => {
  it.each<[string, object, string]>([
    ['says it itself', { saidAt: iso('04:00'), receivedAt: iso('08:00') }, '04:00'],
    ['does not say it', { receivedAt: iso('08:00') }, '08:00'],
    ['says a time that lies ahead', { saidAt: iso('10:00'), receivedAt: iso('08:00') }, '08:00'],
    ['says a time before the question', { saidAt: iso('01:00'), receivedAt: iso('08:00') }, '03:00'],
    ['nobody read', {}, '09:00'],
  ])('one that %s', (_, word, expected) => {
    expect(saidAt(word, asked)).toBe(time(expected));
  });

  it('one that is signed: as was signed, whatever stands beside it', () => {
    const view = { proposalId: 'janus-000000000001', firstRunId: 'run', digest: 'a'.repeat(64) };
    const { statement = '' } = signedBy('ana', view, { decision: 'approve' }, { now: new Date(time('04:00')) });
    expect(saidAt({ statement, saidAt: iso('05:00'), receivedAt: iso('08:00') }, asked)).toBe(time('04:00'));
    expect(wordOf({ statement })).toEqual({ saidAt: iso('04:00'), nonce: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(wordOf({ statement: '{}' })).toEqual({});
  });
});
