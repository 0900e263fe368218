import { mkdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTicksOf } from '../files/start-ticks.js';

/** What the guard did about the last stop that it saw. */
export interface Halted {
  /** Absent where the disk took no mark. */
  readonly stop?: string;
  readonly sandboxes: number;
  /** From the moment that it saw the stop until nothing was alive any more; absent while something still is. */
  readonly milliseconds?: number;
}

interface Page {
  readonly pid: number;
  readonly startTicks: string;
  readonly halted?: Halted;
}

export interface SeenGuard {
  readonly state: 'alive' | 'still' | 'gone';
  readonly pid: number;
  readonly halted?: Halted;
}

const fileIn = (controls: string) => join(controls, 'guard.json');

/** Older than this, and it stands still: it shows itself every two seconds, and a machine may be busy. */
const stillMilliseconds = 10_000;

function parsePage(text: string): Page | undefined {
  const { pid, startTicks, halted } = JSON.parse(text) as Partial<Page>;
  if (!Number.isInteger(pid) || typeof startTicks !== 'string') return undefined;
  return { pid: Number(pid), startTicks, ...(typeof halted === 'object' && { halted }) };
}

/** The guard of this vessel, by its own word; undefined where none has ever run. */
export function readGuard(controls: string, now: number): SeenGuard | undefined {
  try {
    const page = parsePage(readFileSync(fileIn(controls), 'utf8'));
    if (page === undefined) return undefined;
    const { pid, startTicks, halted } = page;
    const isThere = startTicksOf(pid) === startTicks;
    const isFresh = now - statSync(fileIn(controls)).mtimeMs <= stillMilliseconds;
    return { pid, state: !isThere ? 'gone' : isFresh ? 'alive' : 'still', ...(halted && { halted }) };
  } catch {
    return undefined;
  }
}

export interface GuardPage {
  write(halted: Halted | undefined): void;
  /** A sign of life: the time of the file. */
  beat(): void;
}

/** Never throws: what a page does not say is missed by people, and by no kill. */
export function openGuardPage(controls: string): GuardPage {
  const self = { pid: process.pid, startTicks: startTicksOf(process.pid) };
  const file = fileIn(controls);
  const attempt = (work: () => void) => {
    try {
      work();
    } catch {
      // The disk is full, or gone.
    }
  };
  let held: Halted | undefined;
  const write = (halted: Halted | undefined) => {
    held = halted;
    attempt(() => {
      mkdirSync(controls, { recursive: true, mode: 0o700 });
      writeFileSync(`${file}.tmp`, `${JSON.stringify({ ...self, ...(halted && { halted }) })}\n`, { mode: 0o640 });
      renameSync(`${file}.tmp`, file);
    });
  };
  return {
    write,
    beat: () => {
      try {
        const now = new Date();
        utimesSync(file, now, now);
      } catch {
        write(held);
      }
    },
  };
}
