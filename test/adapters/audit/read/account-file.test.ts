import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { writeAccount } from '../../../../src/adapters/audit/read/account-file.js';
import { useFolders } from '../../../support/folders.js';
import { aRecord } from '../../../support/trail/records.js';

const folder = useFolders();

/** A day in the life of a vessel: 2 January 2026, and a line of the day after. */
function aDay() {
  const state = folder();
  const files = { mission_log: join(state, 'm'), tool_use: join(state, 't'), proposals: join(state, 'p') };
  const write = (log: keyof typeof files, ...lines: readonly object[]) =>
    appendFileSync(files[log], lines.map((line, seq) => `${JSON.stringify({ ...line, log, seq })}\n`).join(''));
  write(
    'proposals',
    aRecord(1, 'action_proposed', { risk_level: 'low' }),
    aRecord(3, 'action_approved', { id: 'janus-000000000001/approved' }),
    aRecord(4, 'action_completed', { id: 'janus-000000000001/result' }),
    aRecord(5, 'action_proposed', { action_id: 'janus-000000000002', risk_level: 'high\u202e' }),
    aRecord(6, 'action_rejected', { action_id: 'janus-000000000002', id: 'janus-000000000002/end', decided_by: 'alice' }),
    aRecord(1_441, 'action_proposed', { action_id: 'janus-000000000003', risk_level: 'low' }),
  );
  write('mission_log', aRecord(7, 'unauthorised_attempt'), aRecord(8, 'mode_change'));
  return { state, files };
}

it('is the account of the last day that is over: figures for the record, a sentence for people, a text to read (spec L4)', async () => {
  const { state, files } = aDay();
  const { figures, summary, period, file } = await writeAccount(
    { state, files, vessel: 'balaur' },
    'day',
    new Date('2026-01-03T03:40:00Z'),
  );
  expect(figures).toEqual({
    ...{ records: 7, proposed: 2, approved: 1, rejected: 1, expired: 0, by_mode: 0 },
    ...{ completed: 1, failed: 0, violations: 0, attempts: 1 },
  });
  expect(summary).toBe(
    'daily summary 2026-01-02: 2 proposed, 1 approved, 1 rejected, 0 expired; 1 completed, 0 failed; 0 violations, 1 attempts',
  );
  expect([period, file]).toEqual(['2026-01-02', join(state, 'reports', 'daily-summary-2026-01-02.txt')]);
  const text = readFileSync(file, 'utf8');
  expect(text.split('\n').slice(0, 2)).toEqual([
    'Daily summary of balaur, 2026-01-02',
    'From 2026-01-02T00:00:00.000Z to 2026-01-03T00:00:00.000Z, by what the audit trail says; it was not verified for this: ubos audit verify',
  ]);
  expect(text).toMatch(/^violations +0$/m);
  expect(text).toMatch(/^changes of the mode +1$/m);
  expect(text).toMatch(/^approval rate +50 %$/m);
  // What a line of the log says reaches no terminal as it stands there.
  expect(text).not.toContain('\u202e');
  expect(statSync(file).mode & 0o777).toBe(0o640);
});

it('is the same when it is made again, and of an empty trail as well', async () => {
  const { state, files } = aDay();
  const make = (kind: 'day' | 'week' | 'month' | 'year') =>
    writeAccount({ state, files, vessel: 'v' }, kind, new Date('2027-01-05T00:00:00Z'));
  expect((await make('year')).figures).toMatchObject({ records: 8, proposed: 3 });
  expect(await make('year')).toEqual(await make('year'));
  expect((await make('day')).figures).toMatchObject({ records: 0, proposed: 0 });
});
