import type { AuditRecord } from '../../src/domain/audit.js';

/** A record of the proposals log as it stands in the file; what a test does not care about is fixed. */
export function aRecord(id: string, change: Readonly<Record<string, unknown>> = {}): AuditRecord {
  return {
    timestamp: '2026-01-02T03:04:05.678Z',
    vessel_id: 'balaur',
    event_type: 'action_proposed',
    action_id: id.split('/')[0]!,
    summary: `about ${id}`,
    v: 1,
    log: 'proposals',
    seq: 0,
    id,
    prev: '0'.repeat(64),
    ...change,
  };
}
