import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTicksOf } from '../files/start-ticks.js';

/** What a worker of hands tells the guard of itself: all that is needed to end its sandboxes without it. */
export interface RunningLine {
  readonly pid: number;
  /** When it began, as the kernel says it: no other process of this number is meant. */
  readonly startTicks: string;
  readonly workspaces: string;
  readonly uids: readonly number[];
  readonly cgroups: readonly string[];
  /** Workspaces in which rollbacks run that a stop leaves alone (`kill_switch.rollback: run`). */
  readonly spared: readonly string[];
}

const folderIn = (controls: string) => join(controls, 'running');
const namePattern = /^(\d+)-(\d+)\.json$/;

/** Whether its worker is there. */
export const isRunning = ({ pid, startTicks }: Pick<RunningLine, 'pid' | 'startTicks'>): boolean => startTicksOf(pid) === startTicks;

const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((each) => typeof each === 'string');

function parseRunning(text: string, name: string): RunningLine | undefined {
  try {
    const { pid, startTicks, workspaces, uids, cgroups, spared } = JSON.parse(text) as Partial<Record<keyof RunningLine, unknown>>;
    if (name !== `${String(pid)}-${String(startTicks)}.json` || typeof workspaces !== 'string' || !workspaces.startsWith('/'))
      return undefined;
    // Nothing runs as root: whoever wrote that means something else.
    if (!Array.isArray(uids) || !uids.every((uid) => Number.isInteger(uid) && uid > 0)) return undefined;
    if (!isTexts(cgroups) || !isTexts(spared)) return undefined;
    return { pid: Number(pid), startTicks: String(startTicks), workspaces, uids: uids as number[], cgroups, spared };
  } catch {
    return undefined;
  }
}

/** The lines of all workers of this vessel on this host, of those that are gone too. What is no line of ours says nothing. */
export function readRunning(controls: string): RunningLine[] {
  let names: string[];
  try {
    names = readdirSync(folderIn(controls));
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    if (!namePattern.test(name)) return [];
    try {
      return parseRunning(readFileSync(join(folderIn(controls), name), 'utf8'), name) ?? [];
    } catch {
      return [];
    }
  });
}

/** What its worker left behind, once nothing of it is alive. */
export function forgetRunning(controls: string, { pid, startTicks }: RunningLine): void {
  rmSync(join(folderIn(controls), `${pid}-${startTicks}.json`), { force: true });
}

export interface RunningLineWriter {
  /** Before the first sandbox there: the guard must know of it first. */
  tell(more: Pick<RunningLine, 'cgroups'>): void;
  /** Works in a workspace that is told to be spared meanwhile. */
  spare<T>(workspace: string, work: () => Promise<T>): Promise<T>;
  /** In order: nothing of it runs any more. */
  close(): void;
}

/**
 * Keeps the line of this process. Not synced: after a power cut neither worker nor sandbox is there. Never throws: where it cannot be written the
 * guard goes by the configuration that it has itself, and spares nothing.
 */
export function keepRunning(controls: string, place: Pick<RunningLine, 'workspaces' | 'uids'>): RunningLineWriter {
  let line: RunningLine = { pid: process.pid, startTicks: startTicksOf(process.pid), ...place, cgroups: [], spared: [] };
  const file = join(folderIn(controls), `${line.pid}-${line.startTicks}.json`);
  const write = () => {
    try {
      mkdirSync(folderIn(controls), { recursive: true, mode: 0o700 });
      writeFileSync(`${file}.tmp`, `${JSON.stringify(line)}\n`, { mode: 0o600 });
      renameSync(`${file}.tmp`, file);
    } catch {
      // Full, or gone.
    }
  };
  write();
  return {
    tell: (more) => {
      line = { ...line, ...more };
      write();
    },
    spare: async (workspace, work) => {
      line = { ...line, spared: [...line.spared, workspace] };
      write();
      try {
        return await work();
      } finally {
        const at = line.spared.indexOf(workspace);
        line = { ...line, spared: line.spared.filter((_, index) => index !== at) };
        write();
      }
    },
    close: () => rmSync(file, { force: true }),
  };
}
