import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditTrailSettings, KeptTrail } from '../../../src/adapters/audit/write/create-audit-trail.js';
import { createAuditTrail } from '../../../src/adapters/audit/write/create-audit-trail.js';
import type { Fed } from '../../../src/domain/trail/projection.js';
import type { EventOf } from '../../../src/domain/trail/meanings.js';
import type { AuditEntry, AuditRecord } from '../../../src/domain/trail/records.js';

export interface TestTrail {
  readonly trail: KeptTrail;
  /** Of the proposals log. */
  readonly file: string;
}

/** A trail on real files; the fields that a test does not care about are fixed. */
export function openTrail(
  folder: string,
  options: Pick<AuditTrailSettings, 'clock' | 'onOutage' | 'seam'> & {
    readonly observe?: (record: AuditRecord) => void;
    readonly forget?: () => void;
    readonly projections?: readonly Fed[];
    /** Projections of the mission log. */
    readonly missionLog?: readonly Fed[];
  } = {},
): TestTrail {
  const { observe, forget, projections = [], missionLog = [], ...rest } = options;
  const at = (name: string) => join(folder, `${name}.jsonl`);
  const files = { mission_log: at('mission_log'), tool_use: at('tool_use'), proposals: at('proposals') };
  const trail = createAuditTrail({
    files,
    vesselName: 'balaur',
    projections: {
      proposals: [{ apply: (record) => observe?.(record), forget: () => forget?.() }, ...projections],
      mission_log: missionLog,
    },
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

/** As any log takes it: a test of the log itself does not care what the record is about. */
export function anEntry(id: string, data: Readonly<Record<string, unknown>> = {}) {
  const entry = { id, eventType: 'action_proposed', actionId: 'janus-0123456789ab', summary: `about ${id}`, data };
  return entry as unknown as AuditEntry<EventOf<'proposals'> & EventOf<'tool_use'> & EventOf<'mission_log'>>;
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
