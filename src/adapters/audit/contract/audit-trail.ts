import type { AuditEntry, AuditRecord, LogName, Receipt } from '../../../domain/trail/logs.js';

/** Sees every record of a log once, in order, whichever process wrote it. */
export type RecordObserver = (record: AuditRecord) => void;

/**
 * JSON Lines, chained, one write per line under a kernel lock, fdatasync before it counts (spec L1, L2).
 * Throws JanusError AUDIT_UNAVAILABLE when a record did not become durable.
 */
export interface AuditTrail {
  /**
   * Idempotent by `id`: the receipt of the record that already has it, and nothing is added. Several entries are written one behind the
   * other and synced once; the receipt is that of the last.
   */
  append(log: LogName, ...entries: readonly [...AuditEntry[], AuditEntry]): Promise<Receipt>;
  /**
   * `decide` runs under the append lock, after every record of every process was observed: what it reads cannot change before its entry
   * is durable (spec C5). Returning undefined appends nothing. Must be synchronous and quick.
   */
  decide(log: LogName, decide: () => AuditEntry | undefined): Promise<Receipt | undefined>;
  /** The record with this id, if there is one. */
  find(log: LogName, id: string): Promise<AuditRecord | undefined>;
}
