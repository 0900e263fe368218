import { dirname, join } from 'node:path';
import type { LogName } from '../../../domain/trail/logs.js';
import { keptUntil } from '../../../domain/modes/kept.js';
import { createKept } from '../../../domain/trail/mode/kept.js';
import type { Fed, Projection } from '../../../domain/trail/projection.js';
import type { AuditEntry } from '../../../domain/trail/records.js';
import type { AuditTrail, Decided } from '../contract/audit-trail.js';
import { readAnchor } from '../format/segment-records.js';
import type { ChainedLog, Rotation, RotationLimits } from './chained-log.js';
import { createChainedLog } from './chained-log.js';
import type { FileSeam } from './log-file.js';
import { realFiles } from './log-file.js';
import type { OutageObserver } from './watch-outage.js';
import { watchOutages } from './watch-outage.js';
import type { PruneResult } from './prune.js';
import { prune } from './prune.js';

export interface AuditTrailSettings {
  readonly files: Readonly<Record<LogName, string>>;
  readonly vesselName: string;
  /** What is known because of the records of a log, kept up to date by it. */
  readonly projections?: Partial<Readonly<Record<LogName, readonly Fed[]>>>;
  readonly onOutage?: OutageObserver;
  readonly clock?: () => Date;
  readonly seam?: FileSeam;
}

/** The trail with what its upkeep needs. */
export interface KeptTrail extends AuditTrail {
  /** Closes the active file of a log when it is due, and goes on in a new one. Other processes follow. */
  rotate(log: LogName, limits?: RotationLimits): Promise<Rotation>;
  /** Removes closed files whose records are all older, once the mission log says what they were. The mission log is kept for ever. */
  prune(log: Exclude<LogName, 'mission_log'>, before: Date): Promise<PruneResult>;
  close(): Promise<void>;
}

const nobody: OutageObserver = { unavailable: () => undefined, recovered: () => undefined };

/** What the mission log says of records that retention removed: `<log>/<first record that is left>`. */
function createPruned(): Projection<ReadonlySet<string>> {
  const pruned = new Set<string>();
  return {
    apply(record) {
      const anchor = readAnchor(record);
      if (anchor !== undefined) pruned.add(`${anchor.log}/${anchor.lastSeq + 1}`);
    },
    forget: () => pruned.clear(),
    snapshot: () => pruned,
  };
}

const isList = (decided: Decided<LogName>): decided is readonly AuditEntry[] => Array.isArray(decided);

function listOf(decided: Decided<LogName>): readonly AuditEntry[] {
  if (decided === undefined) return [];
  return isList(decided) ? decided : [decided];
}

/** The audit trail on files; several processes may append at once (spec L2). */
export function createAuditTrail(settings: AuditTrailSettings): KeptTrail {
  const { files, vesselName, projections = {}, onOutage = nobody, clock = () => new Date(), seam = realFiles } = settings;
  const [pruned, kept] = [createPruned(), createKept()];
  const fed = { ...projections, mission_log: [pruned, kept, ...(projections.mission_log ?? [])] };
  const open = (log: LogName): ChainedLog =>
    createChainedLog({
      ...{ path: files[log], log, vesselName, files: seam, clock, projections: fed[log] ?? [] },
      headFile: join(dirname(files.mission_log), 'heads', `${log}.head`),
      // The mission log is never pruned.
      wasPruned: async (firstSeq) => {
        if (log === 'mission_log') return false;
        await missionLog.decide(() => []);
        return pruned.snapshot().has(`${log}/${firstSeq}`);
      },
    });
  const missionLog = open('mission_log');
  const logs = { mission_log: missionLog, tool_use: open('tool_use'), proposals: open('proposals') };
  const outages = watchOutages(onOutage, clock);
  const isReceipt = (answer: unknown) => answer !== undefined;
  return {
    append: async (log, ...entries) => {
      const receipt = await outages.watch(
        log,
        logs[log].decide(() => entries),
        isReceipt,
      );
      if (receipt === undefined) throw new TypeError('an entry gave no receipt');
      return receipt;
    },
    decide: (log, decide) =>
      outages.watch(
        log,
        logs[log].decide(() => listOf(decide())),
        isReceipt,
      ),
    find: (log, id) => outages.watch(log, logs[log].find(id), () => false),
    rotate: (log, limits = {}) => outages.watch(log, logs[log].rotate(limits), ({ closed }) => closed !== undefined),
    prune: (log, before) => {
      const record = (entry: AuditEntry) => missionLog.decide(() => [entry]);
      const keptNow = async () => {
        await missionLog.decide(() => []);
        return keptUntil(kept.snapshot());
      };
      return prune({ log, path: files[log], missionLog: files.mission_log, before, keptUntil: keptNow, files: seam, record });
    },
    close: async () => {
      await Promise.all(Object.values(logs).map((log) => log.close()));
    },
  };
}
