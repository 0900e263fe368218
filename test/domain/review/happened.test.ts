import { describe, expect, it } from '@jest/globals';
import type { Happened } from '../../../src/domain/review/happened.js';
import { happenedSections } from '../../../src/domain/review/happened.js';
import { sectionsText } from '../../../src/domain/review/text.js';
import { hidden, hostile } from '../../support/proposals/reviews.js';

const at = '2026-01-02T11:00:00.000Z';
const nothing: Happened = { status: 'proposed', reason: 'waits', results: [], rollbacks: [], decisions: [], messages: 0 };
const much: Happened = {
  status: 'rolled_back',
  reason: hostile,
  commandLines: [['/usr/bin/bwrap', hostile]],
  results: [
    { reason: 'exit', exitCode: 0, wallSeconds: 1.5 },
    { reason: 'wall', exitCode: null, wallSeconds: 300, note: hostile },
  ],
  rollbacks: [
    { tool: hostile, ok: true, summary: 'exit 0' },
    { tool: 'shell', ok: false, summary: hostile },
  ],
  decisions: [
    { kind: 'approve', by: 'ana', at, code: 'ACCEPTED', why: '', reason: hostile, consideredSeconds: 41 },
    { kind: 'reject', by: hostile, at, code: 'LATE', why: hostile },
  ],
  messages: 7,
};

describe('what happened to a proposal', () => {
  it('is nothing while it waits', () => expect(happenedSections(nothing)).toEqual([]));

  it('is shown in its order, and without a character that a terminal obeys (spec A5)', () => {
    expect(happenedSections(much).map(({ kind }) => kind)).toEqual(['now', 'dry_run', 'results', 'rollback', 'messages']);
    expect(sectionsText(happenedSections(much)).replaceAll('\n', '')).not.toMatch(hidden);
  });

  it('shows when a message came as whoever reads it likes times', () => {
    const text = sectionsText(happenedSections(much), { columns: 200, moment: () => 'a while ago' });
    expect(text).toContain('MESSAGES (7):\n  a while ago  approve by ana: accepted, looked at for 41 s');
    expect(sectionsText(happenedSections(much))).toContain(`  ${at}  reject by`);
  });

  it('names a connection that was refused under the step that tried it', () => {
    const record = { host: 'evil.example.com', port: 443, tx: 0, rx: 0, ms: 1, verdict: 'domain' };
    const network = { connections: 1, denied: 1, tx: 0, rx: 0, records: [record] };
    const text = sectionsText(happenedSections({ ...nothing, results: [{ reason: 'exit', exitCode: 56, wallSeconds: 1, network }] }));
    expect(text).toMatch(/step 1: exit 56 in 1 s\n.*no connection to evil\.example\.com:443: domain: this domain is not among/);
  });

  it('marks a rollback that failed', () => {
    const blocks = happenedSections(much).find(({ kind }) => kind === 'rollback')?.blocks;
    expect(blocks?.map((block) => ('emphasis' in block ? block.emphasis : undefined))).toEqual([undefined, 'alarm']);
  });
});
