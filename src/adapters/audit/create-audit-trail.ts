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

/** Runs one after the other: calls of one process would only wait for each other's lock. */
function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}

/** The audit trail on files; several processes may append at once (spec L2). */
export function createAuditTrail({
  files,
  vesselName,
  observe = {},
  clock = () => new Date(),
  seam = realFiles,
}: AuditTrailSettings): AuditTrail & { close(): Promise<void> } {
  const open = (log: LogName): ChainedLog & { turn: ReturnType<typeof inTurn> } => ({
    ...createChainedLog({ path: files[log], log, vesselName, files: seam, clock, observe: observe[log] }),
    turn: inTurn(),
  });
  const logs = { mission_log: open('mission_log'), tool_use: open('tool_use'), proposals: open('proposals') };
  return {
    append: async (log, entry) => {
      const receipt = await logs[log].turn(() => logs[log].decide(() => entry));
      if (receipt === undefined) throw new TypeError('an entry gave no receipt');
      return receipt;
    },
    decide: (log, decide) => logs[log].turn(() => logs[log].decide(decide)),
    find: (log, id) => logs[log].turn(() => logs[log].find(id)),
    close: async () => {
      await Promise.all(Object.values(logs).map((log) => log.turn(() => log.close())));
    },
  };
}
