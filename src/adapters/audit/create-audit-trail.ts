import type { LogName } from '../../domain/audit.js';
import type { AuditTrail, RecordObserver } from './audit-trail.js';
import type { ChainedLog } from './chained-log.js';
import { createChainedLog } from './chained-log.js';
import type { FileSeam } from './log-file.js';
import { realFiles } from './log-file.js';

export interface AuditTrailSettings {
  readonly files: Readonly<Record<LogName, string>>;
  readonly vesselName: string;
  readonly observe?: Partial<Readonly<Record<LogName, RecordObserver>>>;
  readonly clock?: () => Date;
  readonly seam?: FileSeam;
}

/** The audit trail on files; several processes may append at once (spec L2). */
export function createAuditTrail({
  files,
  vesselName,
  observe = {},
  clock = () => new Date(),
  seam = realFiles,
}: AuditTrailSettings): AuditTrail & { close(): Promise<void> } {
  const open = (log: LogName): ChainedLog =>
    createChainedLog({ path: files[log], log, vesselName, files: seam, clock, observe: observe[log] });
  const logs = { mission_log: open('mission_log'), tool_use: open('tool_use'), proposals: open('proposals') };
  return {
    append: async (log, ...entries) => {
      const receipt = await logs[log].decide(() => entries);
      if (receipt === undefined) throw new TypeError('an entry gave no receipt');
      return receipt;
    },
    decide: (log, decide) =>
      logs[log].decide(() => {
        const entry = decide();
        return entry === undefined ? [] : [entry];
      }),
    find: (log, id) => logs[log].find(id),
    close: async () => {
      await Promise.all(Object.values(logs).map((log) => log.close()));
    },
  };
}
