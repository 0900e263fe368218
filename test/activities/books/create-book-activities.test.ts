import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createBookActivities } from '../../../src/activities/books/create-book-activities.js';
import { isOwnFound } from '../../../src/activities/shared/own-word.js';
import { createVouchers, ensurePermitKeys } from '../../../src/adapters/permit/create-permits.js';
import type { BookActivities } from '../../../src/contract/bookkeeping.js';
import { bookAttemptsMax } from '../../../src/contract/bookkeeping.js';
import { useFolders } from '../../support/folders.js';

const folder = useFolders();
const silent = new DefaultLogger('ERROR', () => undefined);
const run = { workflowId: 'janus-test-bookkeeping-1', firstRunId: 'run' };

async function openBooks() {
  const own = {
    self: { vessel: 'janus-test', namespace: 'default' },
    vouchers: createVouchers(await ensurePermitKeys(join(folder(), 'keys'))),
  };
  const months: string[] = [];
  const books = createBookActivities({
    own,
    now: () => new Date('2026-03-31T23:00:00.000Z'),
    keep: () => Promise.reject(new Error('a closed file is gone')),
    verify: async () => [],
    reconcile: () => Promise.reject(new Error('Temporal is not reachable')),
    report: async (month) => {
      months.push(month);
      return { month, file: 'f', records: 1 };
    },
  });
  const asked = <T>(ask: (activities: BookActivities) => Promise<T>, attempt = 1): Promise<T> =>
    new MockActivityEnvironment({ attempt }, { logger: silent }).run(() => ask(books));
  return { own, months, asked };
}

describe('the activities of the bookkeeping (spec L4)', () => {
  it('sign what they found for the run that asked', async () => {
    const { own, asked } = await openBooks();
    const { finding, signature } = await asked(({ verifyBooks }) => verifyBooks({ run }));
    expect(isOwnFound(own, run, finding, signature)).toBe(true);
    expect(isOwnFound(own, run, { ...finding, summary: 'all is well' }, signature)).toBe(false);
    expect(isOwnFound(own, { ...run, firstRunId: 'another' }, finding, signature)).toBe(false);
  });

  it('report the month that is over, whatever somebody asks for', async () => {
    const { months, asked } = await openBooks();
    await asked(({ reportBooks }) => reportBooks({ run, ...{ month: '2030-01' } }));
    expect(months).toEqual(['2026-02']);
  });

  it('try again what could not be looked at; in the end that is the finding, signed like any other', async () => {
    const { own, asked } = await openBooks();
    await expect(asked(({ keepBooks }) => keepBooks({ run }), bookAttemptsMax - 1)).rejects.toThrow('a closed file is gone');
    const { finding, signature } = await asked(({ reconcileBooks }) => reconcileBooks({ run }), bookAttemptsMax);
    expect(finding).toMatchObject({ check: 'reconcile', ok: false, summary: 'could not be done: Temporal is not reachable' });
    expect(isOwnFound(own, run, finding, signature)).toBe(true);
  });
});
