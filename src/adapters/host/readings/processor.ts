import { keepProcText } from './proc-text.js';

export interface ProcessorReading {
  /** Share of the time in which the processors worked, 0 to 1, since the call before. */
  readonly utilisation?: number;
  /** How many more wanted to run than there are processors, as a share of them, 0 to 1: stands in for the stall where the kernel counts none. */
  readonly crowding?: number;
}

interface Counted {
  readonly busy: number;
  readonly all: number;
}

/** The first line of /proc/stat, proc(5): idle and iowait are the fourth and fifth figure; what guests use is in the first two already. */
function counted(stat: string): Counted | undefined {
  const line = /^cpu +([\d ]+)$/m.exec(stat)?.[1];
  if (line === undefined) return undefined;
  const figures = line.split(' ').slice(0, 8).map(Number);
  const all = figures.reduce((sum, each) => sum + each, 0);
  return { all, busy: all - (figures[3] ?? 0) - (figures[4] ?? 0) };
}

/** Reads /proc/stat; what it does not say is absent. */
export function createProcessorMeter(file: string, cores: number): () => ProcessorReading {
  const read = keepProcText(file);
  let before: Counted | undefined;
  return () => {
    const stat = read() ?? '';
    const now = counted(stat);
    const passed = now === undefined || before === undefined ? 0 : now.all - before.all;
    const utilisation = passed > 0 ? Math.min(1, Math.max(0, ((now?.busy ?? 0) - (before?.busy ?? 0)) / passed)) : undefined;
    before = now;
    const wanting = /^procs_running (\d+)$/m.exec(stat)?.[1];
    const crowding = wanting === undefined ? undefined : Math.min(1, Math.max(0, (Number(wanting) - cores) / cores));
    return { ...(utilisation !== undefined && { utilisation }), ...(crowding !== undefined && { crowding }) };
  };
}
