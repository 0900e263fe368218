import type { LogName, Receipt } from '../../../domain/trail/logs.js';
import type { AuditRecord, EntryOf } from '../../../domain/trail/records.js';

/** What was decided to write. */
export type Decided<Log extends LogName> = EntryOf<Log> | readonly EntryOf<Log>[] | undefined;

/**
 * JSON Lines, chained, one write per line under a kernel lock, fdatasync before it counts (spec L1, L2).
 * Throws JanusError AUDIT_UNAVAILABLE when a record did not become durable.
 */
export interface AuditTrail {
  /**
   * Idempotent by `id`: the receipt of the record that already has it, and nothing is added. Several entries are written one behind the
   * other and synced once; the receipt is that of the last.
   */
  append<Log extends LogName>(log: Log, ...entries: readonly [...EntryOf<Log>[], EntryOf<Log>]): Promise<Receipt>;
  /**
   * `decide` runs under the append lock, when the projections have taken in every record of every process: what it reads cannot change before its entry
   * is durable (spec C5). Without one it appends nothing; of several the receipt is that of the last. Must be synchronous and quick.
   */
  decide<Log extends LogName>(log: Log, decide: () => Decided<Log>): Promise<Receipt | undefined>;
  /** The record with this id, if there is one. */
  find(log: LogName, id: string): Promise<AuditRecord | undefined>;
}
