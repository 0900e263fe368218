import { describe, expect, it } from '@jest/globals';
import { notDoneFinding, reconcileFinding, reportFinding, upkeepFinding, verifyFinding } from '../../../src/activities/books/findings.js';
import { lastMonth } from '../../../src/activities/books/create-book-activities.js';
import type { LogVerdict } from '../../../src/adapters/audit/contract/verdict.js';
import type { Mismatch } from '../../../src/domain/reconcile/mismatch.js';
import type { ReconcileVerdict } from '../../../src/domain/reconcile/totals.js';

const pruned = { log: 'tool_use', segment: 'tool_use.0001.jsonl', firstSeq: 0, lastSeq: 9 } as const;
const verdict: LogVerdict = {
  ...{ log: 'proposals', state: 'ok', warnings: [], notices: [], records: 3, segments: 1, headsCompared: 2, places: [] },
  vouched: { from: 0, to: 2, leaf: 'leaf', root: 'root' },
};
const problem = { kind: 'chain_broken', file: 'proposals.jsonl', line: 2, reason: 'another hash' } as const;
const mismatch = { kind: 'altered', workflowId: 'janus-0123456789ab', reason: 'x'.repeat(300) } as unknown as Mismatch;
const agreed = {
  ...{ ok: true, alarms: [], notices: [], counts: {}, proposals: 2, runs: 3, lines: 9, leftOut: 0 },
  ...{ hasLog: true, since: null, headSeq: 8, ledger: 0 },
} as unknown as ReconcileVerdict;

describe('the findings of the bookkeeping (spec L3, L4)', () => {
  it('upkeep is bad where an old file had to stay, and says which', () => {
    const done = { rotated: [{ log: 'proposals', closed: 'proposals.0001.jsonl' }], pruned: [pruned], kept: [] } as const;
    expect(upkeepFinding(done)).toEqual({
      ...{ check: 'upkeep', ok: true, summary: '1 files closed, 1 removed' },
      data: { rotated: ['proposals.0001.jsonl'], removed: ['tool_use.0001.jsonl'] },
    });
    const kept = [{ log: 'tool_use', why: 'its last hash is another' }] as const;
    expect(upkeepFinding({ ...done, kept })).toMatchObject({
      ok: false,
      summary: 'tool_use: an old file stays: its last hash is another',
    });
  });

  it('verify is bad where a log is broken, and names the line; a log that is not there is not', () => {
    expect(verifyFinding([verdict, { ...verdict, log: 'tool_use', state: 'absent', records: 0 }])).toMatchObject({
      ok: true,
      summary: '3 records, nothing was changed',
      data: {
        logs: [
          { log: 'proposals', from: 0, to: 2, leaf: 'leaf', heads: 2, warnings: 0 },
          { log: 'tool_use', state: 'absent' },
        ],
      },
    });
    expect(verifyFinding([{ ...verdict, state: 'broken', problem }])).toMatchObject({
      ok: false,
      summary: 'proposals: proposals.jsonl line 2: another hash (chain_broken)',
    });
  });

  it('reconcile is bad where there are alarms; ten of them are recorded, shortened', () => {
    expect(reconcileFinding(agreed, 0)).toMatchObject({ ok: true, summary: '2 proposals agree, 9 lines and 3 histories' });
    expect(reconcileFinding(agreed, 2)).toMatchObject({
      summary: expect.stringMatching(/; 2 that were ended outside/),
      data: { settled: 2 },
    });
    const alarms = Array.from({ length: 12 }, () => mismatch);
    const found = reconcileFinding({ ...agreed, ok: false, alarms }, 0);
    expect(found).toMatchObject({ ok: false, data: { head_seq: 8 } });
    expect(found.summary).toMatch(/^log and histories differ: janus-0123456789ab: x+/);
    expect(found.summary.length).toBeLessThanOrEqual(400);
    const recorded = found.data.alarms as readonly { reason: string; run_id: null }[];
    expect(recorded).toHaveLength(10);
    expect(recorded[0]).toMatchObject({ workflow_id: 'janus-0123456789ab', run_id: null });
    expect(recorded[0]!.reason.length).toBeLessThanOrEqual(200);
  });

  it('a report that was there is not written again', () => {
    expect(reportFinding({ month: '2026-01', file: 'f', records: 7 })).toMatchObject({ ok: true, summary: '2026-01: 7 records' });
    expect(reportFinding({ month: '2026-01', file: 'f', records: undefined })).toMatchObject({
      summary: '2026-01 was written before',
      data: { written: false },
    });
  });

  it('what could not be looked at is a bad finding, in text that cannot move a cursor', () => {
    const finding = notDoneFinding('verify', new Error('\u001b[2Jnobody answers'));
    expect(finding).toEqual({ check: 'verify', ok: false, summary: 'could not be done: ⟦U+001B⟧[2Jnobody answers', data: {} });
  });

  it.each([
    ['2026-03-31T23:59:59.999Z', '2026-02'],
    ['2026-01-01T00:00:00.000Z', '2025-12'],
  ])('a report is of the last month that is over: at %s of %s', (now, month) => {
    expect(lastMonth(new Date(now))).toBe(month);
  });
});
