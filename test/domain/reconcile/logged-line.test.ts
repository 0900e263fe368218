import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { documentDigest } from '../../../src/domain/action/digests.js';
import { toLoggedLine } from '../../../src/domain/reconcile/logged-line.js';
import { aDocument, sha256 } from '../../support/proposals/proposals.js';
import { aRecord } from '../../support/trail/records.js';

const place = { leaf: 'f'.repeat(64), file: 'proposals.jsonl', line: 3 };
const lineOf = (event: string, change: Record<string, unknown>) => toLoggedLine(aRecord(1, event, change), place, sha256);

describe('what of a record is held against histories (spec L3)', () => {
  it('is its place, its text and what the history says too', () => {
    const approval = { requirement: { group: 'ops', approve: 1 } };
    expect(lineOf('action_proposed', { digest: 'ab', status: 'proposed', proposal: aDocument(), approval })).toEqual({
      ...place,
      seq: 1,
      at: Date.UTC(2026, 0, 2, 0, 1),
      id: 'janus-000000000001/action_proposed',
      about: 'janus-000000000001',
      event: 'action_proposed',
      summary: 'a test',
      status: 'proposed',
      digest: 'ab',
      documentSha256: documentDigest(sha256, aDocument()),
      terms: approval,
    });
  });

  it('is nothing of a value that gave way to its digest, nor of one of another kind', () => {
    const short = { sha256: 'x', bytes: 70_000, excerpt: '{"proposal_id"' };
    const line = lineOf('action_approved', { proposal: short, approval: short, signatures: short, approved_by: short, digest: 5 });
    expect(Object.keys(line).sort()).toEqual(['about', 'at', 'event', 'file', 'id', 'leaf', 'line', 'seq', 'summary']);
    const signature = { by: 'ana', key: 'SHA256:x', statement: 'text', signature: 'armoured' };
    expect(lineOf('action_approved', { signatures: [signature, { by: 'bo' }, null] }).signatures).toEqual([
      { by: 'ana', key: 'SHA256:x', statement: 'text' },
    ]);
  });

  it('comes of any record', () => {
    // As JSON can have it: String() of this throws.
    const odd = { toString: 5 };
    expect(lineOf('action_approved', { timestamp: odd, summary: odd, approved_by: [odd] })).toMatchObject({
      summary: '',
      approvedBy: [''],
    });
    const names = fc.constantFrom('proposal', 'approval', 'signatures', 'approved_by', 'action_id', 'summary', 'decided_by', 'timestamp');
    fc.assert(
      fc.property(fc.dictionary(names, fc.anything()), (change) => void lineOf('action_approved', change)),
      { numRuns: 2_000 },
    );
  });
});
