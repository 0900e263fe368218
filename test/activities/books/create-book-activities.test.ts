import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createBookActivities } from '../../../src/activities/books/create-book-activities.js';
import { isOwnFound } from '../../../src/activities/shared/own-word.js';
import { createVouchers, ensurePermitKeys } from '../../../src/adapters/permit/create-permits.js';
import type { BookActivities } from '../../../src/contract/bookkeeping.js';
import { bookAttemptsMax } from '../../../src/contract/bookkeeping.js';
import type { Unsettled } from '../../../src/domain/reconcile/unsettled.js';
import { closeTrails, openTrail, recordsIn } from '../../support/trail/trails.js';
import { openBrain } from '../../support/vessel/brains.js';
import { useFolders } from '../../support/folders.js';

const folder = useFolders();
afterEach(closeTrails);
const silent = new DefaultLogger('ERROR', () => undefined);
const run = { workflowId: 'janus-test-bookkeeping-1', firstRunId: 'run' };

const agreed = {
  ...{ ok: true, alarms: [], notices: [], counts: {}, proposals: 2, runs: 3, lines: 9, leftOut: 0 },
  ...{ hasLog: true, ledger: null, since: null, headSeq: 8 },
};

const figures = () => ({
  ...{ records: 9, proposed: 2, approved: 1, rejected: 1, expired: 0, by_mode: 0 },
  ...{ completed: 1, failed: 0, violations: 0, attempts: 0 },
});

async function openBooks() {
  const unsettled: Unsettled[] = [];
  const brain = openBrain(folder());
  const { trail } = openTrail(dirname(brain.file));
  const own = {
    self: { vessel: 'janus-test', namespace: 'default' },
    vouchers: createVouchers(await ensurePermitKeys(join(folder(), 'keys'))),
  };
  const months: string[] = [];
  const books = createBookActivities({
    own,
    trail,
    now: () => new Date('2026-03-31T23:00:00.000Z'),
    keep: () => Promise.reject(new Error('a closed file is gone')),
    verify: async () => [],
    reconcile: async () => {
      if (unsettled.length === 0) throw new Error('Temporal is not reachable');
      return { ...agreed, unsettled };
    },
    backUp: () => Promise.reject(new Error('there is no repository')),
    account: async (kind) => ({ summary: `the ${kind}`, figures: figures(), period: '2026', file: 'f' }),
    report: async (month) => {
      months.push(month);
      return { month, file: 'f', records: 1 };
    },
  });
  const asked = <T>(ask: (activities: BookActivities) => Promise<T>, attempt = 1): Promise<T> =>
    new MockActivityEnvironment({ attempt }, { logger: silent }).run(() => ask(books));
  return { own, months, asked, brain, unsettled };
}

describe('the activities of the bookkeeping (spec L4)', () => {
  it('give account of each period, with its figures in the finding', async () => {
    const { asked } = await openBooks();
    const found = await Promise.all([
      asked((books) => books.giveAccountOfDay({ run })),
      asked((books) => books.giveAccountOfWeek({ run })),
      asked((books) => books.giveAccountOfMonth({ run })),
      asked((books) => books.giveAccountOfYear({ run })),
    ]);
    expect(found.map(({ finding }) => finding)).toEqual(
      ['day', 'week', 'month', 'year'].map((check) => ({
        ...{ check, ok: true, summary: `the ${check}` },
        data: { period: '2026', file: 'f', ...figures() },
      })),
    );
  });

  it('sign what they found for the run that asked', async () => {
    const { own, asked } = await openBooks();
    const { finding, signature } = await asked((books) => books.verifyBooks({ run }));
    expect(isOwnFound(own, run, finding, signature)).toBe(true);
    expect(isOwnFound(own, run, { ...finding, summary: 'all is well' }, signature)).toBe(false);
    expect(isOwnFound(own, { ...run, firstRunId: 'another' }, finding, signature)).toBe(false);
  });

  it('settle what the server says is closed, so that its action may be proposed again (spec C5)', async () => {
    const { asked, brain, unsettled } = await openBooks();
    const { document } = await brain.passed();
    const again = { proposal_id: 'janus-ffffffffffff' };
    expect(await brain.review(again)).toMatchObject({ kind: 'refused', violations: [{ rule: 'novelty' }] });
    unsettled.push({ proposalId: document.proposal_id, runId: 'run', why: 'its workflow was ended from outside' });
    const { finding } = await asked((books) => books.reconcileBooks({ run }));
    expect(finding).toMatchObject({ ok: true, data: { settled: 1 } });
    expect(recordsIn(brain.file).at(-1)).toMatchObject({
      id: `${document.proposal_id}/ended_outside`,
      event_type: 'action_ended_outside',
      risk_level: 'low',
      run_id: 'run',
    });
    expect(await brain.review({ proposal_id: 'janus-fffffffffffe' })).toMatchObject({ kind: 'passed' });
  });

  it('report the month that is over, whatever somebody asks for', async () => {
    const { months, asked } = await openBooks();
    await asked((books) => books.reportBooks({ run, ...{ month: '2030-01' } }));
    expect(months).toEqual(['2026-02']);
  });

  it('try again what could not be looked at; in the end that is the finding, signed like any other', async () => {
    const { own, asked } = await openBooks();
    await expect(asked((books) => books.keepBooks({ run }), bookAttemptsMax - 1)).rejects.toThrow('a closed file is gone');
    const { finding, signature } = await asked((books) => books.reconcileBooks({ run }), bookAttemptsMax);
    expect(finding).toMatchObject({ check: 'reconcile', ok: false, summary: 'could not be done: Temporal is not reachable' });
    expect(isOwnFound(own, run, finding, signature)).toBe(true);
  });
});
