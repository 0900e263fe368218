import { ApplicationFailure } from '@temporalio/activity';
import { createVouchers } from '../../../src/adapters/permit/create-permits.js';
import type { KeyFiles } from '../../../src/adapters/permit/key-pair.js';
import type { BookActivities, BookCheck, BookFinding, VouchedFinding } from '../../../src/contract/bookkeeping.js';
import type { AskingRun } from '../../../src/domain/approval/own-word.js';
import type { Speaking } from '../../../src/activities/shared/own-word.js';
import { signFound } from '../../../src/activities/shared/own-word.js';
import type { Knobs } from './knobs.js';
import { vessel } from './knobs.js';

/** The word of the vessel on the bench. */
export const benchOwn = (keys: KeyFiles): Speaking => ({ self: { vessel, namespace: 'default' }, vouchers: createVouchers(keys) });

/** A bookkeeping that finds what the test says. */
export function wireBenchBooks(keys: KeyFiles, knobs: Knobs): BookActivities {
  const own = benchOwn(keys);
  const look = async <Check extends BookCheck>(check: Check, run: AskingRun): Promise<VouchedFinding<Check>> => {
    const found = knobs.books[check] ?? {};
    if (typeof found !== 'string') {
      const finding = { check, ok: true, summary: `${check} is well`, data: { looked: check }, ...found } as unknown as BookFinding<Check>;
      const asked = knobs.forgedBooks.includes(check) ? { ...run, firstRunId: 'another run' } : run;
      return { finding, signature: signFound(own, asked, finding) };
    }
    const failure = ApplicationFailure.nonRetryable(found);
    // Stack traces end in histories, and name the machine.
    failure.stack = '';
    throw failure;
  };
  return {
    keepBooks: ({ run }) => look('upkeep', run),
    verifyBooks: ({ run }) => look('verify', run),
    reconcileBooks: ({ run }) => look('reconcile', run),
    reportBooks: ({ run }) => look('report', run),
    backUp: ({ run }) => look('backup', run),
    giveAccountOfDay: ({ run }) => look('day', run),
    giveAccountOfWeek: ({ run }) => look('week', run),
    giveAccountOfMonth: ({ run }) => look('month', run),
    giveAccountOfYear: ({ run }) => look('year', run),
  };
}
