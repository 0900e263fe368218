import type { AuditRecord } from './records.js';

/**
 * What somebody knows because of the records of a log, whichever process wrote them. Pure: no file, no clock; the same records in the same order
 * come to the same, so it can be made anew from the log at any time.
 */
export interface Projection<Snapshot> {
  /** Takes in the next record of the log. */
  apply(record: AuditRecord): void;
  /** As it was at the beginning: the records will be applied all over again, because some that were applied never came to be. */
  forget(): void;
  /** What the records until now come to. Good until the next one is applied: it is not copied. */
  snapshot(): Snapshot;
}

/** What a log needs of a projection to keep it up to date. */
export type Fed = Pick<Projection<unknown>, 'apply' | 'forget'>;
