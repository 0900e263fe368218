import { cpus, loadavg } from 'node:os';
import { readFile, readdir, stat, statfs } from 'node:fs/promises';
import { isProposalId } from '../../domain/action/proposal-id.js';
import type { Metrics } from '../../domain/thinking/metrics.js';

export interface HostMetricsSettings {
  /** Any path on the file system whose fill is reported. */
  readonly diskPath: string;
  /** Their sizes add up to `log_size_mb`. */
  readonly logFiles: readonly string[];
  readonly auditFiles: readonly string[];
  readonly workspaces: string;
}

const mebibyte = 1_048_576;
const round = (value: number) => Math.round(value * 100) / 100;

/** A failed look is null, never zero. */
async function orNull<T>(look: () => Promise<T>): Promise<T | null> {
  try {
    return await look();
  } catch {
    return null;
  }
}

/** kB figures of /proc/meminfo by name. */
export function parseMeminfo(text: string): Readonly<Record<string, number>> {
  return Object.fromEntries([...text.matchAll(/^(\w+):\s+(\d+) kB$/gm)].map(([, name = '', value]) => [name, Number(value)]));
}

/** `avg10` of the `some` line of a /proc/pressure file, in percent; null where the kernel has none. */
export function parsePressure(text: string): number | null {
  const value = /^some avg10=([\d.]+)/m.exec(text)?.[1];
  return value === undefined ? null : Number(value);
}

async function memory(): Promise<Metrics> {
  const info = await orNull(async () => parseMeminfo(await readFile('/proc/meminfo', 'utf8')));
  const { MemTotal: total, MemAvailable: available, SwapTotal: swap, SwapFree: free } = info ?? {};
  return {
    memory_percent: total === undefined || available === undefined ? null : round(100 * (1 - available / total)),
    memory_available_mb: available === undefined ? null : round(available / 1_024),
    swap_used_percent: swap === undefined || free === undefined ? null : swap === 0 ? 0 : round(100 * (1 - free / swap)),
  };
}

async function disk(path: string): Promise<Metrics> {
  const found = await orNull(() => statfs(path));
  // As df does: what root keeps for itself is neither used nor free for others.
  const used = found === null ? null : found.blocks - found.bfree;
  const percent = found === null || used === null ? null : round((100 * used) / Math.max(1, used + found.bavail));
  return {
    disk_usage_percent: percent,
    disk_used_percent: percent,
    disk_free_mb: found === null ? null : round((found.bavail * found.bsize) / mebibyte),
  };
}

async function pressure(): Promise<Metrics> {
  const of = (name: string) => orNull(async () => parsePressure(await readFile(`/proc/pressure/${name}`, 'utf8')));
  const [cpu, mem, io] = await Promise.all([of('cpu'), of('memory'), of('io')]);
  return { psi_cpu_some10: cpu, psi_mem_some10: mem, psi_io_some10: io };
}

async function sizeMb(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file).catch(() => ({ size: 0 }))).size));
  return round(sizes.reduce((sum, size) => sum + size, 0) / mebibyte);
}

async function connections(): Promise<number | null> {
  const established = ' 01 ';
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => orNull(() => readFile(`/proc/net/${name}`, 'utf8'))));
  if (tables.every((table) => table === null)) return null;
  return tables.flatMap((table) => table?.split('\n') ?? []).filter((line) => line.slice(0, 160).includes(established)).length;
}

/** Collects what the host tells about itself, from /proc and statfs only: no program is started. Units are in the names. */
export async function collectHostMetrics(settings: HostMetricsSettings): Promise<Metrics> {
  const [load1 = 0, load5 = 0, load15 = 0] = loadavg();
  const count = async (folder: string, isMeant: (name: string) => boolean) => (await readdir(folder)).filter(isMeant).length;
  // Beside each workspace, which lies where others cannot look.
  const isOutput = (name: string) => name.endsWith('.output') && isProposalId(name.slice(0, -'.output'.length));
  const [ofMemory, ofDisk, ofPressure, network_connections, process_count, workspace_count] = await Promise.all([
    memory(),
    disk(settings.diskPath),
    pressure(),
    connections(),
    orNull(() => count('/proc', (name) => /^\d+$/.test(name))),
    orNull(() => count(settings.workspaces, isOutput)),
  ]);
  return {
    ...ofDisk,
    ...ofMemory,
    ...ofPressure,
    log_size_mb: await sizeMb(settings.logFiles),
    audit_log_mb: await sizeMb(settings.auditFiles),
    cpu_load_percent: round((100 * load1) / Math.max(1, cpus().length)),
    load1: round(load1),
    load5: round(load5),
    load15: round(load15),
    network_connections,
    process_count,
    workspace_count: workspace_count ?? 0,
  };
}
