import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordObserver } from '../../../src/adapters/audit/contract/audit-trail.js';
import type { AuditTrailSettings, KeptTrail } from '../../../src/adapters/audit/write/create-audit-trail.js';
import { createAuditTrail } from '../../../src/adapters/audit/write/create-audit-trail.js';
import type { AuditEntry, AuditRecord } from '../../../src/domain/trail/logs.js';

export interface TestTrail {
  readonly trail: KeptTrail;
  /** Of the proposals log. */
  readonly file: string;
}

/** A trail on real files; the fields that a test does not care about are fixed. */
export function openTrail(
  folder: string,
  options: Pick<AuditTrailSettings, 'clock' | 'onOutage' | 'seam'> & {
    readonly observe?: RecordObserver;
    readonly forget?: () => void;
  } = {},
): TestTrail {
  const { observe, forget, ...rest } = options;
  const at = (name: string) => join(folder, `${name}.jsonl`);
  const files = { mission_log: at('mission_log'), tool_use: at('tool_use'), proposals: at('proposals') };
  const trail = createAuditTrail({
    files,
    vesselName: 'balaur',
    ...(observe && { observe: { proposals: observe } }),
    ...(forget && { forget: { proposals: forget } }),
    ...rest,
  });
  opened.push(trail);
  return { trail, file: files.proposals };
}

const opened: ReturnType<typeof createAuditTrail>[] = [];

/** For `afterEach`. */
export async function closeTrails(): Promise<void> {
  await Promise.all(opened.splice(0).map((trail) => trail.close()));
}

export function anEntry(id: string, data: Readonly<Record<string, unknown>> = {}): AuditEntry {
  return { id, eventType: 'action_proposed', actionId: 'janus-0123456789ab', summary: `about ${id}`, data };
}

/** The lines of a log that are records, read without the code under test. */
export function recordsIn(file: string): AuditRecord[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as AuditRecord];
      } catch {
        return [];
      }
    });
}
