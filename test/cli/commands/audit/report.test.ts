import { describe, expect, it } from '@jest/globals';
import stringWidth from 'string-width';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { printed } from '../../support/printed.js';
import { buildTrail } from '../../../support/trail/built-trail.js';
import { useFolders } from '../../../support/folders.js';
import { expectGolden } from '../../support/golden.js';
import { auditIn } from '../../support/trail-home.js';

const folder = useFolders();
const first = 'janus-0123456789ab';
const second = 'janus-ba9876543210';

/** December: one proposal. January: it is approved, another one rejected, in another file. */
function aTrail() {
  const trail = buildTrail();
  const add = (event: string, timestamp: string, data: object) => trail.add('proposals', { timestamp, ...data }, event);
  add('action_proposed', '2025-12-31T23:59:00.000Z', { action_id: first, risk_level: 'medium', id: `${first}/review` });
  trail.rotate('proposals');
  add('action_approved', '2026-01-01T00:01:00.000Z', { action_id: first, id: `${first}/approved`, decided_at: '2026-01-01T00:00:30.000Z' });
  add('action_rolled_back', '2026-01-01T00:01:10.000Z', { action_id: first, id: `${first}/end`, status: 'rolled_back' });
  add('action_proposed', '2026-01-02T00:00:00.000Z', { action_id: second, risk_level: 'low', id: `${second}/review` });
  add('decision_refused', '2026-01-02T00:10:00.000Z', { action_id: second, code: 'UNSIGNED', id: `${second}/refused/1` });
  add('action_rejected', '2026-01-02T01:00:00.000Z', { action_id: second, id: `${second}/end`, decided_by: 'alice' });
  trail.add('tool_use', {}, 'tool_use\u202e');
  return trail;
}

describe('ubos audit report (spec L4)', () => {
  it.each([40, 80])('for people at %i columns', async (columns) => {
    const { code, stdout } = await auditIn(folder(), aTrail())('report --month 2026-01', { columns });
    expectGolden(`audit-report/month.${columns}`, stdout);
    expect(code).toBe(EXIT.ok);
    expect(stdout.split('\n').filter((line) => stringWidth(line) > columns)).toEqual([]);
    expect(stdout).not.toContain('\u202e');
  });

  it('--json, of a month that spans files, with a proposal of the month before', async () => {
    const { stdout } = await auditIn(folder(), aTrail())('report --month 2026-01 --json');
    expect(printed(stdout, 'audit-report')).toMatchObject({
      month: '2026-01',
      decisions: { approved: 1, rejected: 1, expired: 0, refused_by_review: 0, by_mode: 0 },
      approval_rate: 0.5,
      proposed_by_risk: { low: 1 },
      rollbacks: { done: 1, failed: 0 },
      refused_decisions: { UNSIGNED: 1 },
      seconds_to_decide_by_risk: {
        medium: { count: 1, median: 90, p90: 90, max: 90 },
        low: { count: 1, median: 3_600, p90: 3_600, max: 3_600 },
      },
    });
  });

  it('of this month where none is named, and of one without records', async () => {
    const audit = auditIn(folder(), aTrail());
    expect(JSON.parse((await audit('report --json')).stdout)).toMatchObject({ month: '2026-01', decisions: { approved: 1 } });
    expect(JSON.parse((await audit('report --month 2031-12 --json')).stdout)).toMatchObject({
      records: 0,
      events: {},
      approval_rate: null,
    });
  });

  it.each([
    { line: 'report --month 2026-13', code: EXIT.usage, stderr: /"2026-13" is no month/ },
    { line: 'report --month=', code: EXIT.usage, stderr: /"" is no month/ },
    { line: 'report 2026-01', code: EXIT.usage, stderr: /"2026-01" is one word too many/ },
    { line: 'report', code: EXIT.notFound, stderr: /there is no such log/ },
  ])('ubos audit $line', async ({ line, code, stderr }) => {
    expect(await auditIn(folder(), new Map())(line)).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(stderr) });
  });
});
