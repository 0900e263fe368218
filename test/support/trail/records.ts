import type { Projection } from '../../../src/domain/trail/projection.js';
import type { AuditRecord } from '../../../src/domain/trail/records.js';

/** What a projection says of these records. */
export function come<Snapshot>(projection: Projection<Snapshot>, records: readonly AuditRecord[]): Snapshot {
  for (const record of records) projection.apply(record);
  return projection.snapshot();
}

/** One line of proposals.jsonl, `minutes` after midnight; change what the test is about. */
export function aRecord(minutes: number, eventType: string, change: Record<string, unknown> = {}): AuditRecord {
  return {
    timestamp: new Date(Date.UTC(2026, 0, 2) + minutes * 60_000).toISOString(),
    vessel_id: 'balaur',
    event_type: eventType,
    action_id: 'janus-000000000001',
    summary: 'a test',
    v: 1,
    log: 'proposals',
    seq: minutes,
    id: `janus-000000000001/${eventType}`,
    prev: '',
    ...change,
  };
}
