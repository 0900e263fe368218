import { readdirSync, statfsSync } from 'node:fs';
import { procText } from './proc-text.js';

/** What is looked at now and then, not at every tick: it costs more. What nobody could tell is absent. */
export interface HostCounts {
  /** Share of the file system in use, 0 to 1, as df counts it. */
  readonly disk?: number;
  readonly processes?: number;
  /** Established TCP connections of the host. */
  readonly connections?: number;
}

function diskOf(path: string): number | undefined {
  try {
    const { blocks, bfree, bavail } = statfsSync(path);
    const used = blocks - bfree;
    return used / Math.max(1, used + bavail);
  } catch {
    return undefined;
  }
}

function processesIn(proc: string): number | undefined {
  try {
    return readdirSync(proc).filter((name) => /^\d+$/.test(name)).length;
  } catch {
    return undefined;
  }
}

function connectionsIn(proc: string): number | undefined {
  const tables = [procText(`${proc}/net/tcp`), procText(`${proc}/net/tcp6`)].flatMap((table) => table ?? []);
  if (tables.length === 0) return undefined;
  // The fourth field of a line is its state: 01 is established.
  return tables.reduce((sum, table) => sum + (table.match(/^ *\d+: \S+ \S+ 01 /gm)?.length ?? 0), 0);
}

export function countHost(proc: string, diskPath: string): HostCounts {
  const [disk, processes, connections] = [diskOf(diskPath), processesIn(proc), connectionsIn(proc)];
  return {
    ...(disk !== undefined && { disk }),
    ...(processes !== undefined && { processes }),
    ...(connections !== undefined && { connections }),
  };
}
